"""Every recipe in one table: how good, how long to train, how big, how close. Renders, trains, builds and proves each in a folder of its own."""

import json
import re
import resource
import sys
from collections.abc import Iterable
from pathlib import Path

from projects import arguments, poe, rendered
from served import line, run

HEADS = ["recipe", "held out: metric, model, baseline", "training CPU s", "ONNX bytes", "first visit, gzip", "level 1", "level 2"]


def main() -> None:
    """Print the table, a row as soon as it is known."""
    given = arguments(__doc__).parse_args()
    print(line(HEADS), line("---" for _ in HEADS), sep="\n", flush=True)
    for project in rendered(given):
        print(line(measured(project)), flush=True)


def measured(project: Path) -> list[str]:
    """The row of a recipe, whose name is the project's folder's."""
    began = spent()
    poe(project, "train")
    trained = spent() - began
    poe(project, "export")
    built = poe(project, "build")
    poe(project, "test")
    facts, proof = (json.loads((project / path).read_text(encoding="utf-8")) for path in ("model/facts.json", "model/parity.json"))
    return [
        project.name,
        "; ".join(f"{metric['name']} {metric['model']:.3g}, {metric['baseline']:.3g}" for metric in facts.get("metrics", [])) or "none to learn",
        f"{trained:.0f}",
        f"{(project / 'model/model.onnx').stat().st_size:,}",
        re.search(r"transfers (.+) \(gzip\)", built)[1],
        *(worst(level for level in proof["levels"] if level["level"] == number) for number in (1, 2)),
    ]


def spent() -> float:
    """CPU seconds of all commands run so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def worst(levels: Iterable[dict]) -> str:
    """The largest difference, over the output's largest value."""
    gaps = [level["max_rel"] for level in levels]
    return f"{max(gaps):.1g}" if gaps else "-"


if __name__ == "__main__":
    sys.exit(run(main))
