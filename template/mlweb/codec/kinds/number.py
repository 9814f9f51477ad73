"""Numbers: typed, or dragged between their limits. Twin of web/codec/kinds/number.js."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, Literal, TypeVar

import numpy as np
from pydantic import Field, model_validator

from mlweb.codec import types
from mlweb.codec.dtypes import BOUNDS, EXACT, FLOAT_MAX, FLOATS, NUMERIC, WHOLE, double
from mlweb.codec.kinds.base import FormField, InOrder
from mlweb.codec.kinds.value_range import ValueRange
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.scalars import THOUSANDS, WHITE, parsed
from mlweb.codec.shorten import shortened
from mlweb.codec.types import Input, Scalar

N = TypeVar("N", int, float)


class Numeric(InOrder, FormField, Generic[N]):
    """A field of a number."""

    learns: ClassVar = "range"

    min: N | None = Field(default=None, description="Smaller values are refused.")
    max: N | None = Field(default=None, description="Larger values are refused.")
    slider: list[N] | None = Field(
        default=None, min_length=2, max_length=2, description="Ends of the slider, by default min and max. They refuse nothing: people can type any value."
    )
    step: N | None = Field(default=None, gt=0, description="Step of the slider and the arrow keys; people can still type any value.")
    default: N | None = Field(default=None, description="The initial value; by default the training median.")
    grouping: bool | None = Field(default=None, description="Whether thousands are set apart, as in 12,000; by default everywhere but in a year.")

    @model_validator(mode="after")
    def from_low_to_high(self):
        if self.slider and self.slider[0] >= self.slider[1]:
            raise ValueError(f"slider {self.slider[0]:g} must be below {self.slider[1]:g}: write its lower end first.")
        return self

    @classmethod
    def is_limited(cls, field: types.Field) -> bool:
        return "slider" in field or super().is_limited(field)

    @classmethod
    def element(cls, field: types.Field, value: Any, dtype: str, decimal: str) -> float:
        """A number, or text that holds one. Where numbers have a decimal point, a comma may stand for it unless it could mean thousands."""
        given = value
        if isinstance(given, str):
            text, value = given.strip(WHITE), parsed(given)
            if value != value:
                raise InvalidValue("not_a_number", text=shortened(text))
            if decimal == "." and THOUSANDS.fullmatch(text):
                raise InvalidValue("two_readings", text=text, pointed=text.replace(",", "."), whole=text.replace(",", ""))
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InvalidValue("number")
        value = double(value)
        if not abs(value) <= FLOAT_MAX.get(dtype, 1.7976931348623157e308):
            raise InvalidValue("too_large", value=shortened(given), dtype=dtype)
        if "min" in field and value < field["min"]:
            raise InvalidValue("min", min=field["min"])
        if "max" in field and value > field["max"]:
            raise InvalidValue("max", max=field["max"])
        return value

    @classmethod
    def probable(cls, field: types.Field) -> float:
        return field.get("min", field.get("max", 1))

    @classmethod
    def odd_values(cls, field: types.Field, dtype: str) -> Sequence[tuple[str, Any]]:
        start = field.get("default", field.get("min", 1))
        odd = [("words", "a lot"), ("spaces", f"  {start} "), ("two readings", "1,500"), ("exponent", "1e1"), ("half", "0.5"), ("zero", "0")]
        odd += [("decimal comma", f"{float(start):.2f}".replace(".", ",")), ("huge", "1e39"), ("negative", "-1.5")]
        odd += [(f"at {end}", at) for end in ("min", "max") if (at := field.get(end)) is not None]
        odd += [("below min", field["min"] - 1)] if "min" in field else []
        odd += [("above max", field["max"] + 1)] if "max" in field else []
        odd += [("beyond the dtype", BOUNDS[dtype][1] + 1)] if dtype in BOUNDS else []
        return odd


class Number(Numeric[float]):
    kind: Literal["number"]

    def mismatches(self, dtype: str) -> Iterator[str]:
        if dtype not in FLOATS:
            better = "integer" if dtype in NUMERIC else "toggle" if dtype == "bool" else "text or choice"
            yield f"kind number needs a float input, the model's is {dtype}: use kind {better}."

    def start(self, known: Mapping[str, Any]) -> float | None:
        return known.get("median")

    @classmethod
    def made_up(cls, field: types.Field, source: Input, scope: ValueRange, generator: np.random.Generator) -> float:
        return fraction(*limits(field, scope), scope, generator)


class Integer(Numeric[int]):
    kind: Literal["integer"]

    @model_validator(mode="after")
    def exact(self):
        given = [(key, getattr(self, key)) for key in ("min", "max", "step", "default")] + [("slider", end) for end in self.slider or ()]
        for key, value in given:
            if abs(value or 0) > EXACT:
                raise ValueError(f"{key} {value} is beyond {EXACT}, up to which a page has every whole number.")
        return self

    def mismatches(self, dtype: str) -> Iterator[str]:
        if dtype not in NUMERIC:
            yield f"kind integer needs a numeric input, the model's is {dtype}."

    def start(self, known: Mapping[str, Any]) -> int | None:
        return round(known["median"]) if "median" in known else None

    @classmethod
    def element(cls, field: types.Field, value: Any, dtype: str, decimal: str) -> int:
        """A whole number that the dtype holds exactly."""
        number = super().element(field, value, dtype, decimal)
        if number != int(number):
            raise InvalidValue("whole")
        low, high = BOUNDS.get(dtype, (-WHOLE.get(dtype, 2**53), WHOLE.get(dtype, 2**53)))
        if not low <= number <= high:
            raise InvalidValue("range", low=low, high=high)
        return int(number)

    @classmethod
    def made_up(cls, field: types.Field, source: Input, scope: ValueRange, generator: np.random.Generator) -> Scalar:
        if not {"min", "max", "slider"} & field.keys() and source["dims"] in ([], [1]):
            return field.get("default", 1)  # a lone whole number is an axis or a count, and odd ones can keep a runtime busy for ever
        low, high = limits(field, scope)
        if low is None:
            low = 0 if high is None or high > 0 else high - scope.whole
        if high is None:
            high = low + scope.whole
        return int(generator.integers(int(low), int(min(high, BOUNDS.get(source["dtype"], (0, high))[1])), endpoint=True))


def fraction(low: float | None, high: float | None, scope: ValueRange, generator: np.random.Generator) -> float:
    """A made-up number between two limits, with few enough digits to be typed."""
    if low is None:
        low = -scope.spread if high is None or high > -scope.spread else high - scope.spread
    if high is None:
        high = low + 2 * scope.spread
    return float(np.clip(float(f"{generator.uniform(low, high):.4g}"), low, high))


def limits(field: types.Field, scope: ValueRange) -> tuple[float | None, float | None]:
    """The ends of the field's slider or its limits, or where it has none those between which the graph is known to change its answer."""
    low, high = field.get("slider") or (field.get("min"), field.get("max"))
    return scope.reach[field["name"]] if low is high is None and field["name"] in scope.reach else (low, high)
