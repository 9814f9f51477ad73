"""A language model in an ONNX graph, step by step in onnxruntime: what the page computes with Transformers.js, in Python.

The folder of the model has the layout of Transformers.js, which those of the Hugging Face hub have too: config.json, generation_config.json,
tokenizer.json and tokenizer_config.json, and the graph in onnx/. The graph takes tokens and what it kept of those before; what goes in and out of
the model as a page sees it is the same for all of them. Twin of web/runtime/engines/transformers.js.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mlweb import files, runner
from mlweb.codec import tokenizer_file
from mlweb.codec.kinds.conversation import Turns
from mlweb.codec.tokenize import whole
from mlweb.engines.template import prompt_of
from mlweb.engines.writer import Writer
from mlweb.errors import UserError
from mlweb.graph.onnx_file import Signature

FILES = ("config.json", "tokenizer.json", "tokenizer_config.json")
OPTIONAL = ("generation_config.json",)
FEEDS = ("input_ids", "attention_mask", "position_ids")
LAYOUT = "it must have the layout of Transformers.js, as the ONNX folders of the hub have it"
MOST = 100_000_000  # bytes of a tokenizer.json


def folder_of(file: str) -> str:
    """The folder of a model, by the path of its graph, such as model/onnx/model.onnx."""
    return Path(file).parent.parent.as_posix()


def read(root: Path, file: str) -> dict[str, bytes]:
    """The files beside the graph, by name; raises UserError where one is missing."""
    folder = Path(folder_of(file))
    there = [name for name in (*FILES, *OPTIONAL) if name in FILES or (root / folder / name).is_file()]
    missing = f"the folder {folder} has no {{}}: {LAYOUT}; train and export first, or fetch a model with: uv run poe fetch-model owner/name"
    return {name: files.inside(root, (folder / name).as_posix(), MOST, missing.format(name)).read_bytes() for name in there}


def problems(graph: Signature) -> Iterator[str]:
    """Why a graph can't go on with a text step by step; nothing when it can."""
    past = past_of(graph)
    if lacking := next((name for name in FEEDS[:2] if name not in graph.inputs), None):
        yield f'it has no input "{lacking}": {LAYOUT}.'
    elif not past:
        yield "it keeps nothing of the tokens before (it has no inputs past_key_values.0.key and so on): export it with a cache."
    elif unknown := [name for name in graph.inputs if name not in (*FEEDS, *past)]:
        yield f'it takes "{unknown[0]}", which no text gives: it is no plain language model.'
    elif odd := next((info for name, info in graph.inputs.items() if name in past and info.dtype != "float32"), None):
        yield f'"{odd.name}" is a {odd.what}, but pages keep float32: take the file model_quantized.onnx (q8) or model.onnx (fp32).'
    elif lost := next((name for name in ("logits", *map(kept, past)) if name not in graph.outputs), None):
        yield f'it has no output "{lost}": {LAYOUT}.'


def past_of(graph: Signature) -> list[str]:
    """The inputs for what was kept."""
    return [name for name in graph.inputs if name.startswith("past_key_values.")]


def kept(name: str) -> str:
    """The output that is the next step's input of this name."""
    return name.replace("past_key_values", "present")


class LanguageModel(Writer):
    """A session whose run writes a whole text by onnxruntime."""

    def __init__(self, data: bytes, graph: Signature, beside: dict[str, bytes], threads: int = 1):
        """graph: the signature of the graph in `data`; beside: the files of its folder. Raises UserError where one of them can't be read."""
        configs = {name: parsed(name, text) for name, text in beside.items()}
        self.graph, config = graph, configs["config.json"]
        self.tokenizer, _ = tokenizer_file.read(beside["tokenizer.json"], "tokenizer.json")
        self.config, generation = configs["tokenizer_config.json"], configs.get("generation_config.json", {})
        self.size = int(config.get("max_position_embeddings", 2048))
        ends = generation.get("eos_token_id", config.get("eos_token_id"))
        self.ends = set(ends if isinstance(ends, list) else [ends])
        super().__init__(data, threads)

    def tokens(self, prompt: str, template: str | None, turns: Turns) -> list[int]:
        template = self.config.get("chat_template") if template is None else template
        return self.tokenizer.encode(whole(prompt_of(prompt, template, self.config, turns)), add_special_tokens=not template).ids

    def text(self, tokens: list[int]) -> str:
        return self.tokenizer.decode(tokens, skip_special_tokens=True)

    def scores(self, prompt: list[int], found: list[int], likeliest: int) -> Iterator[np.ndarray]:
        past = past_of(self.graph)
        cache = {name: np.zeros([0 if dim is None else dim for dim in (1, *(self.graph.inputs[name].dims or ())[1:])], np.float32) for name in past}
        step, total = prompt, 0
        while True:
            total += len(step)
            feeds = {"input_ids": [step], "attention_mask": [[1] * total], "position_ids": [list(range(total - len(step), total))]}
            given = {name: np.array(feed, np.int64) for name, feed in feeds.items() if name in self.graph.inputs}
            logits, *present = runner.Session.run(self, ["logits", *map(kept, past)], given | cache)
            cache = dict(zip(past, present, strict=True))
            yield logits[0, -1]
            step = found[-1:]


def parsed(name: str, text: bytes) -> dict:
    """One of the folder's JSON files; raises UserError."""
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise UserError(f"{name} of the model's folder is no JSON object: fetch or export the model again.")
    return given
