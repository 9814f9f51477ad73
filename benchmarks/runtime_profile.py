"""Record which functions of the runtime pages need: template/mlweb/site/wide_profile.json, from many models. After each new version of the runtime.

The models: those of trained projects that are given, such as `recipes.py --keep FOLDER` leaves, every estimator of docs/reference/estimators.md
over both of its tables, and ONNX's own cases of single operators whose tensors are of the types that tables, pictures, sounds and texts have. What few
of the latter call is left out: a page that needs it downloads the rest, and every other page is smaller.
"""

import argparse
import gzip
import re
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx.backend.test import loader

from served import ROOT, line, run

sys.path.insert(0, str(ROOT / "tests/support"))

import estimator_cases  # noqa: E402
from mlweb.errors import UserError
from mlweb.graph import normalize, onnx_file
from mlweb.proof import golden
from mlweb.site import runtime_profile, split, vendor
from mlweb.tabular.comparison import compared
from mlweb.tabular.convert import to_onnx

TYPES = {onnx.TensorProto.FLOAT, onnx.TensorProto.INT64, onnx.TensorProto.BOOL, onnx.TensorProto.STRING, onnx.TensorProto.UINT8, onnx.TensorProto.INT32}
AT_LEAST = {"projects": 1, "estimators": 3, "operators": 20}  # models of each group that call a function which is kept
Model = tuple[Path, runtime_profile.Runs]


def of_projects(projects: list[Path]) -> Iterator[Model]:
    """The models of trained projects, with their golden cases."""
    for project in projects:
        yield project / "model/model.onnx", runtime_profile.runs_of(project / golden.FILE)


def of_estimators(folder: Path) -> Iterator[Model]:
    """Every estimator that can be converted, one row and many rows at once."""
    for cases in estimator_cases.GROUPS.values():
        for case in cases:
            for kind in case.tables:
                try:
                    estimator, table = estimator_cases.fitted(case, kind), estimator_cases.TABLES[kind]()
                    model = onnx_file.finalize(to_onnx(estimator, table[: estimator_cases.TRAINED]))
                    feeds = compared(model, estimator, table[estimator_cases.TRAINED :])["feeds"]
                except UserError:
                    continue
                one = {name: golden.pack(array[:1]) for name, array in feeds.items()}
                yield (
                    saved(folder, f"{case.name} {kind}", model),
                    [one, *runtime_profile.many([one]), {name: golden.pack(array) for name, array in feeds.items()}],
                )


def of_operators(folder: Path) -> Iterator[Model]:
    """ONNX's own cases of single operators, as an export would ship them."""
    with warnings.catch_warnings():  # the generators overflow and divide by zero on purpose
        warnings.simplefilter("ignore")
        tests = loader.load_model_tests(kind="node")
    for test in tests:
        if not test.model or not test.data_sets:
            continue
        graph = test.model.graph
        data = test.data_sets[0][0]
        ports = [*graph.input, *graph.output]
        if any(port.type.tensor_type.elem_type not in TYPES for port in ports) or not all(isinstance(each, np.ndarray) for each in data):
            continue
        try:
            model = onnx_file.finalize(normalize.normalize(test.model))
        except UserError:
            continue
        yield saved(folder, test.name, model), [{port.name: golden.pack(each) for port, each in zip(graph.input, data, strict=False)}]


def saved(folder: Path, name: str, model: onnx.ModelProto) -> Path:
    """A model on disk."""
    path = folder / (re.sub(r"\W+", "-", name) + ".onnx")
    path.write_bytes(model.SerializeToString())
    return path


def main() -> None:
    """Record and write the profile; print how many functions each group adds, and what it makes of the runtime."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", nargs="+", type=Path, help="a trained project")
    projects = parser.parse_args().project
    runtime = vendor.vendor(ROOT / "template")["onnxruntime-web"]
    module = (runtime / "ort.wasm").read_bytes()
    called: set[int] = set()
    print(line(["models", "how many", "functions kept", "of them new", "first part, gzip", "rest, gzip"]), line(["---"] * 6), sep="\n")
    with tempfile.TemporaryDirectory() as temporary, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = Path(temporary)
        for name, models in {"projects": of_projects(projects), "estimators": of_estimators(folder), "operators": of_operators(folder)}.items():
            found = runtime_profile.record(runtime, list(models))
            counts = Counter(function for functions in found for function in functions)
            kept = {function for function, count in counts.items() if count >= AT_LEAST[name]}
            new, called = kept - called, called | kept
            parts = split.split(module, called)
            print(line([name, str(len(found)), str(len(kept)), str(len(new)), *(f"{len(gzip.compress(part, 6)):,}" for part in parts)]), flush=True)
    version = next(package.version for package in vendor.pinned(ROOT / "template") if package.name == "onnxruntime-web")
    runtime_profile.WIDE.write_text(runtime_profile.written(module, version, called), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(run(main))
