"""Files as hosts transfer them: gzipped."""

import gzip
import hashlib

MAX_KEPT = 256
KEPT: dict[bytes, bytes] = {}  # SHA-256 of a content -> its gzip: what does not change is compressed once, wherever it lies


def compressed(content: bytes) -> bytes:
    """The content gzipped."""
    digest = hashlib.sha256(content).digest()
    if digest not in KEPT:
        KEPT[digest] = gzip.compress(content, 6, mtime=0)
        if len(KEPT) > MAX_KEPT:
            KEPT.pop(next(iter(KEPT)))
    return KEPT[digest]
