"""Which functions of the runtime a first visit downloads, for each `split` of metadata.yml.

`wide`: those that many models call, as benchmarks/runtime_profile.py of the template recorded them, for one version of the runtime, in wide_profile.json.
`own`: those that this model calls for its golden cases and for many rows at once, recorded under Node. Functions have only numbers, and each version
has others: so a profile names the very file that it is of.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from mlweb.console import say
from mlweb.contract.schema import Model
from mlweb.errors import UserError, first_line
from mlweb.proof import golden
from mlweb.site import split
from mlweb.site.vendor import node

WIDE = Path(__file__).with_name("wide_profile.json")
RECORDER = Path(__file__).with_name("record.mjs")
MANY_ROWS, MOST_BYTES = 1000, 10_000_000  # of the run of many rows at once
PATIENCE_SECONDS = 300

Runs = list[dict[str, golden.Packed]]  # the feeds of each run


def parted(module: bytes, model: Model, runtime: Path, root: Path) -> tuple[bytes, bytes]:
    """The WebAssembly of a first visit and its rest, b"" where the page gets all of it at once; where that is not as asked for, a sentence says why.

    module: the runtime's WebAssembly; model: of metadata.yml; runtime: the folder with the package's files; root: the project.
    """
    if model.split == "off" or model.engine != "onnx":  # what other engines call was not recorded
        return module, b""
    try:
        called = own(runtime, root / model.file, root / golden.FILE) if model.split == "own" else wide(module)
        return split.split(module, called)
    except split.UnknownModule as error:
        why = f"its WebAssembly is not as it is known here: {error}."
    except RecordingError as error:
        why = str(error)
    say(f"The page gets the whole runtime, which is twice the download: {why}")
    return module, b""


class RecordingError(Exception):
    """Why it is not known what is called, and what to do."""


def wide(module: bytes) -> set[int]:
    """The functions of the committed profile; raises RecordingError where that is of another module."""
    profile = json.loads(WIDE.read_text(encoding="utf-8"))
    if profile["sha256"] != hashlib.sha256(module).hexdigest():
        version = profile["onnxruntime-web"]
        raise RecordingError(f"{WIDE.name} is of onnxruntime-web {version}, and this is another. Write model: {{split: own}} in metadata.yml.")
    bits = np.unpackbits(np.frombuffer(base64.b64decode(profile["called"]), np.uint8), count=profile["functions"], bitorder="little")
    return set(np.flatnonzero(bits).tolist())


def written(module: bytes, version: str, called: Iterable[int]) -> str:
    """A profile as wide_profile.json has it: one bit a function, the first in the lowest bit."""
    bits = np.zeros(split.count_functions(module), np.uint8)
    bits[list(called)] = 1
    packed = base64.b64encode(np.packbits(bits, bitorder="little").tobytes()).decode()
    about = {"made by": "benchmarks/runtime_profile.py", "onnxruntime-web": version, "sha256": hashlib.sha256(module).hexdigest()}
    return json.dumps(about | {"functions": len(bits), "called": packed}, indent=1) + "\n"


def own(runtime: Path, model: Path, cases: Path) -> set[int]:
    """The functions that this model calls; recorded once for the same runtime, model and cases. Raises UnknownModule, RecordingError."""
    if not cases.is_file():
        raise RecordingError(f"there are no golden cases in {golden.FILE} to record what this model needs. Make them: {golden.EXPORT}.")
    digest = hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in (runtime / "ort.wasm", model, cases, RECORDER)))
    kept = runtime / f"called-{digest.hexdigest()[:12]}.json"
    if not kept.is_file():
        new = kept.with_suffix(f".{os.getpid()}")
        [called] = record(runtime, [(model, runs_of(cases))])
        if not called:
            raise RecordingError("the runtime does not start under Node. Write model: {split: wide} in metadata.yml.")
        new.write_text(json.dumps(sorted(called)), encoding="utf-8")
        new.replace(kept)  # at once, for another process may read it
    return set(json.loads(kept.read_text(encoding="utf-8")))


def runs_of(cases: Path) -> Runs:
    """Each golden case, many rows at once, and a feed of the wrong rank: the runtime has code of its own for how it says no."""
    runs = [case["feeds"] for case in golden.read(cases)["cases"] if "feeds" in case]
    return [*runs, *many(runs), *({name: {**feed, "dims": [1, *feed["dims"]]} for name, feed in run.items()} for run in runs[:1])]


def many(runs: Runs) -> Runs:
    """The rows of all runs in one, again and again; none where the runs have different shapes, or are too large."""
    if not runs:
        return []
    unpacked = [{name: golden.unpack(feed) for name, feed in run.items()} for run in runs]
    first = unpacked[0]
    rows = next((len(array) for array in first.values() if array.ndim), 0)
    size = sum(array.nbytes for array in first.values())
    if not rows or not all(array.ndim and len(array) == rows for array in first.values()) or size / rows * MANY_ROWS > MOST_BYTES:
        return []
    alike = [run for run in unpacked if all(run[name].shape == array.shape for name, array in first.items())]
    together = {name: np.concatenate([run[name] for run in alike]) for name in first}
    return [{name: golden.pack(np.resize(array, (MANY_ROWS, *array.shape[1:]))) for name, array in together.items()}]


def record(runtime: Path, models: list[tuple[Path, Runs]]) -> list[set[int]]:
    """The functions that the runtime in this folder calls to load and run each model, under Node; the first starts it. Raises UnknownModule, RecordingError."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copyfile(runtime / "ort.js", folder / "ort.mjs")
        (folder / "ort.wasm").write_bytes(split.instrumented((runtime / "ort.wasm").read_bytes()))
        work: list[dict[str, Any]] = [{"model": str(path.resolve()), "runs": runs} for path, runs in models]
        (folder / "work.json").write_text(json.dumps(work), encoding="utf-8")
        files = [folder / name for name in ("ort.mjs", "ort.wasm", "work.json", "called.json")]
        try:
            command = [node(), RECORDER, *files]
            done = subprocess.run(
                [str(part) for part in command], capture_output=True, encoding="utf-8", errors="replace", timeout=PATIENCE_SECONDS, check=False
            )
        except (OSError, UserError, subprocess.TimeoutExpired) as error:
            raise RecordingError(f"Node, which records what this model needs, failed: {first_line(error)}") from None
        if done.returncode:
            raise RecordingError(f"Node, which records what this model needs, ended with {done.returncode}: {done.stderr.strip()[-200:]}")
        return [set(called) for called in json.loads(files[-1].read_text(encoding="utf-8"))]
