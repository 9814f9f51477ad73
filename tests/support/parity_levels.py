"""Levels 0 and 2 of a project in a tab of any engine: the bytes of its golden cases, and the numbers of its held-out rows."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine_tabs import Tab, watched
from mlweb.codec.decode import output_names
from mlweb.contract import check
from mlweb.contract.form import make_form
from mlweb.engines.table import ENGINES
from mlweb.proof import claims, golden, parity
from mlweb.site import project
from paths import ROOT
from served_sites import serving

PROBE = (ROOT / "template/tests/probe.js").read_text(encoding="utf-8").partition("\n")[2].rstrip()  # without its comment


@dataclass(frozen=True)
class Levels:
    """What was found: the golden cases, and the names of those that the page encodes otherwise; how far each output is apart on the
    held-out rows, and a sentence for each that is too far; and how many threads computed it.
    """

    cases: int
    encoded_otherwise: list[str]
    differences: list[parity.Difference]
    failed: list[str]
    threads: int


def levels(tab: Tab, root: Path, folder: Path, isolated: bool = False) -> Levels:
    """Levels 0 and 2 of the built project in `root`, whose site is copied into the folder and served from there.

    Raises UserError where the expected outputs are all the same.
    """
    agreed, model, signature, facts = check.check(root)
    engine = ENGINES[agreed.model.engine]
    form, session = make_form(agreed, signature, facts), engine.session(model, engine.beside(root, agreed.model.file))
    cases, runs = golden.read(root / golden.FILE)["cases"], [feeds for feeds, _ in golden.read_rows(root / golden.HELDOUT)]

    site = watched(root / "dist", folder / "dist")
    with serving(site, project.load(root / project.FILE).base, isolated) as url:
        tab.open(url)
        answers = tab.call(PROBE, {"call": "encode", "form": form, "rows": [case["values"] for case in cases]})
        ran = tab.call(PROBE, {"call": "run", "runs": [golden.packed(feeds) for feeds in runs]})
        tab.leave()

    wanted = [{key: case[key] for key in ("feeds", "refusals") if key in case} for case in cases]
    otherwise = [case["name"] for case, answer, right in zip(cases, answers, wanted, strict=True) if answer != right]
    names = output_names(form)
    native = rows([dict(zip(names, session.run(names, feeds), strict=True)) for feeds in runs], names)
    browser = rows([golden.unpacked(outputs) for outputs in ran["outputs"]], names)
    differences, failed = parity.browser(native, browser, agreed.classes(), claims.bounded(agreed, engine.graph(engine.load(root / agreed.model.file))))
    return Levels(len(cases), otherwise, differences, failed, ran["threads"])


def rows(runs: list[dict], names: list[str]) -> dict[str, np.ndarray]:
    """The outputs of all runs together, each as one array."""
    return {name: parity.stack_runs([run[name] for run in runs]) for name in names}
