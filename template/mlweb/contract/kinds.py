"""What the contract says of one input or output of the graph: the fields of an input, and the kinds of results.

The kinds of fields have a table of their own, mlweb.codec.kinds.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Discriminator, Field, PrivateAttr, Tag, ValidationInfo, model_validator
from typing_extensions import TypeAliasType

from mlweb import files
from mlweb.codec import nearest
from mlweb.codec.kinds import KINDS, ScalarInput
from mlweb.codec.kinds.base import Described, Several, Strict, Words, in_languages
from mlweb.codec.kinds.choice import Option
from mlweb.codec.kinds.series import TimeAxis, axis
from mlweb.codec.kinds.text import Tokenizer, with_file
from mlweb.codec.scalars import shown
from mlweb.codec.types import Scalar
from mlweb.contract import text_list
from mlweb.errors import UserError

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


def kind_of(given: Any) -> str | None:
    """Which class an input is: by its kind, or a vector when it has fields."""
    if not isinstance(given, dict):
        return getattr(given, "kind", "fields")
    return "fields" if "fields" in given else given.get("kind")


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
    tokens: str | None = Field(default=None, description="Name of the output with the numbers of its tokens, of which the page says how many there are.")
    context: str | None = Field(
        default=None,
        description="Name of the output with how many tokens the prompt has and the model holds, and what became of a conversation or a long text.",
    )


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


class Items(Strict):
    """The list of texts that are ranked, each by the vector that the model gives for it."""

    file: str = Field(description="Path of a CSV file of the project, such as data/questions.csv; its first line names the columns.")
    column: str | None = Field(default=None, min_length=1, description="The column with the texts; by default the only one, or the one called text.")
    vectors: str = Field(
        default="model/items.json",
        pattern=r"^model/items[\w-]*\.json$",
        description="Where `poe export` puts the texts with their vectors: each list needs a file of its own, such as model/items-more.json.",
    )

    _texts: list[str] = PrivateAttr(default_factory=list)
    _sha256: str = PrivateAttr("")

    @model_validator(mode="after")
    def registered(self, info: ValidationInfo):
        root = Path((info.context or {}).get("root", ""))
        try:
            self._texts = text_list.read(root, self.file, self.column)
            if (root / self.vectors).exists():  # else poe export makes it
                self._sha256 = nearest.register(files.inside(root, self.vectors).read_bytes(), self.vectors)
        except UserError as refused:
            raise ValueError(str(refused)) from None
        return self

    def texts(self) -> list[str]:
        """What the column holds, without blank texts and repetitions."""
        return self._texts

    def formed(self) -> dict[str, Any]:
        """What the decoders know of it; the checksum is "" until there are vectors."""
        return {"sha256": self._sha256, "count": len(self._texts)}


class Nearest(Described):
    """An output [N, width] that is a vector of length 1 for a text: the texts of a list whose vectors are the most alike, with their cosine similarity."""

    kind: Literal["nearest"]
    items: Annotated[Items, BeforeValidator(with_file, json_schema_input_type=Items | str)] = Field(
        description="The list: the path of a CSV file with one column, or a map with it. Its vectors are made by `poe export`."
    )
    top: int = Field(default=5, ge=1, le=100, description="How many of the most alike to show.")


class OutputTensor(Described):
    kind: Literal["tensor"]
    over: str | None = Field(default=None, description="Name of the input of kind image or drawing that its last two dims lie over, as a heat map.")


OutputKind = Value | Values | Label | Point | Classes | Boxes | Mask | OutputImage | OutputText | OutputAudio | OutputSeries | Nearest | OutputTensor


# By what pydantic calls their place in a contract.
FIELDS: dict[str, type[Strict]] = {**KINDS, "fields": Vector, "choices": Option, "tokenizer": Tokenizer}
SHOWN = {kind.removeprefix("output"): part for part in get_args(OutputKind) for kind in [part.__name__.lower()]}
