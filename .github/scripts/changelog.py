"""Print what CHANGELOG.md says about one release, for its notes: python changelog.py v1.2.0"""

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


def section(text: str, tag: str) -> str:
    """What stands under `## 1.2.0`, with or without a `v` before it and a day behind it; "" when there is nothing."""
    heading = re.escape(tag.removeprefix("v"))
    found = re.search(rf"^## \[?v?{heading}\]?(?![\w.]).*\n((?:(?!## ).*\n?)*)", text, re.MULTILINE)
    return found[1].strip() if found else ""


def main(tag: str, changelog: str = str(CHANGELOG)) -> int:
    notes = section(Path(changelog).read_text(encoding="utf-8"), tag)
    if not notes:
        print(f'CHANGELOG.md says nothing under "## {tag.removeprefix("v")}": write that section, then tag again.', file=sys.stderr)
        return 1
    print(notes)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
