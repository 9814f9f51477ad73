"""Your photos: notebooks/photos/<class>/, in folders that are named after their classes."""

import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from mlweb import UserError

TYPES = {".jpg", ".jpeg", ".png", ".webp"}
OTHERS = {".heic", ".heif", ".avif", ".tif", ".tiff", ".gif", ".bmp"}  # pictures too, but not of these types
MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"}  # of 8 bits a channel
FEWEST = 10  # photos of a class: some are for training, some are held back
LARGEST = 256  # pixels of the longer side that are kept
LISTED = 5  # mistakes that are told

Photos = tuple[list[np.ndarray], np.ndarray, list[str]]


def load(folder: Path) -> Photos | None:
    """All photos uint8 [height, width, 3], the number of each one's class, and the names of the classes in their order; None where there is no photo.

    Raises UserError with what is wrong in the folder.
    """
    if not any(files(folder)):
        return None
    if loose := [path for path in files(folder) if path.parent == folder]:
        raise UserError(f"{loose[0]} is in no class: put the photos of each class into a folder of its name, such as {folder}/cat/.")
    folders = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    classes = [unicodedata.normalize("NFC", path.name).strip() for path in folders]
    if len(classes) < 2:
        raise UserError(f"{folder} has one class, {classes[0]}: add a folder with photos that show something else.")
    photos, labels, mistakes = [], [], []
    seen: dict[str, Path] = {}
    for label, own in enumerate(folders):
        before = len(photos)
        for path in files(own):
            twin = seen.setdefault(sha256(path.read_bytes()).hexdigest(), path)
            if twin is not path and twin.is_relative_to(own):
                continue  # the same photo again would be on both sides of the split
            try:
                if twin is not path:
                    raise ValueError(f"it is {twin} as well, in another class")
                photos.append(read(path))
                labels.append(label)
            except (OSError, ValueError, Image.DecompressionBombError) as error:
                mistakes.append(f"{path} can't be taken ({error}): replace it, or delete it.")
        if len(photos) - before < FEWEST and not mistakes:
            mistakes.append(f"{own} has {len(photos) - before} photos: a class needs {FEWEST} or more, of which a quarter is held back.")
    if mistakes:
        raise UserError(*mistakes[:LISTED], *([f"… and {len(mistakes) - LISTED} more."] if len(mistakes) > LISTED else []))
    return photos, np.array(labels), classes


def files(folder: Path) -> Iterator[Path]:
    """Every photo in a folder, those in folders of it included."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix.lower() in TYPES | OTHERS:
            yield path


def read(path: Path) -> np.ndarray:
    """A photo uint8 [height, width, 3] of LARGEST pixels at most, turned as its camera says, on white where it is transparent; raises OSError, ValueError."""
    if path.suffix.lower() in OTHERS:
        raise ValueError(f"{path.suffix} is none of {', '.join(sorted(TYPES))}: save it as one of them")
    with Image.open(path) as photo:
        if photo.mode not in MODES:
            raise ValueError(f"its pixels are {photo.mode}: save it with 8 bits a channel")
        photo.thumbnail((LARGEST, LARGEST))
        turned = ImageOps.exif_transpose(photo).convert("RGBA")
    return np.array(Image.alpha_composite(Image.new("RGBA", turned.size, "white"), turned).convert("RGB"))
