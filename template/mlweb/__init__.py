"""Train in Python, run in the browser, prove that both compute the same.

The rooms, from the ground up; a room imports only from those above it in this list:

- console    what is printed: nothing in it steers the terminal; long steps say that they go on
- errors     sentences for people, and how a command ends with one
- files      the gate to the project's files: nothing from elsewhere, nothing endless
- conflicts  what an update left to be decided
- answers    what of yours is still of another recipe or licence than you answered
- runtimes   onnxruntime and onnxruntime-web have one version
- runner     the gate to onnx's and onnxruntime's native code: a process of its own, with limits of time and memory
- codec      values of the form -> tensors -> results; kinds of fields, element types, media files. Twins of web/codec/
- graph      an ONNX file: read, normalise, finalise, describe, draw; trees, pixels, detectors, what WebGPU can run
- engines    what computes a model in a page, in Python: a graph by itself, or a language model that goes on with a text
- tabular    a fitted estimator over a table -> ONNX, and the rows that it is compared on; LightGBM, XGBoost, CatBoost
- contract   metadata.yml: its schema and maps; whether it fits the graph; the form made of it
- proof      golden cases, parity, the end of every export
- draft      a metadata.yml drafted from what training left, an ONNX file, or another tool's metadata; an update that keeps what people wrote
- site       dist/: vendor, build, bundle, single file, serve, hosts
- browsers, outdated, summary, train    commands that need no room

What follows are the names that scripts and notebooks of a project may import, `from mlweb import export`: they go on taking what they
take. Everything else may change with any update.
"""

import sys
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlweb.contract.schema import model_file
    from mlweb.draft.tokens import keep_tokenizer
    from mlweb.engines.parts import text_parts
    from mlweb.engines.sampling import next_token
    from mlweb.errors import UserError, run
    from mlweb.graph.detectors import with_box_output, with_recognized_steps
    from mlweb.graph.file_metadata import remember_source
    from mlweb.graph.normalize import load_normalized
    from mlweb.graph.onnx_file import finalize, load, signature, summary, unsupported
    from mlweb.graph.pixels import with_picture_input
    from mlweb.graph.trees import floor_thresholds
    from mlweb.graph.type_format import known_types
    from mlweb.proof.export import export
    from mlweb.proof.export_fetched import export_fetched
    from mlweb.proof.export_without_estimator import export_without_estimator, is_ours
    from mlweb.tabular.comparison import compared
    from mlweb.tabular.convert import to_onnx
    from mlweb.tabular.trained import load_trained

# Name -> its module, which is loaded when the name is first used: no command waits for what it does not need.
_MODULES = {
    "UserError": "errors",
    "run": "errors",
    "load": "graph.onnx_file",
    "load_normalized": "graph.normalize",
    "remember_source": "graph.file_metadata",
    "keep_tokenizer": "draft.tokens",
    "next_token": "engines.sampling",
    "text_parts": "engines.parts",
    "export_fetched": "proof.export_fetched",
    "finalize": "graph.onnx_file",
    "signature": "graph.onnx_file",
    "summary": "graph.onnx_file",
    "unsupported": "graph.onnx_file",
    "known_types": "graph.type_format",
    "with_picture_input": "graph.pixels",
    "with_box_output": "graph.detectors",
    "with_recognized_steps": "graph.detectors",
    "floor_thresholds": "graph.trees",
    "to_onnx": "tabular.convert",
    "compared": "tabular.comparison",
    "load_trained": "tabular.trained",
    "model_file": "contract.schema",
    "export": "proof.export",
    "export_without_estimator": "proof.export_without_estimator",
    "is_ours": "proof.export_without_estimator",
}

__all__ = list(_MODULES)  # pyright: ignore[reportUnsupportedDunderAll]  # it wants the names written out once more


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"mlweb has no public name {name!r}; it has {', '.join(_MODULES)}.")
    return getattr(import_module(f"mlweb.{_MODULES[name]}"), name)


def _say_conflict(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A conflict that an update left in a module ends a command in a sentence, too: none of its own code can run then."""
    from mlweb.conflicts import DECIDE, found

    if isinstance(error, SyntaxError) and (error.text or "").startswith(("<<<<<<<", "=======", ">>>>>>>")):
        sys.stderr.write(f"{error.filename}:{error.lineno}: {DECIDE}\n")  # not by say: the conflict may be in its module
    elif isinstance(error, ValueError) and (sentences := list(found(Path()))):  # such as a table in JSON, which can't be read
        from mlweb.console import say

        say(*sentences, error=True)
    elif _hook_before is sys.__excepthook__:
        from mlweb.console import say_uncaught

        say_uncaught(kind, error, trace)
    else:
        _hook_before(kind, error, trace)


_hook_before = sys.excepthook
sys.excepthook = _say_conflict
