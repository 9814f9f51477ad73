"""A model that goes on with a text: what of that is the same for every engine. Prompts and conversations go in, and a text comes out, token by token.

Twin of web/runtime/engines/language-model.js.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Iterator
from random import Random
from typing import Any

import numpy as np

from mlweb import runner
from mlweb.codec.kinds.conversation import Turns, turns_of
from mlweb.codec.tokenize import whole
from mlweb.codec.types import Course, Dims
from mlweb.engines.parts import text_parts
from mlweb.engines.sampling import next_token
from mlweb.graph.onnx_file import Signature, TensorInfo

Choose = Callable[[np.ndarray, float, int, Random], int]  # which token comes next, as sampling.next_token says it
NEAR = 32  # of the likeliest tokens, how many scores are told beside those that a draw needs

# What a page may give, and what it starts with where metadata.yml has no field for it. The template of None is the model's own, if it has one.
DEFAULTS: dict[str, Any] = {"prompt": "", "template": None, "max_new_tokens": 128, "temperature": 0.0, "top_k": 0, "seed": 0, "history": "", "in_parts": False}
INPUTS = {"prompt": "string", "template": "string", "max_new_tokens": "int64", "temperature": "float32", "top_k": "int64", "seed": "int64"}
INPUTS |= {"history": "string", "in_parts": "bool"}
# text; the numbers of its tokens; and the Course.
OUTPUTS: dict[str, tuple[str, Dims]] = {"text": ("string", [1]), "tokens": ("int64", [1, None]), "context": ("int64", [1, len(Course.__annotations__)])}


def signature(listed: Container[str]) -> Signature:
    """What goes in and comes out, of the inputs the prompt and those that the contract lists."""
    inputs = {name: TensorInfo(name, dtype, [1], dtype) for name, dtype in INPUTS.items() if name == "prompt" or name in listed}
    return Signature(inputs, {name: TensorInfo(name, dtype, dims, dtype) for name, (dtype, dims) in OUTPUTS.items()})


class Writer(runner.Session, ABC):
    """A session whose run writes a whole text. Raises NativeError where a template does not render, or a prompt is too long."""

    size: int  # tokens that the model holds
    ends: Container[int | None]  # the tokens that end a text

    @abstractmethod
    def tokens(self, prompt: str, template: str | None, turns: Turns) -> list[int]:
        """The tokens of a prompt: of what the template makes of it and the turns before. Without a template all is read line by line, and the tokenizer
        puts its own tokens around it. template: "" for none, None for the model's own, if it has one."""

    @abstractmethod
    def text(self, tokens: list[int]) -> str:
        """What tokens say that were written; those that are no text are left out."""

    @abstractmethod
    def scores(self, prompt: list[int], found: list[int], likeliest: int) -> Iterator[np.ndarray]:
        """The scores [vocabulary] of the token that comes next, again and again, behind what was `found` meanwhile. likeliest: how many of them are
        needed, 0 for all; the others may be minus infinity."""

    def run(self, names: list[str] | None, feeds: dict[str, np.ndarray], rows: int = 1) -> list[Any]:
        outputs = self.write(feeds)
        return [outputs[name] for name in names or outputs]

    def write(self, feeds: dict[str, np.ndarray], choose: Choose = next_token) -> dict[str, np.ndarray]:
        """All outputs of one run. choose: says which token comes next, again and again."""
        asked = DEFAULTS | {name: array.reshape(-1)[0] for name, array in feeds.items()}
        text, found, course = self.written_in_parts(asked, choose) if asked["in_parts"] else self.written(asked["prompt"], asked, choose)
        return {"text": np.array([text], object), "tokens": np.array([found], np.int64), "context": np.array([list(course.values())], np.int64)}

    def written_in_parts(self, asked: dict[str, Any], choose: Choose) -> tuple[str, list[int], Course]:
        """What is written from a text that may be too long: from each of its parts, then from what was written of these, in a line each, and so on,
        until that is one part, or does not get fewer."""
        room = self.room(asked)

        def fits(text: str) -> bool:
            return len(self.tokens(text, asked["template"], [])) + room <= self.size

        texts = text_parts(whole(asked["prompt"]), fits) or [""]
        count = len(texts)
        while True:
            written = [self.written(text, asked, choose) for text in texts]
            summary = "\n".join(text for text, _, _ in written)
            again = text_parts(summary, fits)
            if len(texts) == 1 or not 0 < len(again) < len(texts):
                return summary, [token for _, tokens, _ in written for token in tokens], {**written[-1][2], "done": count, "parts": count}
            texts = again

    def written(self, prompt: str, asked: dict[str, Any], choose: Choose) -> tuple[str, list[int], Course]:
        """What goes on from a prompt, its tokens, and how it came about."""
        turns, omitted = turns_of(asked["history"]) if asked["history"] else [], 0
        while len(ids := self.tokens(prompt, asked["template"], turns[omitted:])) + self.room(asked) > self.size and omitted < len(turns):
            omitted += 1
        if not ids:
            raise runner.NativeError("The prompt is empty.")
        if (room := self.size - len(ids)) < 1:
            raise runner.NativeError(f"The prompt has {len(ids)} tokens, and the model holds {self.size}.")
        random, found, temperature, top_k = Random(int(asked["seed"])), [], float(asked["temperature"]), int(asked["top_k"])
        for logits in self.scores(ids, found, 0 if temperature and not top_k else top_k + NEAR):
            found.append(choose(logits, temperature, top_k, random))
            if found[-1] in self.ends or len(found) >= min(int(asked["max_new_tokens"]), room):
                break
        return self.text(found), found, {"prompt": len(ids), "size": self.size, "omitted": omitted, "done": 1, "parts": 1}

    def room(self, asked: dict[str, Any]) -> int:
        """Tokens that are kept free for the answer, where something can be left out or cut for it: at most half of what the model holds."""
        return min(int(asked["max_new_tokens"]), self.size // 2)
