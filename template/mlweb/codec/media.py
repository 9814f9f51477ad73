"""Files that a project gives to its form: pictures, sounds, series and tensors, read as the page reads them."""

from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from mlweb import files
from mlweb.codec.kinds import ARRAYS
from mlweb.codec.kinds.picture import FORMATS
from mlweb.codec.types import Field, Form, Row
from mlweb.errors import UserError, first_line


def read(root: Path, named: str, field: Field) -> np.ndarray:
    """The array that a file of the project gives to a field; raises UserError."""
    path = files.inside(root, named)
    try:
        return ARRAYS[field["kind"]].read(path, field)
    except ImportError as error:
        raise UserError(f"{named} can't be read without the package {error.name}: add it with: uv add --dev {error.name}") from None
    except UnidentifiedImageError:
        raise UserError(f"{named} can't be read as {field['kind']}: save it as {', '.join(FORMATS[:-1])} or {FORMATS[-1]}.") from None
    except (ArithmeticError, EOFError, Image.DecompressionBombError, MemoryError, OSError, RecursionError, RuntimeError, TypeError, ValueError) as error:
        raise UserError(f"{named} can't be read as {field['kind']}: {first_line(error)}") from None


def resolve(form: Form, row: Row, root: Path) -> Row:
    """The row with the arrays of the files that it names; raises UserError."""
    given = {field["name"]: field for source in form["inputs"] for field in source["fields"] if field["kind"] in ARRAYS}
    return {name: read(root, value, given[name]) if name in given and isinstance(value, str) else value for name, value in row.items()}
