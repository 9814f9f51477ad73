"""Files that a project gives to its form: pictures, sounds, series and tensors, read as the page reads them."""

import json
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from mlweb import files
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.series import read_series
from mlweb.codec.types import Field, Form, Row
from mlweb.errors import UserError, first_line

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")  # pictures that every browser reads


def picture(path: Path, field: Field) -> np.ndarray:
    """uint8 [height, width, 3], turned as its EXIF orientation says, on white where it is transparent; colour profiles are left alone."""
    # Warnings are of odd metadata and of many pixels; too many are an error by themselves.
    with warnings.catch_warnings(action="ignore"), Image.open(path, formats=FORMATS) as opened:
        turned = ImageOps.exif_transpose(opened)
        if turned.mode.startswith("I;16"):  # 16 bits of gray, which Pillow would cut off at 255
            turned = Image.fromarray((np.array(turned) >> 8).astype(np.uint8))
        turned = turned.convert("RGBA")
        paper = Image.new("RGBA", turned.size, "white")
        return np.array(Image.alpha_composite(paper, turned).convert("RGB"))


def sound(path: Path, field: Field) -> np.ndarray:
    """float32 [samples], the mean of all channels; the file must have the field's rate, because every resampler differs a little."""
    import soundfile  # only projects with sounds need it

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    if rate != field.get("rate"):
        raise UserError(f"{path} has {rate} samples per second, but the contract says {field.get('rate')}: convert it.")
    return samples.mean(axis=1, dtype=np.float32)


def tensor(path: Path, field: Field) -> np.ndarray:
    """The array of a .npy file, or of nested lists in a JSON file (float64, or text)."""
    if path.suffix == ".npy":
        given = np.load(path, allow_pickle=False)
        if given.dtype.kind not in "biufUO":
            raise ValueError(f"it holds {given.dtype}, and a page takes whole numbers, fractions, booleans and text")
        return given
    given = np.array(json.loads(path.read_text(encoding="utf-8")))
    return given.astype(object if given.dtype.kind == "U" else np.float64)


def series(path: Path, field: Field) -> np.ndarray:
    """float64 [steps], of a text file with a number a line, say; it has decimal points, or commas that can't be taken for thousands."""
    try:
        return np.array(read_series(path.read_text(encoding="utf-8"), "."), np.float64)
    except InvalidValue as unfit:
        line, text = unfit.filled["line"], unfit.filled["text"]
        raise ValueError(f'line {line}: "{text}" {"can be read in two ways" if unfit.code == "series_readings" else "is no number"}') from None


READERS = {"image": picture, "drawing": picture, "audio": sound, "series": series, "tensor": tensor}


def read(root: Path, named: str, field: Field) -> np.ndarray:
    """The array that a file of the project gives to a field; raises UserError."""
    path = files.inside(root, named)
    try:
        return READERS[field["kind"]](path, field)
    except ImportError as error:
        raise UserError(f"{named} can't be read without the package {error.name}: add it with: uv add --dev {error.name}") from None
    except UnidentifiedImageError:
        raise UserError(f"{named} can't be read as {field['kind']}: save it as {', '.join(FORMATS[:-1])} or {FORMATS[-1]}.") from None
    except (ArithmeticError, EOFError, Image.DecompressionBombError, MemoryError, OSError, RecursionError, RuntimeError, TypeError, ValueError) as error:
        raise UserError(f"{named} can't be read as {field['kind']}: {first_line(error)}") from None


def resolve(form: Form, row: Row, root: Path) -> Row:
    """The row with the arrays of the files that it names; raises UserError."""
    given = {field["name"]: field for source in form["inputs"] for field in source["fields"] if field["kind"] in READERS}
    return {name: read(root, value, given[name]) if name in given and isinstance(value, str) else value for name, value in row.items()}
