"""Texts of a list, the most alike first: by the cosine of the angle between their vectors. Twin of web/codec/nearest.js.

A list is a file that the export makes: the texts, and for each a vector of length 1, which the model gives for it. Both sides know it by the checksum
of that file, once it was `register`ed.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from mlweb.errors import UserError

EXPORT = "export again with: uv run poe export"


class Listed(NamedTuple):
    """Texts with their vectors, float32 [texts, width]; and the model that these are of."""

    texts: list[str]
    vectors: np.ndarray
    model_sha256: str


lists: dict[str, Listed] = {}


def register(data: bytes, named: str) -> str:
    """Make the list of a file known; the checksum by which it is. Raises UserError, which calls the file `named`."""
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 not in lists:
        lists[sha256] = read(data, named)
    return sha256


def read(data: bytes, named: str) -> Listed:
    """What `written` wrote."""
    try:
        content: dict[str, Any] = json.loads(data)
        texts = [str(text) for text in content["texts"]]
        vectors = np.frombuffer(b64decode(content["vectors"], validate=True), "<f4").reshape(len(texts), content["width"])
        return Listed(texts, vectors, str(content["model_sha256"]))
    except (KeyError, TypeError, ValueError):
        raise UserError(f"{named} is broken: {EXPORT}") from None


def written(texts: Sequence[str], vectors: np.ndarray, model_sha256: str) -> bytes:
    """The file of a list. vectors: [texts, width], of length 1 each."""
    packed = b64encode(np.ascontiguousarray(vectors, "<f4").tobytes()).decode()
    content = {"model_sha256": model_sha256, "width": vectors.shape[1], "texts": list(texts), "vectors": packed}
    return f"{json.dumps(content, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def similarities(vector: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """The product of a vector [width] with each of [texts, width]: of vectors of length 1 it is their cosine similarity.

    One number after another is added in float64, so that both twins round alike.
    """
    sums = np.zeros(len(vectors))
    with np.errstate(all="ignore"):  # a vector with NaN gives NaN
        for index, number in enumerate(vector.astype(np.float64)):
            sums += vectors[:, index].astype(np.float64) * number
    return sums


def ranked(similarity: np.ndarray, top: int) -> list[int]:
    """The numbers of the most alike, the best first; equal ones keep their order."""
    return np.argsort(-similarity, kind="stable")[:top].tolist()
