"""The steps from a plain picture to what a vision model takes, put into the graph, so that the browser computes them as Python does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper

from mlweb.errors import UserError
from mlweb.graph import file_metadata, guess, onnx_file, picture_values, pieces
from mlweb.graph.normalize import free, rename
from mlweb.graph.picture_values import Order, Scale

FACTORS: dict[str, tuple[float, float]] = {"0..1": (1 / 255, 0.0), "0..255": (1.0, 0.0), "-1..1": (1 / 127.5, -1.0)}  # of a byte: times, plus
PADDING = 114.0  # the gray around a picture that is fitted into a square, as detectors of the YOLO family are trained
TYPES = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE, "uint8": TensorProto.UINT8}

# Sizes and margins of all four axes: onnxruntime mistakes those of two (`axes`) where it moves a Transpose of the model's own past these steps.
STRETCH = """
    scale = Div(frame, sides)
    before = Sub(frame, frame)
    fitted = Resize<mode = "linear", antialias = 1, exclude_outside = 1>(batch, , , frame_sizes)"""

# As large as it fits in with its own shape, in the middle of gray.
LETTERBOX = """
    ratios = Div(frame, sides)
    ratio = ReduceMin<keepdims = 1>(ratios)
    exact = Mul(sides, ratio)
    raised = Add(exact, half)
    rounded = Floor(raised)
    at_least = Max(rounded, one)
    inner = Min(at_least, frame)
    scale = Div(inner, sides)
    inner_sides = Cast<to = 7>(inner)
    inner_sizes = Concat<axis = 0>(leading, inner_sides)
    resized = Resize<mode = "linear", antialias = 1, exclude_outside = 1>(batch, , , inner_sizes)
    rest = Sub(frame, inner)
    halves = Mul(rest, half)
    before = Floor(halves)
    after = Sub(rest, before)
    ends = Concat<axis = 0>(none, before, none, after)
    margins = Cast<to = 7>(ends)
    fitted = Pad(resized, margins, gray)"""


@dataclass(frozen=True)
class Picture:
    """An input of a model that is a picture, and the values that it takes: size as (height, width); `factor` and `offset` of a byte by channel."""

    name: str
    dtype: str
    size: tuple[int, int]
    channels: int
    is_last: bool
    factor: np.ndarray
    offset: np.ndarray
    order: Order


def with_picture_input(
    model: onnx.ModelProto,
    mean: Sequence[float] = (0.0,),
    std: Sequence[float] = (1.0,),
    size: tuple[int, int] | None = None,
    name: str | None = None,
    scale: Scale | None = None,
    order: Order | None = None,
) -> onnx.ModelProto:
    """The model with an input uint8 [height, width, channels] of any size in place of its [N, channels, height, width] or [N, height, width, channels].

    The picture is resized to `size` (height, width; the model's own where it has one). For a model that takes floats its bytes become
    0..1, 0..255 or -1..1, as `scale` says; then the channels' `mean` is taken off and the rest divided by `std`, both in that scale.
    order: of the channels, "rgb" or "bgr". Where scale or order are left out, the file's own metadata counts, else "0..1" and "rgb".
    name: the input, where the model has several of such a shape.

    Raises UserError.
    """
    picture = picture_input(model, "with_picture_input", mean, std, size, name, scale, order)
    model = pieces.current(model)
    prepare(model, picture)
    pieces.without_dead(model.graph)
    return model


def picture_input(
    model: onnx.ModelProto,
    function: str,
    mean: Sequence[float] = (0.0,),
    std: Sequence[float] = (1.0,),
    size: tuple[int, int] | None = None,
    name: str | None = None,
    scale: Scale | None = None,
    order: Order | None = None,
) -> Picture:
    """The input that these arguments of a `function` mean; raises UserError."""
    ports = [port for port in onnx_file.signature(model).inputs.values() if name in (None, port.name) and (guess.channels_first(port) or is_last(port))]
    if len(ports) != 1:
        shapes = "[N, 1 or 3, height, width] or [N, height, width, 1 or 3]"
        raise UserError(f"{function} needs one input {shapes} of floats or uint8, the model has {len(ports)}: say which by name=...")
    [port] = ports
    dtype, (_, *dims) = port.declared()
    *sides, channels = dims if is_last(port) else [*dims[1:], dims[0]]
    channels = channels or 3  # which is never open, by the shapes above
    height, width = size or file_size(sides, model)
    if not height or not width:
        raise UserError(f'The model leaves the size of its input "{port.name}" open: give {function} one, such as size=(224, 224).')
    if sides[0] not in (None, height) or sides[1] not in (None, width):
        raise UserError(f'The model takes pictures of {sides[0]} × {sides[1]} at "{port.name}", not of {height} × {width}: leave size out.')
    if any(len(values) not in (1, channels) for values in (mean, std)):
        raise UserError(f'mean and std need 1 or {channels} numbers each, one per channel of "{port.name}".')
    if dtype == "uint8" and (any(mean) or any(value != 1 for value in std) or scale not in (None, "0..255")):
        raise UserError(f'The model takes the bytes of a picture at "{port.name}", not floats: leave mean, std and scale out.')
    scale = scale or picture_values.NOTED_SCALES.get(file_metadata.read(model, picture_values.SCALE), "0..1")
    order = order or picture_values.NOTED_ORDERS.get(file_metadata.read(model, picture_values.ORDER), "rgb")
    for what, given, known in (("scale", scale, FACTORS), ("order", order, {"rgb", "bgr"})):
        if given not in known:
            raise UserError(f'{function} knows no {what}="{given}": it is one of {", ".join(known)}.')
    times, plus = FACTORS["0..255" if dtype == "uint8" else scale]
    factor, offset = times / np.array(std), (plus - np.array(mean)) / np.array(std)
    return Picture(port.name, dtype, (height, width), channels, is_last(port), factor, offset, order if channels == 3 else "rgb")


def file_size(sides: Sequence[int | None], model: onnx.ModelProto) -> tuple[int | None, int | None]:
    """Height and width, as the input declares them, or else as the file's metadata (`imgsz` of Ultralytics) says."""
    height, width = sides
    noted = file_metadata.image_size(model)
    return (height, width) if noted is None or (height and width) else noted


def is_last(port: onnx_file.TensorInfo) -> bool:
    """Whether the shape is [N, height, width, 1 or 3], in floats or bytes."""
    return len(port.dims or []) == 4 and port.dtype in TYPES and not guess.channels_first(port) and guess.is_picture(port)


def prepare(model: onnx.ModelProto, picture: Picture, letterbox: bool = False) -> dict[str, str]:
    """Put the steps before an input, which becomes uint8 [height, width, channels]. Changes the model.

    letterbox: keep the picture's shape, with gray around it, rather than stretch it.

    The tensors that tell where in the model's input the picture lies, each float [2] of (height, width): `sides` of the picture in pixels;
    `scale`, by which it was multiplied; `before`, the pixels of gray above and on the left.
    """
    inner = free(model, f"{picture.name}_prepared")
    rename(model.graph, picture.name, inner, inputs=True)
    channels, values = "turned", "shifted"
    turned_again, ended = "", ""
    if picture.order == "bgr":
        channels, turned_again = "swapped", "swapped = Gather<axis = 0>(turned, backwards)"
    if picture.dtype == "uint8":
        values, ended = "whole", "whole = Round(shifted)"
    if picture.is_last:
        ended, values = f"{ended} last = Transpose<perm = [0, 2, 3, 1]>({values})", "last"
    names = pieces.put(
        model,
        f"""prepare (uint8[height,width,{picture.channels}] picture) => (float[A,B,C,D] prepared) {{
    shape = Shape<end = 2>(picture)
    sides = Cast<to = 1>(shape)
    floats = Cast<to = 1>(picture)
    turned = Transpose<perm = [2, 0, 1]>(floats)
    {turned_again}
    batch = Unsqueeze({channels}, batch_axis)
    {LETTERBOX if letterbox else STRETCH}
    scaled = Mul(fitted, factor)
    shifted = Add(scaled, offset)
    {ended}
    prepared = Cast<to = {TYPES[picture.dtype]}>({values}) }}""",
        {"picture": picture.name, "prepared": inner},
        {
            "frame": np.array(picture.size, np.float32),
            "frame_sizes": np.array([1, picture.channels, *picture.size]),
            "leading": np.array([1, picture.channels]),
            "none": np.array([0, 0], np.float32),
            "half": np.array([0.5], np.float32),
            "one": np.array([1], np.float32),
            "gray": np.array(PADDING, np.float32),
            "batch_axis": np.array([0]),
            "backwards": np.array([2, 1, 0]),
            "factor": picture.factor.astype(np.float32).reshape(-1, 1, 1),
            "offset": picture.offset.astype(np.float32).reshape(-1, 1, 1),
        },
        before=True,
    )
    [info] = [info for info in model.graph.input if info.name == picture.name]
    info.CopyFrom(helper.make_tensor_value_info(picture.name, TensorProto.UINT8, ["height", "width", picture.channels]))
    model.metadata_props.add(key=f"{picture_values.MARK}{picture.name}", value="1")
    return {name: names[name] for name in ("sides", "scale", "before")}
