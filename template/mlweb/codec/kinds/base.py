"""What every kind of field says of itself: of an entry of metadata.yml, and of a field of the form that is made of it.

A kind is a class in a file of this folder and a row in `__init__.py`. What is asked of the entry is a method; what is asked of a field of the
form, which is plain data, gets that field.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator
from typing_extensions import TypeAliasType

from mlweb.codec import types
from mlweb.codec.kinds.value_range import ValueRange
from mlweb.codec.languages import Language
from mlweb.codec.types import Dims, Input, Scalar


def in_languages(given: Any) -> str:
    """Whether a text is given once, or in several languages."""
    return "languages" if isinstance(given, dict) else "text"


# What people read: a text, or one for each of the page's languages, such as {en: Age, fr: Âge}.
Several = Annotated[dict[Language, Annotated[str, Field(min_length=1)]], Field(min_length=1), Tag("languages")]
Words = TypeAliasType("Words", Annotated[Annotated[str, Tag("text")] | Several, Discriminator(in_languages)])


class Strict(BaseModel):
    """A part of the contract: a key that is not listed here is an error, and text is never taken for a number."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Described(Strict):
    """What every field and output may say about itself."""

    label: Words | None = Field(default=None, description="The name people see; by default the ONNX name.")
    unit: Words | None = Field(default=None, description="Shown after the value, such as kg/m².")
    help: Words | None = Field(default=None, description="A sentence shown under the field.")

    def refers(self) -> list[tuple[str, str]]:
        """The other outputs of the graph that this one is shown with: (key, name)."""
        pairs = {key: getattr(self, key, None) for key in ("interval", "scores", "labels", "tokens", "context")}
        return [(key, name) for key, named in pairs.items() for name in ([named] if isinstance(named, str) else named if isinstance(named, list) else [])]


class InOrder(Strict):
    """A part with limits."""

    @model_validator(mode="after")
    def ordered(self):
        low, high = getattr(self, "min", None), getattr(self, "max", None)
        if low is not None and high is not None and low >= high:
            raise ValueError(f"min {low:g} must be below max {high:g}.")
        return self


class InputKind(Described):
    """A kind of field."""

    rank: ClassVar[float] = 0  # dims that one value has of its own; infinite where it may have any number of them
    is_lent: ClassVar[bool] = False  # whether it starts with the value of the first example, where the contract gives no default

    def start(self, known: Mapping[str, Any]) -> Scalar | None:
        """Where the field starts when the contract does not say; `known` is what training saw of it (facts.Known). None for nowhere."""
        return None

    @classmethod
    def probable(cls, field: types.Field) -> Any:
        """A value that a field without a default probably takes; None for none."""
        return None

    @classmethod
    def is_limited(cls, field: types.Field) -> bool:
        """Whether made-up values are alike however large they may be: bytes, say, or values within limits."""
        return "min" in field and "max" in field

    @classmethod
    def made_up(cls, field: types.Field, source: Input, scope: ValueRange, generator: np.random.Generator) -> Any:
        """A value that nobody brought, within the field's own limits, which a person could give."""
        raise NotImplementedError

    @classmethod
    def odd_values(cls, field: types.Field, dtype: str) -> Sequence[tuple[str, Any]]:
        """What people really give, right and wrong, beside nothing at all: (what it is, value)."""
        return []

    @classmethod
    def can_be_given(cls, field: types.Field, value: Any) -> bool:
        """Whether a person can give this value by hand, in the page's control: a list offers only its choices, a switch only on and off."""
        return True


class FormField(InputKind):
    """A field of the form whose value is one element of a tensor."""

    learns: ClassVar[Literal["range", "categories"] | None] = None  # what facts.json keeps of it; a text of training may be private

    missing: Literal["refuse", "nan", "empty"] = Field(
        default="refuse", description="What to do with an empty field: refuse it, or send NaN (floats) or an empty text (strings)."
    )

    def mismatches(self, dtype: str) -> Iterator[str]:
        """Why values of this kind are no elements of this dtype, a sentence each."""
        raise NotImplementedError

    @classmethod
    def element(cls, field: types.Field, value: Any, dtype: str, decimal: str) -> Scalar:
        """A value as an element of the dtype, where numbers have this decimal sign; raises InvalidValue. The twin of `element` in JavaScript."""
        raise NotImplementedError


class ArrayField(InputKind):
    """A field whose value is an array: it is a whole input of the graph, and starts empty or with a file of the project."""

    is_lent: ClassVar[bool] = True

    default: str | None = Field(default=None, description="Path of the initial file, such as examples/cat.jpg.")

    def mismatches(self, dtype: str, dims: Dims) -> Iterator[str]:
        """Why arrays of this kind do not fit into an input of this dtype and these dims, a sentence each."""
        yield from ()

    @classmethod
    def array(cls, field: types.Field, value: np.ndarray, source: Input) -> np.ndarray:
        """What a person gave, as the graph takes it but for dtype and batch dim; raises InvalidValue. The twin of `array` in JavaScript."""
        raise NotImplementedError

    @classmethod
    def read(cls, path: Path, field: types.Field) -> np.ndarray:
        """The array in a file of the project, as the page reads it; raises UserError, or what the file's reader raises."""
        raise NotImplementedError

    @classmethod
    def can_be_given(cls, field: types.Field, value: Any) -> bool:
        return isinstance(value, np.ndarray)


def port_type(dtype: str | None, dims: Dims | None) -> str:
    """`float32 [N, 4]`; N is a dynamic dim. `float32` alone where the graph declares no shape."""
    return f"{dtype}" if dims is None else f"{dtype} [{', '.join('N' if dim is None else str(dim) for dim in dims)}]"


def fixed_batch(dtype: str, dims: Dims) -> Iterator[str]:
    """A sentence where the graph takes only so many rows at a time, and not one."""
    if dims[0] not in (None, 1):
        yield f"the model takes only batches of {dims[0]} ({port_type(dtype, dims)}): export it with a dynamic first dim."
