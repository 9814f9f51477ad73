"""What an ONNX file says of itself in its metadata_props: the names of its labels, its licence, the file that it came in, the rate of its sounds."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import onnx

CLASSES = {"classes", "class_names", "class_to_idx", "id2label", "character"}  # keys, the case apart, of names of classes; the last is PaddlePaddle's
NAMES = CLASSES | {"names", "labels", "target_names"}  # those of names of labels, or of several numbers
RATES = {"sample_rate", "sampling_rate", "samplerate", "sr"}  # keys, the case apart, of how many samples a second of sound has
SOURCE = "mlweb.source"  # the key under which a graph that is taken over keeps the name of its file


def read(model: onnx.ModelProto, key: str) -> str:
    """One entry; "" when there is none."""
    return next((entry.value.strip() for entry in model.metadata_props if entry.key == key), "")


def remember_source(model: onnx.ModelProto, path: Path) -> None:
    """Let the graph keep the name of the file that it came in, unless it has one already."""
    if not read(model, SOURCE):
        model.metadata_props.add(key=SOURCE, value=path.name)


def label_names(model: onnx.ModelProto, output: str = "") -> dict[int, str]:
    """The names of whole-number labels, which exporters write as "{0: 'cat', 1: 'dog'}", "{'cat': 0}", '["cat", "dog"]', one a line or between commas.

    output: the one whose own they have to be, as species_names is of "species" and "species_logits". None where the file has none.
    """
    return next((pairs for _, pairs in noted(model, output)), {})


def says_classes(model: onnx.ModelProto, output: str = "") -> bool:
    """Whether the key of these names says that they are those of classes."""
    return next((kind in CLASSES for kind, _ in noted(model, output)), False)


def noted(model: onnx.ModelProto, output: str) -> Iterator[tuple[str, dict[int, str]]]:
    """Each list of such names, with the one of NAMES that its key is, behind the start of the output's name if there has to be one."""
    for entry in model.metadata_props:
        if not (kind := kind_of(entry.key.lower(), output.lower())):
            continue
        listed = parsed(entry.value)
        if isinstance(listed, dict) and all(isinstance(index, int) for index in listed.values()):
            listed = {index: name for name, index in listed.items()}
        pairs = dict(enumerate(listed)) if isinstance(listed, list | tuple) else listed if isinstance(listed, dict) else {}
        if pairs and all(re.fullmatch(r"-?[0-9]{1,15}", str(key)) and isinstance(name, str) and name for key, name in pairs.items()):
            yield kind, {int(key): name for key, name in pairs.items()}


def kind_of(key: str, output: str) -> str:
    """The one of NAMES that a key is, or ends with; "" for none."""
    if not output:
        return key if key in NAMES else ""
    ends = [each for each in NAMES if key.endswith(f"_{each}") and f"{output}_".startswith(key.removesuffix(each))]
    return max(ends, key=len, default="")


def parsed(text: str) -> object:
    """A list or dict as Python or JSON writes it, or the lines of a text, or what stands between its commas; None for any other."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        separator = next((each for each in "\n," if each in text.strip()), None)
        return [name.strip() for name in text.strip().split(separator)] if separator and text.lstrip()[:1] not in ("{", "[") else None


def class_names(model: onnx.ModelProto, output: str = "") -> list[str]:
    """The same names as those of classes, whose labels are 0, 1, 2 and so on; none where they are others."""
    named = label_names(model, output)
    return [named[index] for index in range(len(named))] if set(named) == set(range(len(named))) else []


def image_size(model: onnx.ModelProto) -> tuple[int, int] | None:
    """Height and width of the pictures, which Ultralytics notes as "[640, 640]"; None where the file does not say them."""
    found = re.fullmatch(r"\[([0-9]{1,5}), *([0-9]{1,5})\]", read(model, "imgsz"))
    return (int(found[1]), int(found[2])) if found else None


def sample_rate(model: onnx.ModelProto) -> int | None:
    """Samples a second of its sounds, noted as "44100" or "44.1 kHz"; None where the file does not say it."""
    noted = next((entry.value.strip() for entry in model.metadata_props if entry.key.lower() in RATES), "")
    found = re.fullmatch(r"([0-9]{1,7}(?:\.[0-9]{1,3})?) ?(k?)(?:hz)?", noted.lower())
    return round(float(found[1]) * (1000 if found[2] else 1)) if found else None
