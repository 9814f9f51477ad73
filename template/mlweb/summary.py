"""Print what was proven, model/parity.json, as a table in Markdown: the workflow shows it on the summary of each run."""

import sys

from mlweb.console import say_text
from mlweb.errors import UserError, read_shaped, run
from mlweb.proof.parity import FILE, Level, Proof

WHAT = {1: "rows", 2: "rows", 3: "golden cases"}  # held out, or made up where nobody brought any
HEAD = ["| level | left | right | on | cases | worst difference | of the largest value |", "|---|---|---|---|---|---|---|"]


def markdown(levels: list[Level]) -> str:
    """The levels as a table, one row each, under a heading."""
    cells = [(it["level"], it["left"], it["right"], it["engine"], cases(it), *worst(it)) for it in levels]
    rows = ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in cells]
    return "\n".join(["### What was proven", "", *HEAD, *rows])


def cases(level: Level) -> str:
    parted = level.get("parted")
    return f"{level['cases']} {WHAT[level['level']]}" + (f", {parted} of them another way where two tokens were nearly as likely" if parted else "")


def worst(level: Level) -> tuple[str, str]:
    return f"{level['max_abs']:.1e}", f"{level['max_rel']:.1e}"


def main() -> None:
    levels = read_shaped(FILE, Proof, "prove the page with: uv run poe test").get("levels", [])
    if not levels:
        raise UserError(f"{FILE} holds no proof: prove the page with: uv run poe test")
    say_text(markdown(levels))


if __name__ == "__main__":
    sys.exit(run(main))
