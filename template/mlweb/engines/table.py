"""The engines that compute a model: what a file of it must be, what a page downloads to run it, what goes in and comes out, and a native session.

One for each `engine` of metadata.yml.
"""

from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import onnx

from mlweb import runner
from mlweb.engines import gguf_file, language_model, llama, writer
from mlweb.engines.gguf_file import Gguf
from mlweb.graph import onnx_file
from mlweb.graph.onnx_file import Signature

Runtime = dict[str, tuple[str, str]]  # name in the manifest -> package, and its file as package.json calls it
M = TypeVar("M", onnx.ModelProto, Gguf)  # a model as it is read from its file


class Engine(Protocol[M]):
    """What the rest of mlweb asks an engine."""

    suffix: str  # of the file
    native: str  # what computes here, as proofs call it
    package: str  # what computes here, of PyPI
    web: str  # what computes in the page, of npm
    runtime: Runtime  # what a page downloads of npm besides the model
    memory: int  # how many times the size of the model a page takes of memory

    def load(self, path: Path) -> M:
        """The model in a file; raises UserError when it is none."""
        ...

    def problems(self, model: M) -> Iterable[str]:
        """Why no page can compute it, one sentence each."""
        ...

    def signature(self, model: M, listed: Container[str]) -> Signature:
        """What goes in and comes out where a page computes. listed: the inputs that metadata.yml lists."""
        ...

    def graph(self, model: M) -> onnx.ModelProto:
        """Its ONNX graph; one of nothing where it has none."""
        ...

    def facts(self, model: M) -> dict[str, Any]:
        """What is said of the file besides its size and checksum."""
        ...

    def summary(self, model: M) -> str:
        """One line on it."""
        ...

    def tie(self, model: M) -> float:
        """By how many nats two tokens that may come next can lie apart, and either be right, because it rounds; 0 where all tokens must be equal."""
        ...

    def finalize(self, model: M) -> bytes:
        """The file as it is published; raises UserError."""
        ...

    def beside(self, root: Path, file: str) -> dict[str, bytes]:
        """What a session needs beside the model in `file`, by name; raises UserError."""
        ...

    def session(self, data: bytes, beside: dict[str, bytes], threads: int = 1) -> runner.Session:
        """A native session that computes what the page's does; raises UserError."""
        ...


class Onnx:
    """onnxruntime: what goes in and comes out is the graph's."""

    suffix = ".onnx"
    native, package, web = "onnxruntime", "onnxruntime", "onnxruntime-web"
    memory = 5
    runtime: Runtime = {"ort": (web, "ort.js"), "wasm": (web, "ort.wasm")}

    def load(self, path: Path) -> onnx.ModelProto:
        return onnx_file.load(path)

    def problems(self, model: onnx.ModelProto) -> Iterable[str]:
        return onnx_file.unsupported(model)

    def signature(self, model: onnx.ModelProto, listed: Container[str]) -> Signature:
        return onnx_file.signature(model)

    def graph(self, model: onnx.ModelProto) -> onnx.ModelProto:
        return model

    def facts(self, model: onnx.ModelProto) -> dict[str, Any]:
        return {"opset": onnx_file.opsets(model), "ir_version": model.ir_version, "domains": onnx_file.domains(model)}

    def summary(self, model: onnx.ModelProto) -> str:
        return onnx_file.summary(model)

    def tie(self, model: onnx.ModelProto) -> float:
        return 0.0

    def finalize(self, model: onnx.ModelProto) -> bytes:
        return onnx_file.finalize(model).SerializeToString()

    def beside(self, root: Path, file: str) -> dict[str, bytes]:
        return {}

    def session(self, data: bytes, beside: dict[str, bytes], threads: int = 1) -> runner.Session:
        return runner.strict_session(data, threads)


class Transformers(Onnx):
    """Transformers.js, which runs a graph in onnxruntime-web again and again: a language model, which goes on with a text."""

    runtime = Onnx.runtime | {"transformers": ("@huggingface/transformers", "transformers.js")}

    def problems(self, model: onnx.ModelProto) -> Iterable[str]:
        yield from super().problems(model)
        yield from language_model.problems(onnx_file.signature(model))

    def signature(self, model: onnx.ModelProto, listed: Container[str]) -> Signature:
        return writer.signature(listed)

    def beside(self, root: Path, file: str) -> dict[str, bytes]:
        return language_model.read(root, file)

    def session(self, data: bytes, beside: dict[str, bytes], threads: int = 1) -> runner.Session:
        graph = onnx_file.signature(onnx.load_from_string(data))
        return runner.strict_session(data, threads, lambda data, threads: language_model.LanguageModel(data, graph, beside, threads))


class Llama:
    """llama.cpp: a language model in a GGUF file."""

    suffix = ".gguf"
    native, package, web = "llama.cpp", llama.LlamaModel.package, "@wllama/wllama"
    memory = 3
    runtime: Runtime = {"llama": (web, "llama.js"), "wasm": (web, "llama.wasm"), "jinja": ("@huggingface/jinja", "jinja.js")}

    def load(self, path: Path) -> Gguf:
        return gguf_file.load(path)

    def problems(self, model: Gguf) -> Iterable[str]:
        return llama.problems(model)

    def signature(self, model: Gguf, listed: Container[str]) -> Signature:
        return writer.signature(listed)

    def graph(self, model: Gguf) -> onnx.ModelProto:
        return onnx.ModelProto()

    def facts(self, model: Gguf) -> dict[str, Any]:
        return {"architecture": model.metadata["general.architecture"]}

    def summary(self, model: Gguf) -> str:
        return f"{model.metadata['general.architecture']}, {len(model.of_tokenizer('tokens'))} tokens"

    def tie(self, model: Gguf) -> float:
        return llama.tie(model)

    def finalize(self, model: Gguf) -> bytes:
        return model.data

    def beside(self, root: Path, file: str) -> dict[str, bytes]:
        return {llama.ABOUT: llama.about(gguf_file.load(root / file))}

    def session(self, data: bytes, beside: dict[str, bytes], threads: int = 1) -> runner.Session:
        return llama.session(data, beside, threads)


ENGINES: dict[str, Engine[Any]] = {"onnx": Onnx(), "transformers": Transformers(), "llama": Llama()}
