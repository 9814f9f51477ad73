"""Tiny detectors of every layout: what they find is written into them, whatever the picture."""

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE = 64  # pixels of the picture that they take
CELLS = 8 * 8 + 4 * 4 + 2 * 2  # of the grids that the YOLO family lays over it
NAMES = "{0: 'cat', 1: 'dog'}"


def constant(side: int | None = SIDE, channels: int = 3, metadata: Mapping[str, str] | None = None, **outputs: np.ndarray) -> onnx.ModelProto:
    """A model of pictures [1, channels, side, side] with these outputs, to each of which it adds the picture's mean times 0."""
    dims = [1, channels, side or "H", side or "W"]
    nodes = [helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0), helper.make_node("Mul", ["mean", "nothing"], ["zero"])]
    constants = [numpy_helper.from_array(np.array(0, np.float32), "nothing")]
    infos = []
    for name, values in outputs.items():
        constants.append(numpy_helper.from_array(values, f"{name}_written"))
        kind = helper.np_dtype_to_tensor_dtype(values.dtype)
        zero = "zero"
        if kind != TensorProto.FLOAT:
            zero = f"{name}_zero"
            nodes.append(helper.make_node("Cast", ["zero"], [zero], to=kind))
        nodes.append(helper.make_node("Add", [f"{name}_written", zero], [name]))
        infos.append(helper.make_tensor_value_info(name, kind, values.shape))
    graph = helper.make_graph(nodes, "detector", [helper.make_tensor_value_info("images", TensorProto.FLOAT, dims)], infos, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, dict(metadata or {}))
    return model


def finds(layout: str, found: list[tuple[list[float], list[float]]], metadata: Mapping[str, str] | None = None, classes: int = 2) -> onnx.ModelProto:
    """A detector that finds (corners in pixels of what it sees, a score for each class) each time."""
    corners = np.array([box for box, _ in found], np.float32).reshape(-1, 4)
    scores = np.array([each for _, each in found], np.float32).reshape(-1, classes)
    middles = np.concatenate([(corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]], 1)
    if layout == "end-to-end":
        rows = np.zeros((1, 300, 6), np.float32)
        rows[0, : len(found)] = np.concatenate([corners, scores.max(1, keepdims=True), scores.argmax(1)[:, None]], 1)
    elif layout == "yolov8":
        rows = np.zeros((1, 4 + classes, CELLS), np.float32)
        rows[0, :, : len(found)] = np.concatenate([middles, scores], 1).T
    else:
        rows = np.zeros((1, 3 * CELLS, 5 + classes), np.float32)
        rows[0, : len(found)] = np.concatenate([middles, np.full((len(found), 1), 0.5), 2 * scores], 1)  # how sure times the class: the score
    return constant(output0=rows, metadata=metadata)


def street() -> onnx.ModelProto:
    """A detector as Ultralytics exports it: a cat on the left, a dog on the right of a wide picture."""
    from mlweb.graph import detectors

    found = [([8, 24, 24, 40], [0.9, 0.1]), ([9, 24, 25, 40], [0.6, 0.1]), ([40, 20, 60, 44], [0.2, 0.7])]
    return detectors.with_box_output(finds("yolov8", found, {"names": NAMES, "task": "detect"}))


STREET = """
schema: 1
name: Street
task: detection
inputs:
  images: {kind: image, label: Picture}
  score_threshold: {kind: number, label: How sure at least, min: 0.05, max: 1, step: 0.05, default: 0.25}
  iou_threshold: {kind: number, label: Overlap at most, min: 0, max: 1, step: 0.05, default: 0.5}
outputs:
  boxes: {kind: boxes, label: Found, scores: scores, labels: labels, classes: [cat, dog]}
"""
