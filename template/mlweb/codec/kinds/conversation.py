"""The turns of a conversation before the present one, as JSON: `[["question", "answer"], …]`. Twin of web/codec/kinds/conversation.js."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field

from mlweb.codec import types
from mlweb.codec.kinds.base import FormField
from mlweb.codec.kinds.value_range import ValueRange
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.types import Input

Turns = list[tuple[str, str]]


class Conversation(FormField):
    kind: Literal["conversation"]
    missing: Literal["refuse", "nan", "empty"] = Field(default="empty", description="A conversation begins without a turn: leave this out.")
    default: str | None = None

    def mismatches(self, dtype: str) -> Iterator[str]:
        if dtype != "string":
            yield f"kind conversation needs a string input, the model's is {dtype}."

    def start(self, known) -> str:
        return ""

    @classmethod
    def element(cls, field: types.Field, value: Any, dtype: str, decimal: str) -> str:
        """The JSON as it was given, when it is that of a conversation."""
        turns_of(value)
        return value

    @classmethod
    def probable(cls, field: types.Field) -> str:
        return ""

    @classmethod
    def made_up(cls, field: types.Field, source: Input, scope: ValueRange, generator: np.random.Generator) -> str:
        said = generator.choice(scope.words, (generator.integers(0, 3), 2)).tolist()
        return json.dumps(said, ensure_ascii=False) if said else ""

    @classmethod
    def odd_values(cls, field: types.Field, dtype: str) -> Sequence[tuple[str, Any]]:
        given = ['[["Déjà vu?", "👩‍🔬\\n"], ["a", ""]]', " [ ] ", '[["alone"]]', '["a", "b"]', "{}", "[[", '[["a", 1]]', '[["a\\u0000", "b"]]', "NaN", 7]
        return [(f"conversation {value}", value) for value in given]


def turns_of(value: Any) -> Turns:
    """Questions and answers, the oldest first; raises InvalidValue."""
    try:
        given = json.loads(value)
    except (ValueError, TypeError, RecursionError):
        raise InvalidValue("conversation") from None
    if not isinstance(given, list) or not all(isinstance(turn, list) and len(turn) == 2 and all(isinstance(text, str) for text in turn) for turn in given):
        raise InvalidValue("conversation")
    if any("\0" in text for turn in given for text in turn):
        raise InvalidValue("nul")
    return [(question, answer) for question, answer in given]
