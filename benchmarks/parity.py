"""Levels 0 and 2 of every recipe in one table: the built page in each engine, on one thread and on two."""

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from projects import arguments, poe, rendered
from served import ROOT, UserError, line, run

sys.path.insert(0, str(ROOT / "tests/support"))

from mlweb.contract import schema  # noqa: E402
from mlweb.proof import golden  # noqa: E402
from parity_levels import Levels, levels  # noqa: E402
from running_engines import ENGINES, launched, missing  # noqa: E402

HEADS = ["recipe", "threads", "level 0", "held-out rows"]


def main() -> None:
    """Print the table, a row as soon as it is known, and at the end what is wrong."""
    parser = arguments(__doc__)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES, metavar="ENGINE", help=f"default: {' '.join(ENGINES)}")
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2], metavar="N", help="default: 1 2")
    given = parser.parse_args()
    if sentences := [sentence for engine in given.engines if (sentence := missing(engine))]:
        raise UserError(*sentences)
    heads, problems = [*HEADS, *given.engines], []
    print(line(heads), line("---" for _ in heads), sep="\n", flush=True)
    with sync_playwright() as playwright:
        for project in rendered(given):
            if not (project / golden.FILE).is_file():
                poe(project, "train")
                poe(project, "export")
            for threads in given.threads:
                build(project, threads)
                found = []
                for engine in given.engines:
                    seen, errors = proven(project, engine, threads, playwright)
                    found.append(seen)
                    problems += [f"{project.name}, {engine}, threads {threads}: {sentence}" for sentence in (*wrong(seen, threads), *errors)]
                print(line([project.name, str(threads), *cells(found)]), flush=True)
    if problems:
        raise UserError(*problems)


def build(project: Path, threads: int) -> None:
    """Build the page so that it computes on so many threads."""
    file = project / schema.FILE
    rest = re.sub(r"^model:.*\n", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(f"{rest.rstrip()}\n\nmodel: {{threads: {threads}}}\n", encoding="utf-8")
    poe(project, "build")


def proven(project: Path, engine: str, threads: int, playwright: Playwright) -> tuple[Levels, list[str]]:
    """What an engine's tab computes, and what went wrong in it. Several threads take an isolated page, and WebKit with its shared memory on."""
    several = threads > 1
    program = f"{engine}-shared" if several and engine == "webkit" else engine
    with tempfile.TemporaryDirectory() as folder, launched(program, playwright) as new:
        tab = new()
        found = levels(tab, project, Path(folder), isolated=several)
        errors = tab.errors()
        tab.close()
    return found, errors


def wrong(found: Levels, threads: int) -> Iterator[str]:
    """A sentence for each thing that is not as it must be."""
    if found.threads != threads:
        yield f"The page computed on {found.threads}."
    if found.encoded_otherwise:
        yield f"The page encodes otherwise than Python: {', '.join(found.encoded_otherwise)}."
    yield from found.failed


def cells(found: list[Levels]) -> list[str]:
    """The columns from level 0 on: counts that are the same in all engines once, then each engine's worst share of an output's largest value."""
    same = dict.fromkeys(f"{each.cases - len(each.encoded_otherwise)}/{each.cases}" for each in found)
    rows = dict.fromkeys(str(max(it.rows for it in each.differences)) for each in found)
    return [", ".join(same), ", ".join(rows), *(f"{max(it.max_rel for it in each.differences):.2g}" for each in found)]


if __name__ == "__main__":
    sys.exit(run(main))
