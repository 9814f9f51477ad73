"""The one gate to a project's files: what a contract, an answer or a folder names is a file of the project, and no larger than it may be."""

from pathlib import Path

from mlweb.errors import UserError

TEXT = 10_000_000  # bytes: of what people write by hand, such as class names and outlines
MEDIA = 200_000_000  # bytes: of a picture, a sound or an array that a form begins with
MODEL = 2**31  # bytes: no ONNX file, and no browser, holds more


def inside(root: Path, named: str | Path, most: int = MEDIA, missing: str = "") -> Path:
    """The path of a file below the folder `root`, which may itself be a link; raises UserError.

    Refused are `..`, absolute paths and links that lead out, because what is built is published; folders, pipes and devices, which may never
    end; and files of more than `most` bytes, before anything of them is read. missing: what to say when there is none.
    """
    path = root / named
    try:
        real = path.resolve()
        is_file, size = real.is_file(), real.stat().st_size if real.exists() else 0
    except (OSError, RuntimeError, ValueError) as error:  # links in a ring, names that are too long, NUL
        raise UserError(f"{str(named)!r} can't be opened ({getattr(error, 'strerror', None) or error}): name a file of the project.") from None
    if not real.is_relative_to(root.resolve()):
        raise UserError(f"{named} leads out of {root.resolve().name}/: put the file itself there, because published files must be part of the project.")
    if not real.exists():
        raise UserError(missing or f"there is no file {named}.")
    if not is_file:
        raise UserError(f"{named} is a {'folder' if real.is_dir() else 'pipe or a device'}, not a file: name a file of the project.")
    if size > most:
        raise UserError(f"{named} has {size:,} bytes, and at most {most:,} are read here: make it smaller.")
    return path


def read_text(root: Path, named: str | Path, missing: str = "") -> str:
    """The text of such a file, without a byte order mark; raises UserError when it is not UTF-8."""
    path = inside(root, named, TEXT, missing)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{named} is not UTF-8 text: save it with that encoding.") from None
