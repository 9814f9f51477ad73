"""Whether the numbers of an output are probabilities: by the rows that it gives, and by the operator that it comes out of."""

from typing import Literal

import numpy as np
import onnx

from mlweb.codec.decode import PROBABILITY_SLACK
from mlweb.graph import onnx_file

Activation = Literal["softmax", "sigmoid"]  # softmax: one class is right; sigmoid: each may be, by itself

SUM_SLACK = 1e-3  # how far from 1 a row of probabilities may sum: those of half floats do
ROUNDED = 1 / 255  # the largest step between probabilities, where eight bits hold them
MARK = "mlweb.activation "  # with the name of an output: the key in a graph's metadata that says what an export appended to it
# operators that leave probabilities what they are
PASSING = {"Identity", "Cast", "Flatten", "Reshape", "Squeeze", "QuantizeLinear", "DequantizeLinear", "Normalizer"}
BY_OPERATOR: dict[str, Activation] = {
    "Softmax": "softmax",
    "QLinearSoftmax": "softmax",
    "Sigmoid": "sigmoid",
    "HardSigmoid": "sigmoid",
    "QLinearSigmoid": "sigmoid",
}
BY_POST_TRANSFORM: dict[str, Activation] = {"SOFTMAX": "softmax", "SOFTMAX_ZERO": "softmax", "LOGISTIC": "sigmoid", "PROBIT": "sigmoid"}
CLASSIFIERS = {"LinearClassifier", "SVMClassifier", "TreeEnsembleClassifier"}  # of ai.onnx.ml
WAYS = (
    'write "probabilities: softmax" (one class is right) or "probabilities: sigmoid" (each class by itself) to turn them into probabilities, '
    'or "scores: true" to show them as they are.'
)


def broken(rows: np.ndarray, claim: str | None = None) -> str:
    """Why rows [N, classes] are no probabilities, and what to do about it; "" when they are. A row with NaN has no say.

    claim: `probabilities` in the contract. Without one, one class is right, so that each row sums to 1; softmax, which does that by itself,
    may have been rounded to eight bits; sigmoid and independent say nothing of the sum.
    """
    known = rows[~np.isnan(rows).any(1)].astype(np.float64)
    if not known.size:
        return ""
    low, high = known.min(), known.max()
    if low < -PROBABILITY_SLACK or high > 1 + PROBABILITY_SLACK:
        return f"its numbers lie between {low:.4g} and {high:.4g}, so they are no probabilities: {WAYS}"
    sums = known.sum(1)
    slack = {None: SUM_SLACK, "softmax": SUM_SLACK + known.shape[1] * ROUNDED}.get(claim, np.inf)
    if np.abs(sums - 1).max() > slack:
        return (
            f"its rows sum to between {sums.min():.4g} and {sums.max():.4g}, not to 1, so they are no probabilities of which one class is right: "
            f'write "probabilities: independent" if each class has a probability of its own, and several may be right; else {WAYS}'
        )
    return ""


def by_operator(name: str, model: onnx.ModelProto) -> Activation | None:
    """What makes the numbers of an output probabilities, by the operator that computes them; None where that tells nothing, or gives plain scores."""
    node, passed = source(name, model)
    if node is None:
        return None
    found = BY_OPERATOR.get(node.op_type)
    if node.op_type in CLASSIFIERS:
        found = by_attributes(node)
    return "softmax" if found and "Normalizer" in passed else found


def by_attributes(classifier: onnx.NodeProto) -> Activation | None:
    """The same of a classifier of ai.onnx.ml. Without a post_transform, trees give what their leaves hold, a vector machine what it was calibrated for."""
    given = {each.name: value for each in classifier.attribute if (value := onnx_file.value(each)) is not None}
    transform = given.get("post_transform", b"NONE").decode()
    if transform != "NONE":
        return BY_POST_TRANSFORM.get(transform)
    if classifier.op_type == "SVMClassifier":
        return "softmax" if len(given.get("prob_a", ())) else None
    weights = np.array(given.get("class_weights", ()))
    return "softmax" if weights.size and weights.min() >= 0 and weights.max() <= 1 else None


def source(name: str, model: onnx.ModelProto) -> tuple[onnx.NodeProto | None, set[str]]:
    """The operator that computes a tensor, and those that pass its values on; None for an input or a constant."""
    made_by = onnx_file.producers(model.graph)
    passed: set[str] = set()
    while (node := made_by.get(name)) is not None and node.op_type in PASSING:
        passed.add(node.op_type)
        name = node.input[0]
    return node, passed


def operator(name: str, model: onnx.ModelProto) -> str:
    """The type of that operator; "" for none."""
    node, _ = source(name, model)
    return node.op_type if node is not None else ""


def bounded(model: onnx.ModelProto) -> set[str]:
    """The outputs whose numbers lie in 0..1 by nature."""
    return {info.name for info in model.graph.output if by_operator(info.name, model)}


def appended(model: onnx.ModelProto) -> dict[str, str]:
    """What an export appended to outputs of a graph: name -> softmax or sigmoid."""
    return {noted.key.removeprefix(MARK): noted.value for noted in model.metadata_props if noted.key.startswith(MARK)}
