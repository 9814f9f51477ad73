"""The form, its values and results. Types only: nothing here runs. Twin of web/codec/types.js.

A tensor is a numpy array of the graph's dtype; one of strings has dtype object.
"""

from typing import Any, Literal, NotRequired, TypedDict

import numpy as np

Scalar = bool | int | float | str
Dims = list[int | None]  # None = any
ArrayKind = Literal["image", "audio", "tensor"]  # of outputs that stay arrays
ValuesKind = Literal["values", "point"]  # of outputs with several named numbers
Row = dict[str, Any]  # what a person gave: field name -> value, typed text, or an array


class Time(TypedDict):
    """The axis of a series."""

    label: NotRequired[str]
    step: float  # from one number to the next


class Option(TypedDict):
    """One of a field's choices: what the graph takes, and what people read."""

    value: Scalar
    label: str


class Tokenizer(TypedDict):
    """How a text becomes tokens, in the words of `tokenize`."""

    sha256: str  # of its tokenizer.json
    max: int  # tokens
    mask: str  # the input of the graph that says which tokens are of the text
    types: NotRequired[str]  # the input that says which segment each token is of
    url: NotRequired[str]  # where a page finds the file, and how many bytes it has
    bytes: NotRequired[int]


class Items(TypedDict):
    """A list of texts that are ranked, in the words of `nearest`."""

    sha256: str  # of the file with the texts and their vectors; "" where there is none yet
    count: int  # texts
    url: NotRequired[str]  # where a page finds the file, and how many bytes it has
    bytes: NotRequired[int]


class Field(TypedDict):
    """One field of the form."""

    name: str  # unique over the whole form
    kind: str  # a key of mlweb.codec.kinds.KINDS
    label: str
    unit: NotRequired[str]
    help: NotRequired[str]  # one sentence
    min: NotRequired[float]
    max: NotRequired[float]
    slider: NotRequired[list[float]]  # its ends, where they are no limits
    step: NotRequired[float]
    grouping: NotRequired[bool]  # whether thousands are set apart; by default everywhere but in a year
    choices: NotRequired[list[Option]]
    lines: NotRequired[int]  # height of a text field
    code: NotRequired[bool]  # whether a text is code
    tokenizer: NotRequired[Tokenizer]  # of a text that the graph takes as tokens
    rate: NotRequired[int]  # of a sound, samples a second
    seconds: NotRequired[float]  # longest recording
    time: NotRequired[Time]  # of a series
    default: NotRequired[Scalar]  # where the form starts; of an array the path of a file of the project
    missing: NotRequired[Literal["refuse", "nan", "empty"]]  # what an empty field means; always refused where the value is an array


class Input(TypedDict):
    """One input of the graph, shown as one or several fields."""

    name: str
    dtype: str
    dims: Dims
    label: NotRequired[str]  # heading of several fields
    help: NotRequired[str]
    fields: list[Field]


class Output(TypedDict):
    """One output of the graph that the page shows."""

    name: str
    dtype: str
    dims: Dims | None  # None when the graph does not declare a shape
    kind: Literal["value", "values", "label", "point", "classes", "boxes", "mask", "image", "text", "audio", "series", "nearest", "tensor"]
    label: str
    unit: NotRequired[str]
    help: NotRequired[str]
    decimals: NotRequired[int]  # digits behind the point
    grouping: NotRequired[bool]  # whether thousands are set apart
    values: NotRequired[list["Quantity"]]  # its numbers, in the order of the columns
    names: NotRequired[list[Option]]  # of its elements, each as text
    classes: NotRequired[list[str]]  # in the order of the columns
    top: NotRequired[int]  # how many of the likeliest classes, or of the most alike texts, to show
    items: NotRequired[Items]  # the texts that are ranked
    threshold: NotRequired[float]  # below this probability no class counts as sure
    scored: NotRequired[bool]  # whether the numbers of the classes are plain scores, not probabilities
    interval: NotRequired[list[str]]  # outputs with the lower and the upper end of a value, or of each number of a series
    after: NotRequired[str]  # field with the series that one goes on from
    over: NotRequired[str]  # field with the picture that a tensor or a mask lies over
    colors: NotRequired[list[str | None]]  # of the classes of a mask, such as #c2410c; None for one that is left clear
    time: NotRequired[Time]  # of a series
    scores: NotRequired[str]  # output with how sure each box is
    labels: NotRequired[str]  # output with the index of each box's class
    tokens: NotRequired[str]  # output with the numbers of the tokens of a text
    context: NotRequired[str]  # output with how it came about
    rate: NotRequired[int]  # of a sound, samples a second


class Quantity(TypedDict):
    """One of several numbers of an output."""

    name: str  # unique in its output
    label: str
    unit: NotRequired[str]
    help: NotRequired[str]
    decimals: NotRequired[int]
    grouping: NotRequired[bool]


class Form(TypedDict):
    """What both encoders and the page work from; see mlweb.contract.form."""

    inputs: list[Input]
    outputs: list[Output]
    batch: bool  # whether one run may hold any number of rows
    sentences: dict[str, str]  # why a value can't be taken, in the page's language; see mlweb.contract.sentences


class ValueResult(TypedDict):
    kind: Literal["value"]
    value: Scalar  # a whole number beyond 2^53 as text, with all its digits; so are those of the kinds below
    interval: NotRequired[list[float | str]]  # its lower and upper end


class Named(TypedDict):
    name: str
    value: Scalar


class ValuesResult(TypedDict):
    """Named numbers in the contract's order."""

    kind: ValuesKind
    values: list[Named]


class LabelResult(TypedDict):
    """The element as the graph gives it, and its name; as text where it has none."""

    kind: Literal["label"]
    value: Scalar
    label: str


class Share(TypedDict):
    label: str
    probability: float


class Score(TypedDict):
    label: str
    score: float


class ClassesResult(TypedDict):
    """The highest first. `invalid`: why none of them can be relied on: NaN, in the contract's order then, or scores said to be probabilities."""

    kind: Literal["classes"]
    classes: list[Share] | list[Score]
    invalid: NotRequired[Literal["nan", "scores"]]


class Box(TypedDict):
    label: str
    score: float
    box: list[float]  # x1, y1, x2, y2 in pixels of the input picture


class BoxesResult(TypedDict):
    """The surest first."""

    kind: Literal["boxes"]
    boxes: list[Box]


class Area(TypedDict):
    """A class of a mask."""

    label: str
    number: int | str  # as it is in the array
    share: float  # of the picture, 0 to 1


class MaskResult(TypedDict):
    """The class of each pixel [height, width], and those that are there, the largest first."""

    kind: Literal["mask"]
    array: np.ndarray
    classes: list[Area]


class Course(TypedDict):
    """How a text of a language model came about, in the order of the output that says so."""

    prompt: int  # tokens of the prompt, or of the last that was written from
    size: int  # tokens that the model holds, prompt and answer together
    omitted: int  # turns of the conversation that did not fit, the oldest
    done: int  # parts of a long text whose summaries are there
    parts: int  # of how many


class TextResult(TypedDict):
    """A text; of a language model how many tokens it has, and how it came about."""

    kind: Literal["text"]
    text: str
    tokens: NotRequired[int]
    context: NotRequired[Course]


class SeriesResult(TypedDict):
    """Numbers one after another, and the lower and the upper end of each."""

    kind: Literal["series"]
    values: list[float]
    interval: NotRequired[list[list[float]]]


class Alike(TypedDict):
    text: str
    index: int  # of the text in its list
    similarity: float  # the cosine of the angle between the vectors, -1 to 1


class NearestResult(TypedDict):
    """The most alike first, and the vector that they were found by. `invalid`: why there are none, where the vector holds NaN."""

    kind: Literal["nearest"]
    nearest: list[Alike]
    array: np.ndarray
    invalid: NotRequired[Literal["nan"]]


class ArrayResult(TypedDict):
    kind: ArrayKind
    array: np.ndarray


Result = ValueResult | ValuesResult | LabelResult | ClassesResult | BoxesResult | MaskResult | TextResult | SeriesResult | NearestResult | ArrayResult
