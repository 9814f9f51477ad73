"""Yes or no. Twin of web/codec/kinds/toggle.js."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np

from mlweb.codec import types
from mlweb.codec.dtypes import NUMERIC
from mlweb.codec.kinds.base import FormField
from mlweb.codec.kinds.value_range import ValueRange
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.scalars import WHITE, shown
from mlweb.codec.types import Input

TRUTH = {"true": True, "false": False, "1": True, "0": False}


class Toggle(FormField):
    learns: ClassVar = "categories"

    kind: Literal["toggle"]
    default: bool | None = None

    def mismatches(self, dtype: str) -> Iterator[str]:
        if dtype not in NUMERIC | {"bool", "string"}:
            yield f"kind toggle does not fit {dtype}."

    def start(self, known: Mapping[str, Any]) -> bool:
        return False

    @classmethod
    def element(cls, field: types.Field, value: Any, dtype: str, decimal: str) -> bool | int:
        """True or false, or the text of either."""
        truth = TRUTH.get(shown(value).strip(WHITE).lower())
        if truth is None:
            raise InvalidValue("toggle")
        return truth if dtype in ("bool", "string") else int(truth)

    @classmethod
    def probable(cls, field: types.Field) -> bool:
        return False

    @classmethod
    def is_limited(cls, field: types.Field) -> bool:
        return True

    @classmethod
    def made_up(cls, field: types.Field, source: Input, scope: ValueRange, generator: np.random.Generator) -> bool:
        return bool(generator.integers(2))

    @classmethod
    def odd_values(cls, field: types.Field, dtype: str) -> Sequence[tuple[str, Any]]:
        return [("true", True), ("false", False), ("text", "TRUE"), ("neither", "maybe")]

    @classmethod
    def can_be_given(cls, field: types.Field, value: Any) -> bool:
        return isinstance(value, bool)
