"""What training and export measured: model/facts.json. Types only; web/runtime/types.js has the same ones."""

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict


class Known(TypedDict, total=False):
    """What training saw of a field: the range of a number, or every value of a choice or switch."""

    min: float
    max: float
    median: float
    categories: list[Any]


class Metric(TypedDict):
    """A measure of the model on held-out rows, and of its baseline."""

    name: str
    model: float
    baseline: float
    better: Literal["higher", "lower", "nearest"]
    target: NotRequired[float]  # which the nearest is best to
    unit: NotRequired[str]


class ModelFile(TypedDict):
    """The model's file as it was exported; the next three of an ONNX file, the last of a GGUF file."""

    bytes: int
    sha256: str
    opset: NotRequired[dict[str, int]]  # domain -> version
    ir_version: NotRequired[int]
    domains: NotRequired[list[str]]
    architecture: NotRequired[str]


class Facts(TypedDict, total=False):
    """All of it may be absent."""

    model: ModelFile
    trained: str  # ISO date
    versions: dict[str, str]  # package -> version
    rows: dict[str, int]  # "train" and "heldout"; where there was no estimator "made_up" and "given", those that the export was proven on
    source: str  # name of the file that the graph came in, where it was brought from elsewhere
    fields: dict[str, Known]
    points: dict[str, list[list[float]]]  # output of kind point -> where held-out rows lie, [x, y] each
    data: str  # what it was trained on, for a card that does not say it
    metrics: list[Metric]
    metrics_on: str  # such as "132 held-out rows"
    baseline: str  # its name
