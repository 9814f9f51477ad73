"""From what a detector computes to boxes in pixels of the picture that a person gave: decoded, cut at a score, without those that overlap a surer one."""

from typing import Literal

import numpy as np
import onnx

from mlweb.graph import pieces

Format = Literal["xyxy", "xywh", "cxcywh"]  # corners; left, top, width and height; middle, width and height

MOST = 300  # boxes of a picture that are kept, the surest; as detectors of the YOLO family are measured

# Boxes [1, n, 4] of each format -> corners [1, n, 4].
CORNERS: dict[str, str] = {
    "xyxy": "corners = Identity(placed)",
    "xywh": """first, extent = Split<axis = 2>(placed, halves)
    last = Add(first, extent)
    corners = Concat<axis = 2>(first, last)""",
    "cxcywh": """middle, extent = Split<axis = 2>(placed, halves)
    reach = Mul(extent, half)
    first = Sub(middle, reach)
    last = Add(middle, reach)
    corners = Concat<axis = 2>(first, last)""",
}

# What each layout computes -> `placed` boxes [1, n, 4] in pixels of its own picture, and a score of each box for each class, `each` [1, classes, n].
YOLOV5 = """floats = Cast<to = 1>(raw)
    placed, sure, by_class = Split<axis = 2>(floats, parts)
    product = Mul(sure, by_class)
    each = Transpose<perm = [0, 2, 1]>(product)"""
YOLOV8 = """floats = Cast<to = 1>(raw)
    columns, each = Split<axis = 1>(floats, parts)
    placed = Transpose<perm = [0, 2, 1]>(columns)"""

# The same of one whose boxes are final: `placed`, their scores `sure` [n] and classes `named` [n].
END_TO_END = """floats = Cast<to = 1>(raw)
    placed, sure_column, named_column = Split<axis = 2>(floats, parts)
    sure = Reshape(sure_column, flat)
    named = Reshape(named_column, flat)"""

# Of each box its likeliest class alone; of each class the surest boxes, without those that overlap a surer one; of all these the surest. They are put in
# the order of class and place, not of score: two scores that are all but equal would change places from one runtime to the next.
KEEP = """best = ReduceMax<keepdims = 1>(each, class_axis)
    is_best = Equal(each, best)
    likeliest = Where(is_best, each, nothing)
    chosen = NonMaxSuppression(corners, likeliest, most, iou_threshold, score_threshold)
    chosen_scores = GatherND(likeliest, chosen)
    count = Shape(chosen_scores)
    limit = Min(count, most)
    top_scores, top = TopK(chosen_scores, limit)
    surest = Gather<axis = 0>(chosen, top)
    weighted = Mul(surest, weights)
    place = ReduceSum<keepdims = 0>(weighted, class_axis)
    sorted_places, order = TopK<largest = 0>(place, limit)
    kept = Gather<axis = 0>(surest, order)
    scores = GatherND(likeliest, kept)
    labels = Gather<axis = 1>(kept, one)
    index = Gather<axis = 1>(kept, two)
    all_corners = Squeeze(corners, first_axis)
    seen = Gather<axis = 0>(all_corners, index)"""

# Of boxes `found` [n, 4] that are final only the score decides.
CUT = """is_sure = Greater(sure, score_threshold)
    seen = Compress<axis = 0>(found, is_sure)
    scores = Compress<axis = 0>(sure, is_sure)
    sure_named = Compress<axis = 0>(named, is_sure)
    labels = Cast<to = 7>(sure_named)"""

# From pixels of what the model saw to pixels of the picture, and none beyond its edges.
RESTORE = """by = Gather(scale, twice_xy)
    off = Gather(before, twice_xy)
    far = Gather(sides, twice_xy)
    moved = Sub(seen, off)
    grown = Div(moved, by)
    inside = Max(grown, zero)
    boxes = Min(inside, far)"""

CONSTANTS = {
    "halves": np.array([2, 2]),
    "half": np.array(0.5, np.float32),
    "class_axis": np.array([1]),
    "first_axis": np.array([0]),
    "nothing": np.array(0, np.float32),
    "zero": np.array(0, np.float32),
    "most": np.array([MOST]),
    "one": np.array(1),
    "two": np.array(2),
    "twice_xy": np.array([1, 0, 1, 0]),
}


def append(model: onnx.ModelProto, decode: str, box_format: Format, bound: dict[str, str], constants: dict[str, np.ndarray], is_final: bool) -> None:
    """Put the steps from what a detector computes to boxes behind it. Changes the model.

    decode: the text that makes `placed` and `each` of what it computes; with is_final `placed`, `sure` [n] and `named` [n], which only the score cuts.
    bound: the names in the model of what goes in and comes out: what `decode` reads; `scale`, `before` and `sides` of pixels.prepare; `score_threshold` and
    `iou_threshold` [1]; `boxes` [K, 4], `scores` [K], `labels` [K].
    """
    ending = f"found = Squeeze(corners, first_axis)\n{CUT}" if is_final else KEEP
    text = f"boxes (float[1] score_threshold) => (float[K,4] boxes) {{\n{decode}\n{CORNERS[box_format]}\n{ending}\n{RESTORE} }}"
    pieces.put(model, text, bound, CONSTANTS | {"weights": np.array([0, 2**32, 1])} | constants)
