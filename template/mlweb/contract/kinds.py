"""What the contract says of one input or output of the graph: the kinds of fields, and the kinds of results."""

from collections.abc import Container
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, PrivateAttr, Tag, ValidationInfo, model_validator
from typing_extensions import TypeAliasType

from mlweb import files
from mlweb.codec import tokenize
from mlweb.codec.dtypes import EXACT
from mlweb.codec.encode import shown
from mlweb.codec.types import Scalar
from mlweb.contract.languages import Language, is_text
from mlweb.errors import UserError


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
    root = Path((info.context or {}).get("root", ""))
    try:
        text = files.read_text(root, given, f'there is no file "{given}": give a list of names, or the path of a text file with one name a line.')
    except UserError as refused:
        raise ValueError(str(refused)) from None
    lines = [line.strip() for line in text.rstrip().split("\n")]
    if "" in lines:
        raise ValueError(f"line {lines.index('') + 1} of {given} is empty: write the name of a class on each line.")
    return lines


ClassNames = list[ClassName]
AtLeastTwo = Annotated[ClassNames, Field(min_length=2)]


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
        pairs = {key: getattr(self, key, None) for key in ("interval", "scores", "labels")}
        return [(key, name) for key, named in pairs.items() for name in ([named] if isinstance(named, str) else named if isinstance(named, list) else [])]


class FormField(Described):
    """A field of the form."""

    missing: Literal["refuse", "nan", "empty"] = Field(
        default="refuse", description="What to do with an empty field: refuse it, or send NaN (floats) or an empty text (strings)."
    )


N = TypeVar("N", int, float)


class InOrder(Strict):
    """A part with limits."""

    @model_validator(mode="after")
    def ordered(self):
        low, high = getattr(self, "min", None), getattr(self, "max", None)
        if low is not None and high is not None and low >= high:
            raise ValueError(f"min {low:g} must be below max {high:g}.")
        return self


class Numeric(InOrder, FormField, Generic[N]):
    """A field of a number."""

    min: N | None = Field(default=None, description="Smaller values are refused.")
    max: N | None = Field(default=None, description="Larger values are refused.")
    step: N | None = Field(default=None, gt=0, description="Step of the slider and the arrow keys; people can still type any value.")
    default: N | None = Field(default=None, description="The initial value; by default the training median.")
    grouping: bool | None = Field(default=None, description="Whether thousands are set apart, as in 12,000; by default everywhere but in a year.")


class Number(Numeric[float]):
    kind: Literal["number"]


class Integer(Numeric[int]):
    kind: Literal["integer"]

    @model_validator(mode="after")
    def exact(self):
        for key in ("min", "max", "step", "default"):
            if abs(getattr(self, key) or 0) > EXACT:
                raise ValueError(f"{key} {getattr(self, key)} is beyond {EXACT}, up to which a page has every whole number.")
        return self


class Option(Strict):
    value: Scalar
    label: Words


def option(given: Any) -> Any:
    """`Paris` is short for `{value: Paris, label: Paris}`."""
    return given if isinstance(given, dict) else {"value": given, "label": str(given)}


class Choice(FormField):
    kind: Literal["choice"]
    choices: list[Annotated[Option, BeforeValidator(option, json_schema_input_type=Option | Scalar)]] = Field(
        min_length=1, description="A list of values, or of {value, label}."
    )
    default: Scalar | None = None
    unseen: bool = Field(default=False, exclude=True, description="Whether choices that training never saw are meant; without it they are a mistake.")


class Toggle(FormField):
    kind: Literal["toggle"]
    default: bool | None = None


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
    kind: Literal["text"]
    lines: int = Field(default=3, ge=1, le=40, description="Height of the field in lines; 1 for a single-line field.")
    code: bool = Field(default=False, description="Whether it is code: shown in letters of one width, and never checked for spelling.")
    tokenizer: Annotated[Tokenizer | None, BeforeValidator(with_file, json_schema_input_type=Tokenizer | str | None)] = Field(
        default=None, description="For a graph that takes tokens, not the text itself: the path of its tokenizer.json, or a map with it."
    )
    default: str | None = None


class ArrayField(Described):
    """A field whose value is an array: it is a whole input of the graph, and starts empty or with a file of the project."""

    default: str | None = Field(default=None, description="Path of the initial file, such as examples/cat.jpg.")


class Image(ArrayField):
    kind: Literal["image"]


class Drawing(ArrayField):
    kind: Literal["drawing"]


class Audio(ArrayField):
    kind: Literal["audio"]
    rate: int = Field(default=16_000, ge=8_000, le=96_000, description="Sample rate in Hz that the model expects.")
    seconds: float | None = Field(default=None, gt=0, description="Maximum length of a recording, in seconds.")


def axis(given: Any) -> Any:
    """`Height` is short for `{label: Height}`."""
    return {"label": given} if isinstance(given, str) or is_text(given) else given


class Time(Strict):
    """The axis of a series: a series that is given ends at 0, one that goes on from it begins a step later."""

    label: Words | None = Field(default=None, description="The name of the axis with its unit, such as Hours from now.")
    step: float = Field(default=1, gt=0, description="From one number to the next, in that unit.")


TimeAxis = Annotated[Time, BeforeValidator(axis, json_schema_input_type=Time | Words)]


class Series(InOrder, ArrayField):
    """A window of numbers, the latest last: pasted, from a column of a file, or drawn. Where more are given, the last ones count."""

    kind: Literal["series"]
    time: TimeAxis | None = Field(default=None, description="The axis, or its label.")
    min: float | None = Field(default=None, description="Smaller numbers are refused.")
    max: float | None = Field(default=None, description="Larger numbers are refused.")


class Tensor(ArrayField):
    kind: Literal["tensor"]


def kind_of(given: Any) -> str | None:
    """Which class an input is: by its kind, or a vector when it has fields."""
    if not isinstance(given, dict):
        return getattr(given, "kind", "fields")
    return "fields" if "fields" in given else given.get("kind")


ScalarInput = (
    Annotated[Number, Tag("number")]
    | Annotated[Integer, Tag("integer")]
    | Annotated[Choice, Tag("choice")]
    | Annotated[Toggle, Tag("toggle")]
    | Annotated[Text, Tag("text")]
)
ArrayInput = (
    Annotated[Image, Tag("image")]
    | Annotated[Drawing, Tag("drawing")]
    | Annotated[Audio, Tag("audio")]
    | Annotated[Series, Tag("series")]
    | Annotated[Tensor, Tag("tensor")]
)


class Vector(Strict):
    """One [N,k] tensor shown as k fields, in the order of its columns."""

    label: Words | None = None
    help: Words | None = None
    fields: dict[str, Annotated[ScalarInput, Discriminator(kind_of)]] = Field(min_length=1)


class Quantity(Described):
    """One number of a result. The unit and decimals of an output with several are those of each that has none of its own."""

    decimals: int | None = Field(default=None, ge=0, le=15, description="Digits after the decimal point; by default as many as needed.")
    grouping: bool | None = Field(default=None, description="Whether thousands are set apart, as in 12,000; false for a year. By default they are.")


class Value(Quantity):
    """One number, label or truth value."""

    kind: Literal["value"]
    interval: list[str] | None = Field(default=None, min_length=2, max_length=2, description="Names of the outputs with its lower and upper bound.")


def quantities(given: Any) -> Any:
    """`[east, north]` is short for `{east: {}, north: {}}`. Raises ValueError."""
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        return given
    if twice := next((each for each in given if given.count(each) > 1), None):
        raise ValueError(f'"{twice}" is listed twice: give each number its own name.')
    return {name: {} for name in given}


class Values(Quantity):
    """One [N,k] tensor shown as k named numbers, in the order of its columns."""

    kind: Literal["values"]
    values: Annotated[dict[str, Quantity], Field(min_length=1), BeforeValidator(quantities, json_schema_input_type=dict[str, Quantity] | list[str])] = Field(
        description="Each number by its name, or a list of the names alone."
    )

    def named(self) -> dict[str, Quantity]:
        """Its numbers by name, in the order of the columns."""
        return self.values


Axis = Annotated[Quantity, BeforeValidator(axis, json_schema_input_type=Quantity | Words)]


class Point(Quantity):
    """One [N,2] tensor shown as a point on a plane, over those of held-out rows."""

    kind: Literal["point"]
    x: Axis = Field(default=Quantity(), description="The first number, across.")
    y: Axis = Field(default=Quantity(), description="The second number, up.")

    def named(self) -> dict[str, Quantity]:
        """Its numbers by name, in the order of the columns."""
        return {"x": self.x, "y": self.y}


class Label(Described):
    """One element a row, shown by its name: a cluster, an anomaly, the answer of a classifier without probabilities."""

    kind: Literal["label"]
    names: dict[Scalar, Words] | None = Field(
        default=None, description="Element to name, such as {-1: outlier, 1: normal}; an element without a name is shown as it is."
    )

    @model_validator(mode="after")
    def once(self):
        if len(self.named()) < len(self.names or {}):
            raise ValueError("names has the same element twice, as a number and as text: leave one of them out.")
        return self

    def named(self) -> dict[str, Any]:
        """The names by the text of their element, as `decode` writes it."""
        return {str(key) if type(key) is int else shown(key): name for key, name in (self.names or {}).items()}


class Classes(Described):
    kind: Literal["classes"]
    classes: Annotated[AtLeastTwo, BeforeValidator(names, json_schema_input_type=str | AtLeastTwo)] = Field(
        description="Class names in the order of the output's columns, or the path of a text file with one name per line."
    )
    top: int | None = Field(default=None, ge=1, description="How many of the most likely classes to show; by default all.")
    threshold: float | None = Field(default=None, gt=0, lt=1, description="Below this probability the page says that the model is not sure.")
    probabilities: Literal["softmax", "sigmoid", "independent"] | None = Field(
        default=None,
        description="How the output is one of probabilities, unless its rows lie in 0..1 and sum to 1. `softmax` (one class is right) or `sigmoid` (each "
        "class by itself): `poe export` appends it to a graph that does not end with it. `independent`: each class has a probability of its own already.",
    )
    scores: bool = Field(default=False, description="Whether the output gives plain scores: shown as numbers, not as percentages, the highest first.")

    @model_validator(mode="after")
    def one_claim(self):
        if self.scores and self.probabilities:
            raise ValueError(f"scores: true and probabilities: {self.probabilities} contradict each other: leave one of them out.")
        if self.scores and self.threshold is not None:
            raise ValueError("threshold is a probability, but scores: true says that there are none: leave one of them out.")
        return self


class Boxes(Described):
    """An output [K, 4] of boxes x1, y1, x2, y2 in pixels of the input picture."""

    kind: Literal["boxes"]
    scores: str = Field(description="Name of the output [K] with the confidence of each box, 0 to 1.")
    labels: str = Field(description="Name of the output [K] with the class index of each box.")
    classes: Annotated[ClassNames | None, BeforeValidator(names, json_schema_input_type=str | ClassNames | None)] = Field(
        default=None, description="Class names by index, or the path of a text file with one name per line; by default the index itself."
    )


HEX = r"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"  # a color


class Mask(Described):
    """The class of each pixel: of scores [N, classes, height, width] the highest, or class numbers [N, height, width] as they are."""

    kind: Literal["mask"]
    over: str | None = Field(default=None, description="Name of the input of kind image or drawing that it lies over.")
    classes: Annotated[ClassNames | None, BeforeValidator(names, json_schema_input_type=str | ClassNames | None)] = Field(
        default=None, description="Class names by number, or the path of a text file with one name per line; of class numbers by default the number itself."
    )
    colors: list[Annotated[str, Field(pattern=HEX)] | None] | None = Field(
        default=None,
        description="A color for each class, such as `#c2410c`; null leaves it clear until it is switched on, the default of a class called background.",
    )

    @model_validator(mode="after")
    def one_color_each(self):
        if self.colors is not None and len(self.colors) != len(self.classes or []):
            raise ValueError(f"colors lists {len(self.colors)}, but there are {len(self.classes or [])} classes: give each class its color, or null.")
        return self


class OutputImage(Described):
    kind: Literal["image"]


class OutputText(Described):
    kind: Literal["text"]


class OutputAudio(Described):
    kind: Literal["audio"]
    rate: int = Field(default=16_000, ge=8_000, le=96_000, description="Sample rate in Hz that the model produces.")


class OutputSeries(Quantity):
    """An output [N, steps] of numbers one after another, as a chart."""

    kind: Literal["series"]
    after: str | None = Field(default=None, description="Name of the input of kind series that it goes on from, which is drawn before it.")
    interval: list[str] | None = Field(
        default=None, min_length=2, max_length=2, description="Names of the outputs with the lower and upper bound of each number."
    )
    time: TimeAxis | None = Field(default=None, description="The axis, or its label; by default that of the series it goes on from.")


class OutputTensor(Described):
    kind: Literal["tensor"]
    over: str | None = Field(default=None, description="Name of the input of kind image or drawing that its last two dims lie over, as a heat map.")


OutputKind = Value | Values | Label | Point | Classes | Boxes | Mask | OutputImage | OutputText | OutputAudio | OutputSeries | OutputTensor


# By what pydantic calls their place in a contract.
FIELDS = {part.__name__.lower(): part for part in (Number, Integer, Choice, Toggle, Text, Image, Drawing, Audio, Series, Tensor)}
FIELDS |= {"fields": Vector, "choices": Option, "tokenizer": Tokenizer}
SHOWN = {
    kind.removeprefix("output"): part
    for part in (Value, Values, Label, Point, Classes, Boxes, Mask, OutputImage, OutputText, OutputAudio, OutputSeries, OutputTensor)
    for kind in [part.__name__.lower()]
}
