"""Make the default project with the newest onnxruntime that onnxruntime-web has too: python newest_runtime.py FOLDER

Whether it still computes the same is for the project's own suite to say.
"""

import subprocess
import sys
import warnings
from pathlib import Path

import copier

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "template"))

from mlweb import errors, outdated  # noqa: E402
from mlweb.site import vendor  # noqa: E402


def newest(project: Path) -> str:
    """The newest version that both have; raises UserError."""
    pins = {pin.name: pin.version for pin in outdated.pinned(project)}
    web = outdated.newest_web(project).get("onnxruntime-web", pins["onnxruntime-web"])
    return min(outdated.newest_python(["onnxruntime"])["onnxruntime"], web, key=outdated.order)


def change(project: Path, version: str) -> None:
    """Pin both to a version: a line in either file, and the lock that npm writes."""
    pins = {pin.name: pin.version for pin in outdated.pinned(project)}
    for file, before, after in (
        ("pyproject.toml", f'"onnxruntime=={pins["onnxruntime"]}"', f'"onnxruntime=={version}"'),
        ("package.json", f'"onnxruntime-web": "{pins["onnxruntime-web"]}"', f'"onnxruntime-web": "{version}"'),
    ):
        text = (project / file).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{file}: {before}"
        (project / file).write_text(text.replace(before, after), encoding="utf-8")
    done = subprocess.run([*vendor.npm(), "install", "--package-lock-only", "--silent"], cwd=project, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise errors.UserError(f"npm could not lock onnxruntime-web {version}: {vendor.reason(done)}")


def main() -> None:
    project = Path(sys.argv[1])
    with warnings.catch_warnings(action="ignore"):
        copier.run_copy(str(ROOT), project, defaults=True, quiet=True, unsafe=False, vcs_ref="HEAD")
    version = newest(project)
    change(project, version)
    print(f"onnxruntime and onnxruntime-web {version}")


if __name__ == "__main__":
    sys.exit(errors.run(main))
