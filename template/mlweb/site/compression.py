"""Files as hosts transfer them: gzipped."""

import gzip
import hashlib

MAX_KEPT = 256
LARGE = 20_000_000  # bytes: gzip takes seconds for more
SAMPLES, SAMPLE = 32, 2**17  # pieces of a large content, evenly spread, and the bytes of each
KEPT: dict[bytes, bytes] = {}  # SHA-256 of a content -> its gzip: what does not change is compressed once, wherever it lies


def compressed(content: bytes) -> bytes:
    """The content gzipped."""
    digest = hashlib.sha256(content).digest()
    if digest not in KEPT:
        KEPT[digest] = gzip.compress(content, 6, mtime=0)
        if len(KEPT) > MAX_KEPT:
            KEPT.pop(next(iter(KEPT)))
    return KEPT[digest]


def transferred(content: bytes) -> int:
    """How many bytes a content has gzipped; an estimate from samples for one that is LARGE."""
    if len(content) <= LARGE:
        return len(compressed(content))
    step = (len(content) - SAMPLE) // (SAMPLES - 1)
    pieces = [content[index * step : index * step + SAMPLE] for index in range(SAMPLES)]
    return round(sum(len(gzip.compress(piece, 6)) for piece in pieces) / (SAMPLES * SAMPLE) * len(content))
