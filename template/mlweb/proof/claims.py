"""What metadata.yml claims of an output, held against all the rows that there are."""

from collections.abc import Iterator, Mapping

import numpy as np
import onnx

from mlweb.codec import decode, scalars
from mlweb.contract.kinds import Boxes, Classes, Label, Nearest
from mlweb.contract.schema import Contract
from mlweb.graph import probabilities

MOST_NAMED = 5  # elements that a sentence lists
LENGTH_SLACK = 1e-3  # how far rounding may put the length of a vector from 1


def broken(agreed: Contract, outputs: Mapping[str, np.ndarray]) -> Iterator[str]:
    """A sentence for each output whose rows are said to be probabilities [N, classes] and are not, or are labels that the contract has no name for."""
    for name, shown in agreed.outputs.items():
        if isinstance(shown, Classes) and not shown.scores and is_rows(outputs.get(name)) and (why := probabilities.broken(outputs[name], shown.probabilities)):
            yield f"{agreed.where('outputs', name)}: outputs.{name}: {why}"
        if isinstance(shown, Boxes) and (ends := beyond(outputs.get(shown.scores))):
            why = f"its scores lie between {ends[0]:.4g} and {ends[1]:.4g}, so they do not say how sure a box is, from 0 to 1"
            cure = "end them with a sigmoid in the graph, or tell with_box_output in export_onnx.py which output is which, if this is no plain detector."
            yield f"{agreed.where('outputs', name)}: outputs.{name}.scores: {why}: {cure}"
        if isinstance(shown, Nearest) and is_rows(outputs.get(name)) and (ends := lengths(outputs[name])):
            why = f"its vectors have lengths from {ends[0]:.4g} to {ends[1]:.4g}, and not 1, so their products are no cosine similarity"
            yield f"{agreed.where('outputs', name)}: outputs.{name}: {why}: divide each by its length inside the graph, as torch's F.normalize does."
        if isinstance(shown, Label) and shown.names and name in outputs and (lacking := unnamed(shown, outputs[name])):
            rest = f" and {len(lacking) - MOST_NAMED} more" if len(lacking) > MOST_NAMED else ""
            given = f"the model gives {', '.join(lacking[:MOST_NAMED])}{rest}, which has no name here: add it."
            yield f"{agreed.where('outputs', name, 'names')}: outputs.{name}.names: {given}"


def beyond(scores: np.ndarray | None) -> tuple[float, float] | None:
    """The least and the greatest of scores of boxes that do not all lie in 0..1; None for those that do. NaN stands for no box."""
    known = scores[~np.isnan(scores)] if scores is not None and scores.dtype.kind == "f" else np.zeros(0)
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    return (low, high) if low < -decode.PROBABILITY_SLACK or high > 1 + decode.PROBABILITY_SLACK else None


def lengths(vectors: np.ndarray) -> tuple[float, float] | None:
    """The least and the greatest length of vectors [N, width] that do not all have length 1; None for those that do. One with NaN has none."""
    found = np.linalg.norm(vectors.astype(np.float64), axis=1)
    low, high = np.nanmin(found, initial=np.inf), np.nanmax(found, initial=-np.inf)
    return (float(low), float(high)) if low < 1 - LENGTH_SLACK or high > 1 + LENGTH_SLACK else None


def unnamed(shown: Label, values: np.ndarray) -> list[str]:
    """The elements of an output that the contract has no name for, as text."""
    names = shown.named()
    return [text for text in dict.fromkeys(map(scalars.shown, decode.elements(values))) if text not in names]


def twice(agreed: Contract, scores: Mapping[str, np.ndarray]) -> Iterator[str]:
    """A sentence for each of these outputs, to which the contract appends softmax or sigmoid, that gives probabilities before that."""
    for name, function in agreed.activations().items():
        if is_rows(scores.get(name)) and not probabilities.broken(scores[name]):
            yield (
                f"{agreed.where('outputs', name)}: outputs.{name}: its rows lie in 0..1 and sum to 1 before the {function} that would be appended, "
                f"so they are probabilities already: leave probabilities: {function} out; or let export_onnx.py give what the graph computes before."
            )


def bounded(agreed: Contract, model: onnx.ModelProto) -> set[str]:
    """The outputs whose numbers lie in 0..1, as the contract or the operator that they come out of says."""
    return agreed.probabilities() | probabilities.bounded(model)


def is_rows(values: np.ndarray | None) -> bool:
    """Whether there are floats of the shape [N, classes]."""
    return values is not None and values.dtype.kind == "f" and values.ndim == 2
