"""Train in Python, run in the browser, prove that both compute the same.

The rooms, from the ground up; a room imports only from those above it in this list:

- errors     sentences for people, and how a command ends with one
- codec      values of the form -> tensors -> results; arrays, element types, media files. Twins of web/codec/
- graph      an ONNX file: read, normalise, finalise, describe, draw; trees, pixels, what WebGPU can run
- contract   metadata.yml: its schema, languages and maps; whether it fits the graph; the form made of it
- proof      golden cases, parity, the end of every export
- draft      a metadata.yml drafted from an ONNX file, or from another tool's metadata
- site       dist/: vendor, build, bundle, single file, serve, hosts
- browsers, outdated, summary, train    commands that need no room

What follows are the names that scripts and notebooks of a project may import, `from mlweb import export`: they go on taking what they
take. Everything else may change with any update.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlweb.errors import UserError, run
    from mlweb.graph.normalize import load_normalized
    from mlweb.graph.onnx_file import finalize, load, signature, summary, unsupported
    from mlweb.graph.pixels import with_picture_input
    from mlweb.graph.trees import floor_thresholds
    from mlweb.graph.type_format import known_types
    from mlweb.proof.export import export
    from mlweb.proof.export_without_estimator import export_without_estimator, is_ours

# Name -> its module, which is loaded when the name is first used: no command waits for what it does not need.
_MODULES = {
    "UserError": "errors",
    "run": "errors",
    "load": "graph.onnx_file",
    "load_normalized": "graph.normalize",
    "finalize": "graph.onnx_file",
    "signature": "graph.onnx_file",
    "summary": "graph.onnx_file",
    "unsupported": "graph.onnx_file",
    "known_types": "graph.type_format",
    "with_picture_input": "graph.pixels",
    "floor_thresholds": "graph.trees",
    "export": "proof.export",
    "export_without_estimator": "proof.export_without_estimator",
    "is_ours": "proof.export_without_estimator",
}

__all__ = list(_MODULES)  # pyright: ignore[reportUnsupportedDunderAll]  # it wants the names written out once more


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"mlweb has no public name {name!r}; it has {', '.join(_MODULES)}.")
    return getattr(import_module(f"mlweb.{_MODULES[name]}"), name)
