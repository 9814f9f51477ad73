"""One of a list. Twin of web/codec/kinds/choice.js."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from mlweb.codec import types
from mlweb.codec.dtypes import BOUNDS, EXACT, FLOAT_MAX, FLOATS, NUMERIC, WHOLE, double
from mlweb.codec.kinds.base import FormField, Strict, Words
from mlweb.codec.kinds.value_range import ValueRange
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.scalars import same, shown, worded
from mlweb.codec.shorten import shortened
from mlweb.codec.types import Input, Scalar

# What a choice may be: whole numbers that a page has exactly, and floats that are not infinite in the dtype.
LIMITS = BOUNDS | {"int64": (-WHOLE["int64"], WHOLE["int64"]), "float32": (-FLOAT_MAX["float32"], FLOAT_MAX["float32"])}


class Option(Strict):
    value: Scalar
    label: Words


def option(given: Any) -> Any:
    """`Paris` is short for `{value: Paris, label: Paris}`."""
    return given if isinstance(given, dict) else {"value": given, "label": str(given)}


class Choice(FormField):
    learns: ClassVar = "categories"

    kind: Literal["choice"]
    choices: list[Annotated[Option, BeforeValidator(option, json_schema_input_type=Option | Scalar)]] = Field(
        min_length=1, description="A list of values, or of {value, label}."
    )
    default: Scalar | None = None
    unseen: bool = Field(default=False, exclude=True, description="Whether choices that training never saw are meant; without it they are a mistake.")

    def mismatches(self, dtype: str) -> Iterator[str]:
        values = [each.value for each in self.choices]
        if dtype != "string" and (words := [value for value in values if isinstance(value, str)]):
            yield f'the choice "{words[0]}" is text, but the model takes {dtype}: write {{value: <number>, label: "{words[0]}"}}.'
        elif dtype in NUMERIC - FLOATS and any(isinstance(value, float) for value in values):
            yield f"the choices hold fractions, but the model takes {dtype}."
        elif beyond := [value for value in values if is_outside(value, dtype)]:
            yield f"the choice {beyond[0]} does not fit into {dtype}."
        elif inexact := [value for value in values if is_inexact(value, dtype)]:
            text = f' Write it as text: "{inexact[0]}".' if dtype == "string" else ""
            yield f"the choice {inexact[0]} has more digits than a page can send as {dtype}.{text}"

    def start(self, known: Mapping[str, Any]) -> Scalar:
        return self.choices[0].value

    @classmethod
    def element(cls, field: types.Field, value: Any, dtype: str, decimal: str) -> Scalar:
        """One of the listed values, given as itself or as its text."""
        choices = field.get("choices", [])
        for each in choices:
            if same(each["value"], value):
                return each["value"]
        offered = ", ".join(shortened(worded(each["value"], decimal)) for each in choices[:8])
        more = ", …" if len(choices) > 8 else ""
        raise InvalidValue("choice", text=shortened(shown(value)), offered=offered + more)

    @classmethod
    def probable(cls, field: types.Field) -> Scalar:
        return field.get("choices", [])[0]["value"]

    @classmethod
    def is_limited(cls, field: types.Field) -> bool:
        return True

    @classmethod
    def made_up(cls, field: types.Field, source: Input, scope: ValueRange, generator: np.random.Generator) -> Scalar:
        choices = field.get("choices", [])
        return choices[generator.integers(len(choices))]["value"]

    @classmethod
    def odd_values(cls, field: types.Field, dtype: str) -> Sequence[tuple[str, Any]]:
        choices = field.get("choices", [])
        some = [(f"choice {each['value']}", each["value"]) for each in choices[:3]]
        return [*some, ("as text", str(choices[-1]["value"])), ("nobody saw", "Zürich 🏔️")]

    @classmethod
    def can_be_given(cls, field: types.Field, value: Any) -> bool:
        return shown(value) in [shown(each["value"]) for each in field.get("choices", [])]


def is_outside(value: Scalar, dtype: str) -> bool:
    """Whether a number is none that a page can send as this dtype."""
    return dtype in LIMITS and not isinstance(value, str) and not LIMITS[dtype][0] <= double(value) <= LIMITS[dtype][1]


def is_inexact(value: Scalar, dtype: str) -> bool:
    """Whether a whole number would become another one on its way to this dtype."""
    return type(value) is int and dtype not in BOUNDS and abs(value) > WHOLE.get(dtype, EXACT) and (dtype != "float32" or float(np.float32(value)) != value)
