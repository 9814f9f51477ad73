"""Whether a contract's inputs and outputs fit those of the graph: names, shapes and dtypes."""

import re
from collections import Counter
from collections.abc import Iterator

from mlweb.codec.dtypes import FLOATS, NUMERIC
from mlweb.codec.kinds import ArrayInput, ScalarInput
from mlweb.codec.kinds.base import ArrayField, fixed_batch, port_type
from mlweb.codec.kinds.picture import Picture
from mlweb.codec.kinds.series import Series
from mlweb.codec.kinds.text import Text
from mlweb.codec.types import Dims
from mlweb.contract import tokenizer_check
from mlweb.contract.kinds import (
    Boxes,
    Classes,
    Label,
    Mask,
    Nearest,
    OutputAudio,
    OutputImage,
    OutputKind,
    OutputSeries,
    OutputText,
    Point,
    Value,
    Values,
    Vector,
)
from mlweb.contract.schema import Contract
from mlweb.errors import nearest
from mlweb.graph.onnx_file import Signature, TensorInfo

# The keys with which an output names the input that it is shown with, and the kinds that this may be of.
BESIDE = (("after", Series, "series"), ("over", Picture, "image or drawing"))


def names(contract: Contract, signature: Signature) -> Iterator[str]:
    """Inputs and outputs by name: every input of the graph is fed, every listed name exists, field names are unique."""
    referred = [(("outputs", at, key), name) for at, shown in contract.outputs.items() for key, name in shown.refers()]
    for path, name in [(("inputs", name), name) for name in contract.inputs] + [(("outputs", name), name) for name in contract.outputs] + referred:
        side, there = path[0], signature.inputs if path[0] == "inputs" else signature.outputs
        if name not in there:
            known = ", ".join(f'"{each}"' for each in there)
            hint = nearest(name, there) or f" It has {known}."
            yield f'{contract.where(*path)}: {".".join(path)}: the model has no {side[:-1]} "{name}".{hint}'
    for name, shown in contract.outputs.items():
        for key, kinds, what in BESIDE:
            wanted, there = getattr(shown, key, None), [each for each, given in contract.inputs.items() if isinstance(given, kinds)]
            if wanted is not None and wanted not in there:
                hint = nearest(wanted, there) or f" Leave it out, or name one of kind {what}."
                yield f'{contract.where("outputs", name, key)}: outputs.{name}.{key}: there is no input of kind {what} "{wanted}".{hint}'
    for name in signature.inputs:
        if name not in contract.inputs and name not in tokenizer_check.fed(contract, signature):
            yield f'{contract.where("inputs")}: inputs: the model\'s input "{name}" is missing here; add it with a kind.'
    for name, times in Counter(name for _, name, _ in contract.fields()).items():
        if times > 1:
            yield f'{contract.where("inputs")}: inputs: the field name "{name}" is used {times} times; give each field its own.'


def of_input(given: ScalarInput | ArrayInput | Vector, port: TensorInfo) -> Iterator[str]:
    """Rank, fixed dims and dtype of one input against its field or fields."""
    if port.dtype is None:
        yield f"the model takes a {port.what} here, which a form can't give: cast or convert it inside the graph."
        return
    if isinstance(given, ArrayField):
        if port.dims is None:
            yield "the model does not say its shape: export it with one, such as [height, width, 3]."
        else:
            yield from given.mismatches(port.dtype, port.dims)
        return
    if isinstance(given, Text) and given.tokenizer:
        return  # see tokenizer_check
    fields = given.fields if isinstance(given, Vector) else {port.name: given}
    width = len(fields)
    if port.dims is None:
        yield "the model does not say its shape: export it with one, such as [N, 4]."
    elif len(port.dims) > 2:
        yield f"the model takes {shape(port)} here; a form gives one row of {count(width, 'value')}."
    elif (taken := columns(port.dims)) is not None and taken != width:
        yield f"the model takes {shape(port)} here, which is {count(taken, 'value')} a row, but {count(width, 'field')} are listed."
    elif len(port.dims) == 2:
        yield from fixed_batch(port.dtype, port.dims)
    for name, field in fields.items():
        for sentence in of_field(field, port.dtype):
            yield f"{name}: {sentence}" if isinstance(given, Vector) else sentence


def columns(dims: Dims) -> int | None:
    """How many values a row has by a shape of rank 0, 1 or 2; None when that is dynamic."""
    return dims[-1] if dims else 1


def of_field(field: ScalarInput, dtype: str) -> Iterator[str]:
    """Whether values of this kind fit into the dtype."""
    yield from field.mismatches(dtype)
    if field.missing == "nan" and dtype not in FLOATS:
        yield f"missing: nan needs a float input, the model's is {dtype}."
    if field.missing == "empty" and dtype != "string":
        yield f"missing: empty needs a string input, the model's is {dtype}."


def of_output(shown: OutputKind, port: TensorInfo, listed_in: str) -> Iterator[str]:
    """Dtype and shape of one output against how it is shown; `listed_in` is the file that names its classes."""
    if port.dtype is None:
        fix = "export with options={'zipmap': False}" if "ZipMap" in port.what else "convert it inside the graph"
        yield f"the model gives a {port.what} here, not a tensor: {fix}."
        return
    dims = port.dims
    width = dims[-1] if dims else None
    match shown:
        case Value() if dims is not None and (len(dims) > 2 or (len(dims) == 2 and width not in (None, 1))):
            yield f"kind value shows one value a row, the model gives {shape(port)}: use kind values, classes or tensor."
        case Values() | Point() if port.dtype == "string":
            yield f"kind {shown.kind} needs numbers, the model gives {port.dtype}."
        case Values() | Point() if dims is not None and len(dims) not in (1, 2):
            yield f"kind {shown.kind} needs one row of numbers, the model gives {shape(port)}: use kind tensor."
        case Values() | Point() if width not in (None, len(shown.named())):
            named = "is x and y" if isinstance(shown, Point) else f"has {count(len(shown.values), 'name')}"
            yield f"kind {shown.kind} {named} here, but the model gives {count(width, 'column')} ({shape(port)}): name each column."
        case Label() if dims is not None and (len(dims) > 2 or (len(dims) == 2 and width not in (None, 1))):
            yield f"kind label names one element a row, the model gives {shape(port)}: use kind values or tensor."
        case Label() if odd := [each for each in shown.named() if not is_element(each, port.dtype)]:
            instead = "names are for true and false" if port.dtype == "bool" else "write its numbers as they come, such as {0: no, 1: yes}"
            yield f'names has "{odd[0]}", which the model never gives, because it gives {port.dtype}: {instead}.'
        case Classes() if port.dtype not in FLOATS:
            yield f"kind classes needs probabilities, the model gives {port.dtype}: is this the label output?"
        case Classes() if dims is not None and len(dims) != 2:
            yield f"kind classes needs one row of probabilities, the model gives {shape(port)}."
        case Classes() if width not in (None, len(shown.classes)):
            yield f"{len(shown.classes)} classes are listed in {listed_in}, but the model gives {width} columns ({shape(port)}): list one name for each column."
        case Boxes() if port.dtype not in FLOATS or (dims is not None and (len(dims) not in (2, 3) or width not in (None, 4))):
            yield f"kind boxes needs floats of the shape [K, 4], the model gives {shape(port)}."
        case Mask():
            yield from of_mask(shown, port, listed_in)
        case OutputImage() if port.dtype != "uint8" or (dims is not None and (len(dims) not in (3, 4) or width not in (None, 1, 3))):
            yield f"kind image needs uint8 of the shape [height, width, 3 or 1], the model gives {shape(port)}: convert it inside the graph."
        case OutputText() if port.dtype != "string":
            yield f"kind text needs strings, the model gives {port.dtype}."
        case OutputAudio() if port.dtype not in FLOATS:
            yield f"kind audio needs floats, the model gives {port.dtype}."
        case OutputSeries() if port.dtype not in FLOATS or (dims is not None and len(dims) not in (1, 2) and (len(dims) != 3 or width != 1)):
            yield f"kind series needs floats of the shape [N, steps], the model gives {shape(port)}: use kind tensor."
        case Nearest() if port.dtype not in ("float32", "float64") or (dims is not None and len(dims) != 2):
            mean = " take the mean over the tokens, by their mask, and bring it to length 1 inside the graph."
            yield f"kind nearest needs one vector a text, floats of the shape [N, width], the model gives {shape(port)}:{mean}"


def of_mask(shown: Mask, port: TensorInfo, listed_in: str) -> Iterator[str]:
    """Dtype and shape of an output that gives the class of each pixel."""
    listed = len(shown.classes or [])
    if port.dtype not in NUMERIC | {"bool"}:
        yield f"kind mask needs numbers, the model gives {port.dtype}."
    elif port.dtype in FLOATS and listed < 2:
        yield "kind mask shows which class has the highest score, so list two classes or more; one number a pixel is kind tensor, as a heat map."
    elif port.dtype in FLOATS and port.dims is not None and (len(port.dims) not in (3, 4) or {*port.dims[:-3]} - {None, 1}):
        yield f"kind mask needs the shape [N, classes, height, width] for scores, the model gives {shape(port)}: transpose it inside the graph."
    elif port.dtype in FLOATS and port.dims is not None and port.dims[-3] not in (None, listed):
        layers = f"{count(port.dims[-3], 'layer')} ({shape(port)})"
        yield f"{listed} classes are listed in {listed_in}, but the model gives {layers}: list one name for each, and put the layers before height and width."
    elif port.dtype not in FLOATS and port.dims is not None and (len(port.dims) not in (2, 3, 4) or {*port.dims[:-2]} - {None, 1}):
        yield f"kind mask needs the shape [N, height, width] for class numbers, the model gives {shape(port)}: take the highest inside the graph (ArgMax)."


def is_element(text: str, dtype: str) -> bool:
    """Whether an element of this dtype can be written as this text."""
    if dtype in ("string", "bool"):
        return dtype == "string" or text in ("true", "false")
    return re.fullmatch(r"-?[0-9]+" if dtype not in FLOATS else r"-?[0-9.]+(e[+-]?[0-9]+)?|-?Infinity|NaN", text) is not None


def shape(port: TensorInfo) -> str:
    """`float32 [N, 4]`; N is a dynamic dim. `float32` alone where the graph declares no shape."""
    return port_type(port.dtype, port.dims)


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
