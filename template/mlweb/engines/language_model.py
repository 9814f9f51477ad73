"""A language model as a session: a prompt goes in, and the text that it goes on with comes out. What the page computes with Transformers.js, in Python.

The folder of the model has the layout of Transformers.js, which those of the Hugging Face hub have too: config.json, generation_config.json,
tokenizer.json and tokenizer_config.json, and the graph in onnx/. The graph takes tokens and what it kept of those before; what goes in and out of
the model as a page sees it is the same for all of them. Twin of web/runtime/engines/transformers.js.
"""

import json
from collections.abc import Container, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np

from mlweb import files, runner
from mlweb.codec import tokenizer_file
from mlweb.codec.kinds.conversation import Turns, turns_of
from mlweb.codec.tokenize import whole
from mlweb.codec.types import Dims
from mlweb.engines.parts import text_parts
from mlweb.engines.sampling import next_token
from mlweb.engines.template import rendered
from mlweb.errors import UserError
from mlweb.graph.onnx_file import Signature, TensorInfo

FILES = ("config.json", "tokenizer.json", "tokenizer_config.json")
OPTIONAL = ("generation_config.json",)
FEEDS = ("input_ids", "attention_mask", "position_ids")
LAYOUT = "it must have the layout of Transformers.js, as the ONNX folders of the hub have it"
MOST = 100_000_000  # bytes of a tokenizer.json

# What a page may give, and what it starts with where metadata.yml has no field for it. The template of None is the model's own, if it has one.
DEFAULTS: dict[str, Any] = {"prompt": "", "template": None, "max_new_tokens": 128, "temperature": 0.0, "top_k": 0, "seed": 0, "history": "", "in_parts": False}
INPUTS = {"prompt": "string", "template": "string", "max_new_tokens": "int64", "temperature": "float32", "top_k": "int64", "seed": "int64"}
INPUTS |= {"history": "string", "in_parts": "bool"}
# text; the numbers of its tokens; and the Course.
OUTPUTS: dict[str, tuple[str, Dims]] = {"text": ("string", [1]), "tokens": ("int64", [1, None]), "context": ("int64", [1, 5])}


def signature(listed: Container[str]) -> Signature:
    """What goes in and comes out, of the inputs the prompt and those that the contract lists."""
    inputs = {name: TensorInfo(name, dtype, [1], dtype) for name, dtype in INPUTS.items() if name == "prompt" or name in listed}
    return Signature(inputs, {name: TensorInfo(name, dtype, dims, dtype) for name, (dtype, dims) in OUTPUTS.items()})


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


class Course(NamedTuple):
    """How a text came about, in the order of the output `context`."""

    prompt: int  # tokens of the prompt, or of the last that was written from
    size: int  # tokens that the model holds, prompt and answer together
    left_out: int  # turns of the conversation that did not fit, the oldest
    done: int  # parts of a long text whose summaries are there
    parts: int  # of how many


class LanguageModel(runner.Session):
    """A session whose run writes a whole text. Raises NativeError where a template does not render, or a prompt is too long."""

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
        """The tokens of a prompt: of what the template makes of it and the turns before. Without a template all is read line by line, and the tokenizer
        puts its own tokens around it."""
        template = self.config.get("chat_template") if template is None else template
        text = rendered(template, prompt, self.config, turns) if template else "\n".join([*(said for turn in turns for said in turn), prompt])
        return self.tokenizer.encode(whole(text), add_special_tokens=not template).ids

    def run(self, names: list[str] | None, feeds: dict[str, np.ndarray], rows: int = 1) -> list[Any]:
        asked = DEFAULTS | {name: array.reshape(-1)[0] for name, array in feeds.items()}
        text, found, course = self.written_in_parts(asked) if asked["in_parts"] else self.written(asked["prompt"], asked)
        outputs = {"text": np.array([text], object), "tokens": np.array([found], np.int64), "context": np.array([course], np.int64)}
        return [outputs[name] for name in names or outputs]

    def written_in_parts(self, asked: dict[str, Any]) -> tuple[str, list[int], Course]:
        """What is written from a text that may be too long: from each of its parts, then from what was written of these, in a line each, and so on,
        until that is one part, or does not get fewer."""
        room = self.room(asked)

        def fits(text: str) -> bool:
            return len(self.tokens(text, asked["template"], [])) + room <= self.size

        texts = text_parts(whole(asked["prompt"]), fits) or [""]
        count = len(texts)
        while True:
            written = [self.written(text, asked) for text in texts]
            summary = "\n".join(text for text, _, _ in written)
            again = text_parts(summary, fits)
            if len(texts) == 1 or not 0 < len(again) < len(texts):
                return summary, [token for _, tokens, _ in written for token in tokens], written[-1][2]._replace(done=count, parts=count)
            texts = again

    def written(self, prompt: str, asked: dict[str, Any]) -> tuple[str, list[int], Course]:
        """What goes on from a prompt, its tokens, and how it came about."""
        turns, left_out = turns_of(asked["history"]) if asked["history"] else [], 0
        while len(ids := self.tokens(prompt, asked["template"], turns[left_out:])) + self.room(asked) > self.size and left_out < len(turns):
            left_out += 1
        if not ids:
            raise runner.NativeError("The prompt is empty.")
        if (room := self.size - len(ids)) < 1:
            raise runner.NativeError(f"The prompt has {len(ids)} tokens, and the model holds {self.size}.")
        random, found = Random(int(asked["seed"])), []
        for logits in self.scores(ids, found):
            found.append(next_token(logits, float(asked["temperature"]), int(asked["top_k"]), random))
            if found[-1] in self.ends or len(found) >= min(int(asked["max_new_tokens"]), room):
                break
        return self.tokenizer.decode(found, skip_special_tokens=True), found, Course(len(ids), self.size, left_out, 1, 1)

    def room(self, asked: dict[str, Any]) -> int:
        """Tokens that are kept free for the answer, where something can be left out or cut for it: at most half of what the model holds."""
        return min(int(asked["max_new_tokens"]), self.size // 2)

    def scores(self, prompt: list[int], found: list[int]) -> Iterator[np.ndarray]:
        """The scores [vocabulary] of the token that comes next, again and again, behind what was `found` meanwhile."""
        past = past_of(self.graph)
        cache = {name: np.zeros([0 if dim is None else dim for dim in (1, *(self.graph.inputs[name].dims or ())[1:])], np.float32) for name in past}
        step, total = prompt, 0
        while True:
            total += len(step)
            feeds = {"input_ids": [step], "attention_mask": [[1] * total], "position_ids": [list(range(total - len(step), total))]}
            given = {name: np.array(feed, np.int64) for name, feed in feeds.items() if name in self.graph.inputs}
            logits, *present = super().run(["logits", *map(kept, past)], given | cache)
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
