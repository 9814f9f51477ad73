"""The engines that compute a model: what a page gives to one and gets back, and a native session of it. One for each `engine` of metadata.yml."""

from collections.abc import Container, Iterable
from pathlib import Path
from typing import Protocol

import onnx

from mlweb import runner
from mlweb.engines import language_model
from mlweb.graph import onnx_file
from mlweb.graph.onnx_file import Signature


class Engine(Protocol):
    """What the rest of mlweb asks an engine."""

    def problems(self, graph: Signature) -> Iterable[str]:
        """Why it can't compute a graph, one sentence each."""
        ...

    def signature(self, graph: Signature, listed: Container[str]) -> Signature:
        """What goes in and comes out where a page computes. listed: the inputs that metadata.yml lists."""
        ...

    def beside(self, root: Path, file: str) -> dict[str, bytes]:
        """The files that it needs beside the graph at `file`, by name; raises UserError."""
        ...

    def session(self, data: bytes, beside: dict[str, bytes], threads: int = 1) -> runner.Session:
        """A native session that computes what the page's does; raises UserError."""
        ...


class Onnx:
    """onnxruntime: what goes in and comes out is the graph's."""

    def problems(self, graph: Signature) -> Iterable[str]:
        return ()

    def signature(self, graph: Signature, listed: Container[str]) -> Signature:
        return graph

    def beside(self, root: Path, file: str) -> dict[str, bytes]:
        return {}

    def session(self, data: bytes, beside: dict[str, bytes], threads: int = 1) -> runner.Session:
        return runner.strict_session(data, threads)


class Transformers:
    """Transformers.js: a language model, which goes on with a text."""

    def problems(self, graph: Signature) -> Iterable[str]:
        return language_model.problems(graph)

    def signature(self, graph: Signature, listed: Container[str]) -> Signature:
        return language_model.signature(listed)

    def beside(self, root: Path, file: str) -> dict[str, bytes]:
        return language_model.read(root, file)

    def session(self, data: bytes, beside: dict[str, bytes], threads: int = 1) -> runner.Session:
        graph = onnx_file.signature(onnx.load_from_string(data))
        return runner.strict_session(data, threads, lambda data, threads: language_model.LanguageModel(data, graph, beside, threads))


ENGINES: dict[str, Engine] = {"onnx": Onnx(), "transformers": Transformers()}
