"""All that is told in docs/reference of how fast the page is, measured in one run: visits, keystrokes, many rows, growth, runs; as text and as a picture."""

import os
import platform
import statistics
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import batch
import first_visit
import growth
import inference
import overhead
from served import ROOT, UserError, arguments, line, project, run
from slow_line import LINES

HEAD = """# Benchmarks

<!-- Written by `make bench`: changes here are lost. -->

Measured by `make bench` on {date}: {machine}. Medians, with the least and the largest in brackets. Times depend on the machine and on what else it does: only
ratios within one table say something. What each part does is in `benchmarks/README.md`. “-” is what was not counted:
the peer fetches in a worker.

![Time to the form and to the first result](benchmarks.svg)
"""
UNCOUNTED = (
    "requests before the form",
    "requests before the result",
    "kB before the result",
)  # where a worker fetches
SHADES = {"form ms": "#8fb7a1", "result ms": "#2f6f4f"}


def main() -> None:
    """Write the text and the picture."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument("--quick", action="store_true", help="one visit of each kind and few rows: whether it works, not how fast it is")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/reference/benchmarks.md")
    given = parser.parse_args()
    if not (given.project / "dist/index.html").is_file():
        raise UserError(f"{given.project} has no built page: run make demo first, or name a project that is built.")
    visits = 1 if given.quick else 5
    given.out.parent.mkdir(parents=True, exist_ok=True)
    first = found_visits(given.project, visits, ["10 Mbit/s"] if given.quick else list(LINES), False)
    second = found_visits(given.project, visits, ["10 Mbit/s"], True)
    typed = list(overhead.measured(given.project, [] if given.quick else [100]))
    rows = list(batch.measured(given.project, [1_000, 10_000] if given.quick else batch.ROWS))
    parts = [
        HEAD.format(date=date.today(), machine=machine()),
        "## A first visit\n",
        *visit_table(first),
        "\n## A second visit\n",
        *visit_table(second),
        "\n## A keystroke\n",
        *table(typed),
        "\n## Many rows\n",
        *table(rows),
        "\n## Growth\n",
        *table(growth.measured(100 if given.quick else 10_000)),
        "\n## A run of the model\n",
        *table(inference.measured(given.project)),
    ]
    given.out.write_text("\n".join(parts) + "\n", encoding="utf-8")
    given.out.with_suffix(".svg").write_text(picture(first), encoding="utf-8")
    print(f"Wrote {given.out} and {given.out.with_suffix('.svg').name}.")


def machine() -> str:
    """What it was measured on."""
    names = [row.split(":", 1)[1].strip() for row in Path("/proc/cpuinfo").read_text().splitlines() if row.startswith("model name")]
    return f"{platform.system()}, {os.cpu_count()} cores of {names[0] if names else platform.machine()}, load {os.getloadavg()[0]:.1f} at the start"


Visits = dict[tuple[str, str], list[dict[str, float]]]


def found_visits(folder: Path, visits: int, lines: list[str], is_second: bool) -> Visits:
    """(line, page) -> its visits, of the project and of a page of the runtime alone."""
    with TemporaryDirectory() as temporary:
        sites = {"page": (folder / "dist", project.load(folder / project.FILE).base), **first_visit.beside(folder, Path(temporary))}
        return {(name, site): figures for name, site, figures in first_visit.measured(sites, lines, visits, is_second)}


def visit_table(found: Visits) -> Iterator[str]:
    """Each figure as its median and its spread, and the time to the result beside the bare page's."""
    [some, *_] = found.values()
    yield line(["line", "page", *some[0], "result / bare"])
    yield line(["---"] * (len(some[0]) + 3))
    for (name, site), figures in found.items():
        beside = statistics.median(each["result ms"] for each in found[name, "bare"])
        ratio = statistics.median(each["result ms"] for each in figures) / beside
        cells = ["-" if site == "modelship" and key in UNCOUNTED else spread([each[key] for each in figures]) for key in figures[0]]
        yield line([name, site, *cells, f"{ratio:.2f}"])


def spread(numbers: list[float]) -> str:
    """`12 (10 to 15)`, or the number that all are."""
    low, middle, high = (written(each) for each in (min(numbers), statistics.median(numbers), max(numbers)))
    return middle if low == high else f"{middle} ({low} to {high})"


def written(number: float | str) -> str:
    """A figure with three digits, or a whole number."""
    if isinstance(number, str):
        return number
    return f"{number:,.0f}" if number >= 100 or number == round(number) else f"{number:.3g}"


def table(figures: Iterable[dict]) -> Iterator[str]:
    """Rows of the same figures."""
    for index, row in enumerate(figures):
        if not index:
            yield line(row)
            yield line(["---"] * len(row))
        yield line(written(each) for each in row.values())


def picture(found: Visits) -> str:
    """Bars: for each line and page the time to the form, and to the result behind it; each line has a scale of its own."""
    height, bars, y = 26, [], 30
    for name in dict.fromkeys(name for name, _ in found):
        medians = {site: {key: statistics.median(each[key] for each in figures) for key in SHADES} for (at, site), figures in found.items() if at == name}
        longest = max(each["result ms"] for each in medians.values())
        bars.append(f'<text x="10" y="{y}" font-weight="600">{escape("no limit" if name == "none" else name)}</text>')
        for site, times in medians.items():
            y += height
            bars.append(f'<text x="20" y="{y}">{escape(site)}</text>')
            for key in reversed(SHADES):
                bars.append(f'<rect x="100" y="{y - 13}" width="{420 * times[key] / longest:.1f}" height="17" fill="{SHADES[key]}"/>')
            bars.append(f'<text x="{110 + 420 * times["result ms"] / longest:.0f}" y="{y}">{times["result ms"] / 1000:.2f} s</text>')
        y += height + 14
    legend = f'<text x="100" y="{y}" fill="{SHADES["form ms"]}">form</text><text x="150" y="{y}" fill="{SHADES["result ms"]}">first result</text>'
    style = "<style>text{font:13px system-ui,sans-serif;fill:currentColor}svg{color:#333;background:#fff}</style>"
    body = "".join([style, *bars, legend])
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 {y + 16}" role="img" aria-label="Time to the form and to the first result">{body}</svg>\n'


if __name__ == "__main__":
    sys.exit(run(main))
