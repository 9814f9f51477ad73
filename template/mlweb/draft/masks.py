"""Outputs that say something of each pixel of a picture: which of a graph's surely say its class, or one number, and what to ask where that is not sure."""

import re

import numpy as np
import onnx

from mlweb.codec.dtypes import FLOATS, NUMERIC
from mlweb.graph import class_names, file_metadata, guess, probabilities
from mlweb.graph.onnx_file import Signature, TensorInfo
from mlweb.proof.synthetic_rows import Tried

OF_CLASSES = re.compile(r"segm?(?![a-z])|segmentation|semantic|parsing", re.IGNORECASE)  # of which each pixel has one; several masks may overlap
SAYS = re.compile(f"mask|{OF_CLASSES.pattern}", re.IGNORECASE)
MOST_NUMBERS = 256  # different class numbers
MOST_CALLED = 64  # of them where only the name says so: more are shades of gray


def masks(signature: Signature, inputs: dict, tried: list[Tried], model: onnx.ModelProto) -> tuple[dict[str, dict], list[str]]:
    """The outputs that lie over a picture, masks and heat maps, as a contract shows them, and a comment on each that may be a mask.

    Only of a graph that takes one picture, and of rows that it computed.
    """
    pictures = [name for name, given in inputs.items() if given.get("kind") == "image"]
    if len(pictures) != 1 or not tried:
        return {}, []
    found: dict[str, dict] = {}
    comments: list[str] = []
    for name, port in signature.outputs.items():
        computed, names = [outputs[name] for _, _, outputs in tried], file_metadata.class_names(model)
        is_same = all(outputs[name].shape[-2:] == row[pictures[0]].shape[:2] for row, _, outputs in tried)
        layers = {layers_of(port, array, 1 if is_same else guess.SHORTEST_SIDE) for array in computed}
        if len(layers) != 1 or (count := layers.pop()) is None:
            continue
        mask = {"kind": "mask", "over": pictures[0]}
        if port.dtype not in FLOATS:
            numbers = {int(each) for array in computed for each in np.unique(array)}
            if len(numbers) <= most_numbers(name, model) and min(numbers) >= 0:
                found[name] = mask | ({"classes": names} if names and max(numbers) < len(names) else {})
        elif count == 1 and is_same:
            found[name] = {"kind": "tensor", "over": pictures[0]}
        elif (
            is_one_right(name, model) and count > 1 and (len(names) == count or OF_CLASSES.search(name) or all(is_softmax(array, count) for array in computed))
        ):
            found[name] = mask | {"classes": names if len(names) == count else class_names.numbered(count)}
        elif count > 1 and is_same:
            written = f"kind: mask, over: {pictures[0]}, classes: [...]"
            comments.append(f'"{name}" gives {count} numbers for each pixel: if they are the scores of as many classes, write {{{written}}}, with their names.')
    return found, comments


def layers_of(port: TensorInfo, computed: np.ndarray, least: int) -> int | None:
    """How many numbers an output has for each pixel of a plane of at least so many a side; None where it is no such plane."""
    if port.dtype not in NUMERIC or computed.ndim < 2 or min(computed.shape[-2:]) < least:
        return None
    leading = [*computed.shape[:-2]]
    layers = leading.pop() if port.dtype in FLOATS and leading else 1
    return layers if layers <= class_names.MOST_CLASSES and set(leading) <= {1} else None


def most_numbers(name: str, model: onnx.ModelProto) -> int:
    """How many different whole numbers may be those of classes: the graph takes the highest of several, or the output is called so."""
    return MOST_NUMBERS if probabilities.operator(name, model) == "ArgMax" else MOST_CALLED if SAYS.search(name) else 0


def is_one_right(name: str, model: onnx.ModelProto) -> bool:
    """Whether the highest number of a pixel may be its class: not where each layer is a mask by itself."""
    return probabilities.by_operator(name, model) != "sigmoid"


def is_softmax(computed: np.ndarray, layers: int) -> bool:
    """Whether the numbers of each pixel are probabilities of which one is right."""
    return not probabilities.broken(computed.reshape(layers, -1).T)
