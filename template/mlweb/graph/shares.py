"""Shares of one: whether numbers that a graph divides by their sum always sum to 1, and whether they are parts of a thing and no classes."""

import re

import numpy as np
import onnx

from mlweb.graph import onnx_file, probabilities

POSITIVE = {"Exp", "Softplus", "Sigmoid", "Softmax"}
NOT_NEGATIVE = {"Relu", "Abs"}
PASSING = probabilities.PASSING | {"CastLike", "Unsqueeze", "Expand", "Transpose"}
MOST_READ = 10_000  # elements of a constant
PARTS = re.compile(r"attention|attn|alloc|proportion|fraction|mixture|composition|(?<![a-z])(weights?|gat(es?|ing)|shares?)(?![a-z])", re.IGNORECASE)
MULTIPLYING = {"Mul", "MatMul", "Gemm", "Einsum"}
SAME_SHARES = PASSING | {"Slice", "Split"}  # or some of them


def are_of_something(name: str, model: onnx.ModelProto) -> bool | None:
    """Whether an output, whose rows sum to 1, does so for every row: it is divided at last, and what is divided is always above 0.

    False where the graph does not tell that, so that the sum of other rows may be 0; None where nothing is divided, or by a constant, such as a mean.
    """
    node, _ = probabilities.source(name, model)
    if node is None:
        return None
    divided = None
    match node.op_type:
        case "LpNormalization":
            divided = node.input[0]
        case "Div" if not is_constant(node.input[1], model):
            divided = node.input[0]
        case "Mul":
            inverse = [each for each in node.input if (made_by := probabilities.source(each, model)[0]) is not None and made_by.op_type == "Reciprocal"]
            divided = next((each for each in node.input if each not in inverse), None) if inverse else None
    return None if divided is None else signs(model).get(divided) == 1


def are_parts(name: str, model: onnx.ModelProto) -> bool:
    """Whether shares are those of a mixture, or the weights of other things: by the name of the output, or by what the graph computes with them.

    What is multiplied with constants, such as the value of each class, or with what comes from the shares themselves, such as their logarithms,
    says nothing of them.
    """
    node, _ = probabilities.source(name, model)
    if PARTS.search(name) or node is None:
        return node is not None
    ours, derived, constant = {node.output[0]}, {node.output[0]}, {each.name for each in model.graph.initializer}
    for each in model.graph.node:
        given = {name for name in each.input if name}
        if each.op_type in MULTIPLYING and given & ours and given - derived - constant:
            return True
        if given & ours and each.op_type in SAME_SHARES:
            ours |= {*each.output}
        if given & derived:
            derived |= {*each.output}
        elif given <= constant:
            constant |= {*each.output}
    return False


def signs(model: onnx.ModelProto) -> dict[str, int]:
    """1 for each tensor of numbers above 0, 0 for one of numbers that are not below it; without those of which the graph does not tell."""
    known = {each.name: sign for each in model.graph.initializer if (sign := of_constant(each)) is not None}
    for node in model.graph.node:
        given = [known.get(each) for each in node.input]
        told = [each for each in given if each is not None]
        is_told = bool(given) and len(told) == len(given)
        sign = None
        match node.op_type:
            case "Constant":
                sign = next((of_constant(onnx_file.value(each)) for each in node.attribute), None)
            case "Add" | "Sum" if is_told:
                sign = max(told)
            case "Mul" | "Div" | "Concat" if is_told:
                sign = min(told)
            case "Max":
                sign = max(told, default=None)
            case "Clip":
                sign = given[1] if len(given) > 1 else None
            case operator if operator in PASSING:
                sign = given[0]
            case operator if operator in POSITIVE | NOT_NEGATIVE:
                sign = int(operator in POSITIVE)
        if sign is not None:
            known[node.output[0]] = sign
    return known


def of_constant(held: object) -> int | None:
    """The sign of a constant's numbers; None where some are below 0, and of what is none or too large to be looked through."""
    array = onnx_file.array(held) if isinstance(held, onnx.TensorProto) and np.prod(held.dims) <= MOST_READ else np.asarray(held)
    if array.dtype.kind not in "fiu" or not 0 < array.size <= MOST_READ or array.min() < 0:
        return None
    return int(array.min() > 0)


def is_constant(name: str, model: onnx.ModelProto) -> bool:
    """Whether a tensor stands in the graph, perhaps in another dtype."""
    node, _ = probabilities.source(name, model)
    if node is None:
        return any(each.name == name for each in model.graph.initializer)
    return node.op_type == "Constant" or (node.op_type == "CastLike" and is_constant(node.input[0], model))
