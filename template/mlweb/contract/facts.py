"""What training and export measured: model/facts.json. Types only; web/runtime/types.js has the same ones."""

from typing import Any, Literal, NotRequired, TypedDict


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
    better: Literal["higher", "lower"]
    unit: NotRequired[str]


class ModelFile(TypedDict):
    """model/model.onnx as it was exported."""

    bytes: int
    sha256: str
    opset: dict[str, int]  # domain -> version
    ir_version: int
    domains: list[str]


class Facts(TypedDict, total=False):
    """All of it may be absent."""

    model: ModelFile
    trained: str  # ISO date
    versions: dict[str, str]  # package -> version
    rows: dict[str, int]  # "train" and "heldout"
    fields: dict[str, Known]
    metrics: list[Metric]
    metrics_on: str  # such as "132 held-out rows"
    baseline: str  # its name
