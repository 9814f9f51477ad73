"""List what is behind of all that the projects of any recipe pin: `make outdated`. No bot sees these pins, for Jinja is around them."""

import sys
from pathlib import Path

TEMPLATE = Path(__file__).parents[2] / "template"
sys.path.insert(0, str(TEMPLATE))

from mlweb import errors, outdated  # noqa: E402


def pins(template: Path = TEMPLATE) -> list[outdated.Pin]:
    """What the project's own lists and every recipe's requirements.txt ask for, each once."""
    text = (template / "pyproject.toml.jinja").read_text(encoding="utf-8")
    lists = text.partition("constraint-dependencies")[0] + "".join(path.read_text(encoding="utf-8") for path in template.glob("*/requirements.txt"))
    why = {outdated.normal(name): comment for name, comment in outdated.COMMENT.findall(text)}
    found = sorted({(outdated.normal(name), version) for name, version in outdated.PIN.findall(lists)})
    python = [outdated.Pin(name, version, "pyproject.toml", why.get(name, "")) for name, version in found]
    return python + outdated.web(template)


if __name__ == "__main__":
    sys.exit(errors.run(lambda: outdated.report(pins(), TEMPLATE)))
