"""Detectors: the layouts that are known by their shapes, and the steps that make boxes in a picture's own pixels of what they compute."""

import json
from dataclasses import dataclass
from typing import Literal, TypedDict, Unpack

import numpy as np
import onnx
from onnx import TensorProto, helper

from mlweb.console import say
from mlweb.errors import UserError
from mlweb.graph import file_metadata, guess, nms, onnx_file, onnx_passes, picture_values, pieces, pixels
from mlweb.graph.normalize import free, rename
from mlweb.graph.onnx_file import TensorInfo
from mlweb.runner import NativeError

Layout = Literal["yolov5", "yolov8", "end-to-end"]

LAYOUTS: dict[str, str] = {
    "yolov5": "YOLOv5 (boxes, how sure that something is there, a score for each class)",
    "yolov8": "YOLOv8 to v11 (boxes, a score for each class)",
    "end-to-end": "an end-to-end detector such as YOLOv10 (boxes, scores and classes, overlaps already taken out)",
}
STRIDES = ((8, 16, 32), (8, 16, 32, 64))  # pixels a side of the cells of the grids that the YOLO family lays over a picture
ANCHORS = 3  # boxes in each cell of YOLOv5
FEWEST_FINAL, MOST_FINAL = 100, 1000  # boxes that an end-to-end detector gives
MARK = "mlweb.boxes"  # the key in a graph's metadata under which the outputs and thresholds that were appended are noted


class Pixels(TypedDict, total=False):
    """What of a picture a model takes, as in `with_picture_input`."""

    mean: tuple[float, ...]
    std: tuple[float, ...]
    size: tuple[int, int]
    name: str
    scale: picture_values.Scale
    order: picture_values.Order


@dataclass(frozen=True)
class Decoding:
    """How an output becomes boxes: the outputs that are read, by their name in `text`; see nms.append."""

    outputs: dict[str, str]
    text: str
    box_format: nms.Format
    constants: dict[str, np.ndarray]
    is_final: bool
    classes: int | None  # how many; None where that is not known


@dataclass(frozen=True)
class Noted:
    """What `with_box_output` noted in a graph: the names of its picture, thresholds and outputs, and how many classes there are."""

    picture: str
    score_threshold: str
    iou_threshold: str | None
    boxes: str
    scores: str
    labels: str
    classes: int | None


def box_layout(model: onnx.ModelProto) -> Layout | None:
    """The layout of a detector that is known by its shapes, and by what the file says of itself; None for any other model, and where that is not certain.

    The number of boxes has to be that of the cells of the grids that the YOLO family lays over a picture of the input's size.
    """
    inputs = onnx_file.signature(model).inputs
    pictures = [port for port in inputs.values() if guess.channels_first(port) and port.dtype != "uint8" and (port.dims or [])[1] == 3]
    if len(inputs) != 1 or not pictures or not model.graph.output or file_metadata.read(model, "task") not in ("", "detect"):
        return None
    height, width = pixels.file_size((pictures[0].dims or [])[2:], model)
    if not height or not width:
        return None
    first, *others = sized_outputs(model, pictures[0].name, (height, width))
    names = len(file_metadata.class_names(model))
    found = by_shape(first, (height, width), names)
    if found != "yolov5":
        return None if others else found
    return None if any(len(port.dims or []) != 5 for port in others) else found  # what each grid computes, which older exports give too


def sized_outputs(model: onnx.ModelProto, name: str, size: tuple[int, int]) -> list[TensorInfo]:
    """The outputs for one picture of this size (height, width) at an input [N, 3, height, width]: what a graph of open sizes does not declare."""
    outputs = list(onnx_file.signature(model).outputs.values())
    if all(port.dims is not None and None not in port.dims[1:] for port in outputs):
        return outputs
    fixed = onnx.ModelProto.FromString(model.SerializeToString())
    for info in [*fixed.graph.input, *fixed.graph.output]:
        if info.name == name:
            info.CopyFrom(helper.make_tensor_value_info(name, info.type.tensor_type.elem_type, [1, 3, *size]))
        elif info.name in onnx_file.signature(model).outputs:
            info.type.tensor_type.ClearField("shape")
    try:
        return list(onnx_file.signature(onnx_passes.with_inferred_shapes(fixed, data_prop=True)).outputs.values())
    except NativeError:
        return outputs


def by_shape(port: TensorInfo, size: tuple[int, int], names: int) -> Layout | None:
    """The layout of an output, for pictures of this size, and with as many names of classes, 0 where none are known."""
    if port.dtype not in ("float32", "float64") or len(port.dims or []) != 3 or (port.dims or [])[0] not in (None, 1):
        return None
    rows, columns = (port.dims or [])[1:]
    cells = [sum((size[0] // stride) * (size[1] // stride) for stride in strides) for strides in STRIDES]
    if columns is not None and columns > 5 and names in (0, columns - 5) and (rows in [ANCHORS * count for count in cells] or (rows is None and names)):
        return "yolov5"
    if rows is not None and rows > 4 and names in (0, rows - 4) and ((columns in cells or names) and (columns is None or rows < columns)):
        return "yolov8"
    return "end-to-end" if columns == 6 and rows is not None and (FEWEST_FINAL <= rows <= MOST_FINAL or names) else None


def with_box_output(
    model: onnx.ModelProto,
    layout: Layout | None = None,
    *,
    boxes: str | None = None,
    scores: str | None = None,
    labels: str | None = None,
    format: nms.Format = "xyxy",
    normalized: bool = False,
    background: int | None = None,
    letterbox: bool = True,
    **picture: Unpack[Pixels],
) -> onnx.ModelProto:
    """The detector with a picture uint8 [height, width, 3] of any size as its input, and boxes in the pixels of that picture as outputs.

    It is fitted into the model's input with its own shape (letterbox; else stretched). The outputs are boxes [K, 4] (left, top, right, bottom), scores [K]
    and labels [K], as `kind: boxes` shows them; `score_threshold` and `iou_threshold` become inputs [1]: boxes at or below that score are left out, and of two
    of a class that overlap by more, only the surer one stays.

    layout: "yolov5", "yolov8" or "end-to-end"; by default it is recognised (`box_layout`). Any other detector is told by its outputs instead:
    boxes: [N, k, 4] or [k, 4] in the `format` "xyxy" (corners), "xywh" (left, top, width, height) or "cxcywh" (middle, width, height), in pixels of the model's
    input, or normalized to 0..1; scores: one a class, [N, k, classes] or [N, classes, k], or one a box, [N, k]; labels: [N, k], where the model has chosen
    class and boxes already, so that only the score cuts. background: the column of `scores` that stands for nothing.
    picture: mean, std, size, name, scale and order, as in `with_picture_input`.

    Raises UserError.
    """
    if noted(model):
        raise UserError("with_box_output was applied to this model already, by with_recognized_steps perhaps: take one of them out.")
    seen = pixels.picture_input(model, "with_box_output", **picture)
    if seen.channels != 3:
        raise UserError(f'with_box_output needs a picture in colour, the model takes {seen.channels} channel at "{seen.name}".')
    how = told(model, boxes, scores, labels, format, normalized, background, seen) if boxes or scores else known(model, layout or box_layout(model), seen)
    model = pieces.current(model)
    inner = {key: moved(model, name) for key, name in how.outputs.items()}
    del model.graph.output[:]
    roles = {role: free(model, role) for role in ("score_threshold", *([] if how.is_final else ["iou_threshold"]), "boxes", "scores", "labels")}
    lies = pixels.prepare(model, seen, letterbox)
    nms.append(model, how.text, how.box_format, inner | roles | lies, how.constants, how.is_final)
    thresholds = [roles[role] for role in roles if role.endswith("threshold")]
    model.graph.input.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in thresholds)
    shapes = {"boxes": (TensorProto.FLOAT, ["K", 4]), "scores": (TensorProto.FLOAT, ["K"]), "labels": (TensorProto.INT64, ["K"])}
    model.graph.output.extend(helper.make_tensor_value_info(roles[role], *shape) for role, shape in shapes.items())
    pieces.without_dead(model.graph)
    note = {"picture": seen.name, "iou_threshold": None, **roles, "classes": how.classes}
    model.metadata_props.add(key=MARK, value=json.dumps(note))
    return model


def with_recognized_steps(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with the steps that its shapes and its own metadata leave no doubt of, and a line that says so; else as it is.

    Boxes of a detector of the YOLO family; pictures of any size for a model whose file says which values it takes.
    """
    if noted(model):
        return model
    if layout := box_layout(model):
        say(f"Recognised: {LAYOUTS[layout]}. It takes pictures of any size now, and gives boxes on them (with_box_output).")
        return with_box_output(model, layout)
    ports = [port for port in onnx_file.signature(model).inputs.values() if guess.channels_first(port) or pixels.is_last(port)]
    says = file_metadata.read(model, "task") == "classify" or file_metadata.read(model, picture_values.SCALE) in picture_values.NOTED_SCALES
    if len(ports) != 1 or not says or ports[0].dtype == "uint8":
        return model
    try:
        seen = pixels.picture_input(model, "with_picture_input")
    except UserError:  # it leaves its size open
        return model
    say(f'Recognised: pictures of {seen.size[0]} × {seen.size[1]} at "{seen.name}". It takes pictures of any size now (with_picture_input).')
    return pixels.with_picture_input(model)


def known(model: onnx.ModelProto, layout: str | None, seen: pixels.Picture) -> Decoding:
    """The steps for one of LAYOUTS; raises UserError."""
    if layout is None:
        raise UserError(
            f'No layout of a detector is recognised in this model: say layout="...", which is one of {", ".join(LAYOUTS)}, '
            'or which output is which, such as with_box_output(model, boxes="boxes", scores="scores").'
        )
    if layout not in LAYOUTS:
        raise UserError(f'with_box_output knows no layout "{layout}": it is one of {", ".join(LAYOUTS)}.')
    ports = [port for port in sized_outputs(model, seen.name, seen.size) if len(port.dims or []) == 3]
    columns = [port.dims[1 if layout == "yolov8" else 2] for port in ports[:1] if port.dims]
    least = {"yolov5": 6, "yolov8": 5, "end-to-end": 6}[layout]
    if not columns or columns[0] is None or columns[0] < least or (layout == "end-to-end" and columns[0] != least):
        shape = {"yolov5": "[1, boxes, 5 + classes]", "yolov8": "[1, 4 + classes, boxes]", "end-to-end": "[1, boxes, 6]"}[layout]
        raise UserError(f'The layout "{layout}" needs an output {shape}, which this model has not: say which output is which, by boxes and scores.')
    raw, width = {"raw": ports[0].name}, columns[0]
    if layout == "end-to-end":
        return Decoding(raw, nms.END_TO_END, "xyxy", {"parts": np.array([4, 1, 1]), "flat": np.array([-1])}, True, None)
    parts, text = ([4, 1, width - 5], nms.YOLOV5) if layout == "yolov5" else ([4, width - 4], nms.YOLOV8)
    return Decoding(raw, text, "cxcywh", {"parts": np.array(parts)}, False, parts[-1])


def told(
    model: onnx.ModelProto,
    boxes: str | None,
    scores: str | None,
    labels: str | None,
    box_format: nms.Format,
    normalized: bool,
    background: int | None,
    seen: pixels.Picture,
) -> Decoding:
    """The steps for outputs that a person named; raises UserError."""
    outputs = onnx_file.signature(model).outputs
    for what, name in (("boxes", boxes), ("scores", scores), *([("labels", labels)] if labels else [])):
        if name not in outputs:
            raise UserError(f'with_box_output: {what}="{name}" is no output of the model, which has {", ".join(outputs)}.')
    if box_format not in nms.CORNERS:
        raise UserError(f'with_box_output knows no format="{box_format}": it is one of {", ".join(nms.CORNERS)}.')
    of_boxes, of_scores = outputs[str(boxes)].dims or [], outputs[str(scores)].dims or []
    if len(of_boxes) not in (2, 3) or of_boxes[-1] != 4:
        raise UserError(f'with_box_output needs boxes [N, k, 4] or [k, 4], "{boxes}" is {of_boxes}.')
    named = {"raw_boxes": str(boxes), "raw_scores": str(scores), **({"raw_labels": labels} if labels else {})}
    height, width = seen.size
    unit = np.array([width, height, width, height] if normalized else [1, 1, 1, 1], np.float32)
    constants = {"unit": unit, "box_shape": np.array([1, -1, 4]), "flat": np.array([-1])}
    placed = """float_boxes = Cast<to = 1>(raw_boxes)
    listed = Reshape(float_boxes, box_shape)
    placed = Mul(listed, unit)
    float_scores = Cast<to = 1>(raw_scores)"""
    if labels:
        text = f"{placed}\n    sure = Reshape(float_scores, flat)\n    named = Reshape(raw_labels, flat)"
        return Decoding(named, text, box_format, constants, True, None)
    if len(of_scores) == len(of_boxes) - 1:
        text = f"{placed}\n    each = Reshape(float_scores, score_shape)"
        return Decoding(named, text, box_format, constants | {"score_shape": np.array([1, 1, -1])}, False, 1)
    if len(of_scores) != len(of_boxes):
        raise UserError(f'with_box_output needs scores [N, k, classes] or [N, k] beside boxes {of_boxes}, "{scores}" is {of_scores}.')
    is_first = of_boxes[-2] is not None and of_scores[-1] == of_boxes[-2] != of_scores[-2]  # classes before boxes
    count = of_scores[-2 if is_first else -1]
    if count is None:
        raise UserError(f'The model leaves open how many classes "{scores}" has: export it with that size.')
    columns = [column for column in range(count) if column != background]
    if not columns or (background is not None and not 0 <= background < count):
        raise UserError(f'with_box_output: background={background} is no column of "{scores}", which has {count}, or its only one.')
    turned = "all = Identity(shaped)" if is_first else "all = Transpose<perm = [0, 2, 1]>(shaped)"
    text = f"{placed}\n    shaped = Reshape(float_scores, score_shape)\n    {turned}\n    each = Gather<axis = 1>(all, columns)"
    constants |= {"columns": np.array(columns), "score_shape": np.array([1, count, -1] if is_first else [1, -1, count])}
    return Decoding(named, text, box_format, constants, False, len(columns))


def moved(model: onnx.ModelProto, name: str) -> str:
    """The new name of a tensor that was an output."""
    inner = free(model, f"{name}_raw")
    rename(model.graph, name, inner, inputs=True, outputs=True)
    return inner


def noted(model: onnx.ModelProto) -> Noted | None:
    """What `with_box_output` appended to a graph; None where it did nothing."""
    note = file_metadata.read(model, MARK)
    return Noted(**json.loads(note)) if note else None
