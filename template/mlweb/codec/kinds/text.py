"""Texts, as they are or as the tokens that a model reads of them. Twin of web/codec/kinds/text.js."""

from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field, PrivateAttr, ValidationInfo, model_validator

from mlweb import files
from mlweb.codec import tokenize, types
from mlweb.codec.kinds.base import FormField, Strict
from mlweb.codec.kinds.value_range import WORDS, ValueRange
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.types import Input
from mlweb.errors import UserError

TOKENS = ("int64", "int32")  # dtypes that a graph takes tokens as
HINT = " If it takes the tokens of a text, add tokenizer: model/tokenizer.json."
SHORT_TEXT, LONGEST_TEXT = 3, 12  # words of a made-up text; the latter where the graph knows some, which have to meet


def with_file(given: Any) -> Any:
    """`model/tokenizer.json` is short for `{file: model/tokenizer.json}`."""
    return {"file": given} if isinstance(given, str) else given


class Tokenizer(Strict):
    """How a text becomes the numbers of its tokens, for a graph that takes these, as BERT and its kin do. One field then feeds several inputs."""

    file: str = Field(description="Path of the tokenizer.json that belongs to the model, such as model/tokenizer.json.")
    mask: str = Field(default="attention_mask", description="The input of the graph that says which tokens are of the text.")
    types: str = Field(default="token_type_ids", description="The input that says which segment each token is of, where the graph has one.")
    max: int = Field(default=512, ge=8, le=100_000, description="Only so many tokens of a text are read; the page says where it cuts one.")

    _sha256: str = PrivateAttr("")

    @model_validator(mode="after")
    def registered(self, info: ValidationInfo):
        root = Path((info.context or {}).get("root", ""))
        missing = f"there is no file {self.file}: put the tokenizer.json of the model there, which tokenizer.save_pretrained(folder) writes."
        try:
            self._sha256 = tokenize.register(files.inside(root, self.file, missing=missing).read_bytes(), self.file)
        except UserError as refused:
            raise ValueError(str(refused)) from None
        return self

    def beside(self, inputs: Container[str]) -> dict[str, str]:
        """The further inputs that it feeds: {"mask": name}, and "types" where the graph has it, or the contract names it."""
        has_types = self.types in inputs or "types" in self.model_fields_set
        return {"mask": self.mask} | ({"types": self.types} if has_types else {})

    def formed(self, inputs: Container[str]) -> dict[str, Any]:
        """What the encoders know of it."""
        return {"sha256": self._sha256, "max": self.max, **self.beside(inputs)}


class Text(FormField):
    is_lent: ClassVar[bool] = True

    kind: Literal["text"]
    lines: int = Field(default=3, ge=1, le=40, description="Height of the field in lines; 1 for a single-line field.")
    code: bool = Field(default=False, description="Whether it is code: shown in letters of one width, and never checked for spelling.")
    tokenizer: Annotated[Tokenizer | None, BeforeValidator(with_file, json_schema_input_type=Tokenizer | str | None)] = Field(
        default=None, description="For a graph that takes tokens, not the text itself: the path of its tokenizer.json, or a map with it."
    )
    default: str | None = None

    def mismatches(self, dtype: str) -> Iterator[str]:
        if dtype != "string":
            yield f"kind text needs a string input, the model's is {dtype}.{HINT if dtype in TOKENS else ''}"

    def start(self, known: Mapping[str, Any]) -> str | None:
        return "" if self.tokenizer is None or self.missing == "empty" else None  # else an empty text is refused

    @classmethod
    def element(cls, field: types.Field, value: Any, dtype: str, decimal: str) -> str:
        """Any text. onnxruntime-web cuts a string at a NUL character, so that one is refused."""
        if not isinstance(value, str):
            raise InvalidValue("text")
        if "\0" in value:
            raise InvalidValue("nul")
        return value

    @classmethod
    def probable(cls, field: types.Field) -> str:
        return "a" if "tokenizer" in field else ""

    @classmethod
    def made_up(cls, field: types.Field, source: Input, scope: ValueRange, generator: np.random.Generator) -> str:
        return words(scope, generator)

    @classmethod
    def odd_values(cls, field: types.Field, dtype: str) -> Sequence[tuple[str, Any]]:
        odd = [("accents", "Déjà vu, Ærøskøbing"), ("emoji", "👩‍🔬 🏔️"), ("capitals", "ÀÉÎ ß ẞ"), ("lines", "one\n two\t"), ("NUL", "a\0b")]
        return odd + ([("longer than is read", "so it goes " * (field["tokenizer"]["max"] // 2))] if "tokenizer" in field else [])

    @classmethod
    def can_be_given(cls, field: types.Field, value: Any) -> bool:
        return isinstance(value, str) and (field.get("lines", 1) > 1 or "\n" not in value)


def words(scope: ValueRange, generator: np.random.Generator) -> str:
    longest = LONGEST_TEXT if len(scope.words) > len(WORDS) else SHORT_TEXT
    return " ".join(generator.choice(scope.words, generator.integers(1, longest, endpoint=True)))
