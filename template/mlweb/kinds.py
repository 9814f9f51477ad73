"""What the contract says of one input or output of the graph: the kinds of fields, and the kinds of results."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationInfo, model_validator
from typing_extensions import TypeAliasType

from mlweb.languages import Language

Scalar = bool | int | float | str


def in_languages(given: Any) -> str:
    """Whether a text is given once, or in several languages."""
    return "languages" if isinstance(given, dict) else "text"


# What people read: a text, or one for each of the page's languages, such as {en: Age, fr: Âge}.
Several = Annotated[dict[Language, Annotated[str, Field(min_length=1)]], Field(min_length=1), Tag("languages")]
Words = TypeAliasType("Words", Annotated[Annotated[str, Tag("text")] | Several, Discriminator(in_languages)])
Title = TypeAliasType("Title", Annotated[Annotated[str, Field(min_length=1, max_length=120), Tag("text")] | Several, Discriminator(in_languages)])
ClassName = TypeAliasType("ClassName", Annotated[Annotated[Scalar, Tag("text")] | Several, Discriminator(in_languages)])


def names(given: Any, info: ValidationInfo) -> Any:
    """`labels.txt` is short for the list of that file's lines; it lies beside metadata.yml. Raises ValueError."""
    if not isinstance(given, str):
        return given
    try:
        text = Path((info.context or {}).get("root", ""), given).read_text(encoding="utf-8-sig")
    except OSError:
        raise ValueError(f'there is no file "{given}": give a list of names, or the path of a text file with one name a line.') from None
    except UnicodeDecodeError:
        raise ValueError(f"{given} is not UTF-8 text: save it with that encoding.") from None
    lines = [line.strip() for line in text.rstrip().split("\n")]
    if "" in lines:
        raise ValueError(f"line {lines.index('') + 1} of {given} is empty: write the name of a class on each line.")
    return lines


ClassNames = list[ClassName]
AtLeastTwo = Annotated[ClassNames, Field(min_length=2)]


class Strict(BaseModel):
    """A part of the contract: a key that is not listed here is an error, and text is never taken for a number."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Described(Strict):
    """What every field and output may say about itself."""

    label: Words | None = Field(None, description="The name people read; the ONNX name when absent.")
    unit: Words | None = Field(None, description="Shown behind the value, such as kg/m².")
    help: Words | None = Field(None, description="One sentence under the field.")

    def refers(self) -> list[tuple[str, str]]:
        """The other outputs of the graph that this one is shown with: (key, name)."""
        pairs = {key: getattr(self, key, None) for key in ("interval", "scores", "labels")}
        return [(key, name) for key, named in pairs.items() for name in ([named] if isinstance(named, str) else named or [])]


class Asked(Described):
    """A field of the form."""

    missing: Literal["refuse", "nan", "empty"] = Field(
        "refuse", description="What an empty field means: refuse it, or send NaN (floats) or an empty text (strings)."
    )


class Number(Asked):
    kind: Literal["number"]
    min: float | None = Field(None, description="Smaller values are refused.")
    max: float | None = Field(None, description="Larger values are refused.")
    step: float | None = Field(None, gt=0, description="Step of the slider and the arrow keys; any value may be typed.")
    default: float | None = Field(None, description="Where the form starts; the training median when absent.")

    @model_validator(mode="after")
    def ordered(self):
        if self.min is not None and self.max is not None and self.min >= self.max:
            raise ValueError(f"min {self.min:g} must be below max {self.max:g}.")
        return self


class Integer(Number):
    kind: Literal["integer"]  # type: ignore[assignment]
    min: int | None = None  # type: ignore[assignment]
    max: int | None = None  # type: ignore[assignment]
    step: int | None = Field(None, gt=0)  # type: ignore[assignment]
    default: int | None = None  # type: ignore[assignment]


class Option(Strict):
    value: Scalar
    label: Words


def option(given: Any) -> Any:
    """`Paris` is short for `{value: Paris, label: Paris}`."""
    return given if isinstance(given, dict) else {"value": given, "label": str(given)}


class Choice(Asked):
    kind: Literal["choice"]
    choices: list[Annotated[Option | Scalar, BeforeValidator(option)]] = Field(min_length=1, description="Values, or {value, label}.")
    default: Scalar | None = None


class Toggle(Asked):
    kind: Literal["toggle"]
    default: bool | None = None


class Text(Asked):
    kind: Literal["text"]
    lines: int = Field(3, ge=1, le=40, description="Height of the field; 1 takes a single line.")
    default: str | None = None


class Given(Described):
    """A field whose value is an array: it is a whole input of the graph, and starts empty or with a file of the project."""

    default: str | None = Field(None, description="Path of a file to start with, such as examples/cat.jpg.")


class Image(Given):
    kind: Literal["image"]


class Drawing(Given):
    kind: Literal["drawing"]


class Audio(Given):
    kind: Literal["audio"]
    rate: int = Field(16_000, ge=8_000, le=96_000, description="Samples a second (Hz) that the model takes.")
    seconds: float | None = Field(None, gt=0, description="The longest recording.")


class Tensor(Given):
    kind: Literal["tensor"]


def kind_of(given: Any) -> str | None:
    """Which class an input is: by its kind, or a vector when it has fields."""
    if not isinstance(given, dict):
        return getattr(given, "kind", "fields")
    return "fields" if "fields" in given else given.get("kind")


Single = (
    Annotated[Number, Tag("number")]
    | Annotated[Integer, Tag("integer")]
    | Annotated[Choice, Tag("choice")]
    | Annotated[Toggle, Tag("toggle")]
    | Annotated[Text, Tag("text")]
)
Whole = Annotated[Image, Tag("image")] | Annotated[Drawing, Tag("drawing")] | Annotated[Audio, Tag("audio")] | Annotated[Tensor, Tag("tensor")]


class Vector(Strict):
    """One [N,k] tensor shown as k fields, in the tensor's order."""

    label: Words | None = None
    help: Words | None = None
    fields: dict[str, Annotated[Single, Discriminator(kind_of)]] = Field(min_length=1)


class Value(Described):
    kind: Literal["value"]
    decimals: int | None = Field(None, ge=0, le=15, description="Digits behind the point; as many as it takes when absent.")
    interval: list[str] | None = Field(None, min_length=2, max_length=2, description="Names of the outputs with its lower and upper end.")


class Classes(Described):
    kind: Literal["classes"]
    classes: Annotated[AtLeastTwo, BeforeValidator(names, json_schema_input_type=str | AtLeastTwo)] = Field(
        description="Class names in the order of the output's columns, or the path of a text file with one name a line."
    )
    top: int | None = Field(None, ge=1, description="How many of the likeliest classes to show; all when absent.")
    threshold: float | None = Field(None, gt=0, lt=1, description="Below this probability the page says that it is not sure.")


class Boxes(Described):
    """An output [K, 4] of boxes x1, y1, x2, y2 in pixels of the input picture."""

    kind: Literal["boxes"]
    scores: str = Field(description="Name of the output [K] with how sure each box is, 0 to 1.")
    labels: str = Field(description="Name of the output [K] with the index of each box's class.")
    classes: Annotated[ClassNames | None, BeforeValidator(names, json_schema_input_type=str | ClassNames | None)] = Field(
        None, description="Class names by index, or the path of a text file with one name a line; the index itself when absent."
    )


class ShownImage(Described):
    kind: Literal["image"]


class ShownText(Described):
    kind: Literal["text"]


class ShownAudio(Described):
    kind: Literal["audio"]
    rate: int = Field(16_000, ge=8_000, le=96_000, description="Samples a second (Hz) that the model gives.")


class ShownTensor(Described):
    kind: Literal["tensor"]


Shown = Value | Classes | Boxes | ShownImage | ShownText | ShownAudio | ShownTensor


# By what pydantic calls their place in a contract.
FIELDS = {part.__name__.lower(): part for part in (Number, Integer, Choice, Toggle, Text, Image, Drawing, Audio, Tensor)}
FIELDS |= {"fields": Vector, "choices": Option}
SHOWN = {
    kind.removeprefix("shown"): part for part in (Value, Classes, Boxes, ShownImage, ShownText, ShownAudio, ShownTensor) for kind in [part.__name__.lower()]
}
