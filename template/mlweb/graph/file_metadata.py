"""What an ONNX file says of itself in its metadata_props: the names of its labels, its licence, the file that it came in."""

import ast
import re
from pathlib import Path

import onnx

NAMES = {"names", "labels", "classes", "class_names", "id2label", "character"}  # keys, the case apart, of the names of labels; the last is PaddlePaddle's
SOURCE = "mlweb.source"  # the key under which a graph that is taken over keeps the name of its file


def read(model: onnx.ModelProto, key: str) -> str:
    """One entry; "" when there is none."""
    return next((entry.value.strip() for entry in model.metadata_props if entry.key == key), "")


def remember_source(model: onnx.ModelProto, path: Path) -> None:
    """Let the graph keep the name of the file that it came in, unless it has one already."""
    if not read(model, SOURCE):
        model.metadata_props.add(key=SOURCE, value=path.name)


def label_names(model: onnx.ModelProto) -> dict[int, str]:
    """The names of whole-number labels, which exporters write as "{0: 'cat', 1: 'dog'}", '["cat", "dog"]', one a line or between commas.

    None where the file has none.
    """
    for noted in model.metadata_props:
        if noted.key.lower() in NAMES:
            listed = parsed(noted.value)
            pairs = dict(enumerate(listed)) if isinstance(listed, list | tuple) else listed if isinstance(listed, dict) else {}
            if pairs and all(re.fullmatch(r"-?[0-9]{1,15}", str(key)) and isinstance(name, str) and name for key, name in pairs.items()):
                return {int(key): name for key, name in pairs.items()}
    return {}


def parsed(text: str) -> object:
    """A list or dict as Python or JSON writes it, or the lines of a text, or what stands between its commas; None for any other."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        separator = next((each for each in "\n," if each in text.strip()), None)
        return [name.strip() for name in text.strip().split(separator)] if separator and text.lstrip()[:1] not in ("{", "[") else None


def class_names(model: onnx.ModelProto) -> list[str]:
    """The same names as those of classes, whose labels are 0, 1, 2 and so on; none where they are others."""
    named = label_names(model)
    return [named[index] for index in range(len(named))] if set(named) == set(range(len(named))) else []


def image_size(model: onnx.ModelProto) -> tuple[int, int] | None:
    """Height and width of the pictures, which Ultralytics notes as "[640, 640]"; None where the file does not say them."""
    found = re.fullmatch(r"\[([0-9]{1,5}), *([0-9]{1,5})\]", read(model, "imgsz"))
    return (int(found[1]), int(found[2])) if found else None
