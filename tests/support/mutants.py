"""See the tests of docs/faults.md fail without what makes them pass: python tests/support/mutants.py [PART OF A TEST'S NAME ... or 2/3 for the second third]

A guard is the code that makes a row of that table true. tests/guards/*.toml say what to put in its place; here that is done in a copy of this
repository, one guard after another, and the row's test has to fail by itself: not because code can't be parsed, nor because nothing could be built.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "template"), str(ROOT / "tests/support")]  # for mlweb and the helpers

from commands import git  # noqa: E402
from node_tools import NODE  # noqa: E402
from template_copy import copy_into  # noqa: E402

THERE = (".venv", "node_modules", "template/.vendor")  # what git ignores and a test would download
LIMIT = 180  # seconds for one test
RED, GREEN, UNCLEAR = "red", "STILL GREEN", "UNCLEAR"


def main(parts: list[str]) -> int:
    """Try the guards whose test has one of these parts in its name, or a share of all, such as 2/3; every one without any."""
    shares = [tuple(map(int, found.groups())) for part in parts if (found := re.fullmatch(r"(\d+)/(\d+)", part))]
    names = [part for part in parts if not re.fullmatch(r"\d+/\d+", part)]
    chosen = [guard for guard in guards() if not names or any(name in guard["test"] for name in names)]
    for number, count in shares:
        chosen = chosen[number - 1 :: count]
    if not chosen:
        sys.exit("No guard's test has that in its name.")
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="red-") as folder:
        copy = laid_out(Path(folder))
        tests = sorted({guard["test"] for guard in chosen})
        outcome, said = tried(copy, tests, LIMIT * len(tests))
        if outcome != GREEN:
            sys.exit(f"With every guard in its place, not all pass: {said}")
        for guard in chosen:
            outcome, said = without(copy, guard)
            outcomes.append(outcome)
            print(f"{outcome:<12} {guard['test']}: {said}".rstrip(": "), flush=True)
    print(f"{outcomes.count(RED)} of {len(outcomes)} are red without their guards.")
    return 0 if set(outcomes) == {RED} else 1


def guards() -> list[dict]:
    """What tests/guards/*.toml say."""
    return [guard for path in sorted((ROOT / "tests/guards").glob("*.toml")) for guard in tomllib.loads(path.read_text(encoding="utf-8"))["guard"]]


def laid_out(folder: Path) -> Path:
    """A copy of this repository in which the tests can run."""
    copy_into(folder)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "as it lies here"]):  # tests of updates read its history
        git(folder, "-c", "user.name=Test", "-c", "user.email=test@example.org", *command)
    for name in THERE:
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    return folder


def without(copy: Path, guard: dict) -> tuple[str, str]:
    """How a test ends without its guard, and in which words."""
    file, old = copy / guard["file"], guard["old"]
    whole = file.read_text(encoding="utf-8")
    if whole.count(old) != 1:
        return UNCLEAR, f"its guard is {whole.count(old)} times in {guard['file']}, not once"
    changed = whole.replace(old, guard["new"])
    if wrong := unreadable(guard["file"], changed):
        return UNCLEAR, wrong
    file.write_text(changed, encoding="utf-8")
    try:
        return tried(copy, [guard["test"]], LIMIT)
    finally:
        file.write_text(whole, encoding="utf-8")


def unreadable(name: str, text: str) -> str:
    """Why the text of a file is no code; "" when it is."""
    if name.endswith(".py"):
        try:
            compile(text, name, "exec")
        except SyntaxError as error:
            return f"{name}: {error}"
    if name.endswith(".js"):
        done = subprocess.run([NODE, "--input-type=module", "--check", "-"], input=text, capture_output=True, encoding="utf-8", check=False)
        return f"{name}: {done.stderr}" if done.returncode else ""
    return ""


def tried(copy: Path, tests: list[str], limit: int) -> tuple[str, str]:
    """How these tests end in the copy, until the first that fails; and its first error."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-rf", "--tb=short", "-p", "no:cacheprovider", *(f"tests/{test}" for test in tests)]
    with subprocess.Popen(command, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", start_new_session=True) as pytest:
        try:
            said, _ = pytest.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            return UNCLEAR, f"no end within {limit} s"
        finally:
            if pytest.poll() is None:
                os.killpg(pytest.pid, signal.SIGKILL)  # its browser and servers too
    if pytest.returncode == 0:
        return GREEN, ""
    if pytest.returncode != 1 or not re.search("^FAILED ", said, re.MULTILINE):  # a fixture that fails is no such line
        return UNCLEAR, said[-2000:]
    errors = said[said.index("= FAILURES =") :]
    return RED, re.findall("^E +(.*)", errors, re.MULTILINE)[0][:150]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
