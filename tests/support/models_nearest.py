"""A model that gives each text a vector, with a list to search: its tokenizer, the list, and the file of vectors that an export would leave."""

import hashlib
from functools import cache

import numpy as np
import onnx

from mlweb import runner
from mlweb.codec import nearest, tokenize
from models import text
from tokenizers_of_each_kind import wordpiece

WIDTH = 6
TEXTS = ["I feel wonderful today", "This makes me so angry!", "afraid of the dark", "Zürich, déjà vu 東京", "I can't stop smiling, and I can't stop", "angry"]
METADATA = """schema: 1
name: The closest
inputs:
  ids:
    kind: text
    label: What was said
    default: I feel wonderful today
    tokenizer: {file: tokenizer.json, max: 12}
outputs:
  vector: {kind: nearest, label: The closest, items: {file: items.csv, column: text}, top: 3}
"""


def rows_of_table(factor: float) -> list[str]:
    """What stands for each token, number by number."""
    return [f"{factor * np.sin(1.7 * each):.3f}" for each in range(400 * WIDTH)]


@cache
def embedder(factor: float = 3.0) -> onnx.ModelProto:
    """The tokens of a text -> a vector of length 1, of the mean of what each token stands for."""
    table = ", ".join(rows_of_table(factor))
    return text(f"""embedder (int64[N,T] ids, int64[N,T] attention_mask) => (float[N,{WIDTH}] vector) <float[400,{WIDTH}] table = {{{table}}}> {{
        meant = Gather(table, ids)
        mask = Cast<to = 1>(attention_mask)
        last = Constant<value_ints = [2]>()
        first = Constant<value_ints = [1]>()
        column = Unsqueeze(mask, last)
        kept = Mul(meant, column)
        all = ReduceSum<keepdims = 0>(kept, first)
        count = ReduceSum<keepdims = 1>(mask, first)
        mean = Div(all, count)
        vector = LpNormalization<axis = 1>(mean) }}""")


def vectors(texts: list[str], model: onnx.ModelProto | None = None) -> np.ndarray:
    """Native onnxruntime's, each text alone: [texts, WIDTH]."""
    sha256 = tokenize.register(wordpiece(), "tokenizer.json")
    split = {"sha256": sha256, "max": 12, "mask": "attention_mask"}
    source = {"name": "ids", "dtype": "int64", "dims": [None, None], "fields": []}
    session = runner.strict_session((model or embedder()).SerializeToString())
    return np.concatenate([runner.compute(session, ["vector"], tokenize.feeds([text], source, split))["vector"] for text in texts])


def csv(texts: list[str]) -> bytes:
    """A list with a column beside."""
    return "".join(f'{number},"{text}"\n' for number, text in [("number", "text"), *enumerate(texts)]).encode()


@cache
def files() -> dict[str, bytes]:
    """What the project has beside the model; the list is known to Python, too."""
    model, split = hashlib.sha256(embedder().SerializeToString()).hexdigest(), {"sha256": tokenize.register(wordpiece(), "tokenizer.json"), "max": 12}
    table = np.array([float(each) for each in rows_of_table(3.0)], np.float32).reshape(400, WIDTH)
    means = np.array([table[tokenize.tokens(split, text).ids].mean(0) for text in TEXTS])
    listed = nearest.written(TEXTS, means / np.linalg.norm(means, axis=1, keepdims=True), model)
    nearest.register(listed, "items.json")
    return {"tokenizer.json": wordpiece(), "items.csv": csv(TEXTS), "model/items.json": listed}


def best(query: str, texts: list[str], top: int = 3) -> list[tuple[str, float]]:
    """The texts that Python ranks first, with their similarity."""
    [vector], found = vectors([query]), vectors(texts)
    similarity = nearest.similarities(vector, found)
    return [(texts[index], float(similarity[index])) for index in nearest.ranked(similarity, top)]
