"""Estimator -> model/model.onnx, with the proof that both compute the same.

Reads what notebooks/train.ipynb left in model/. The network is in notebooks/net.py and notebooks/encoder.py; everything that every model needs
(checks, golden cases, facts, level-1 parity) is in mlweb/proof/export.py.
"""

import sys
from pathlib import Path

import joblib
import torch
from notebooks.encoder import split, to_onnx
from notebooks.net import Checkpoint, Classifier, Graph
from tokenizers import Tokenizer

from mlweb import UserError, export, run

TRAINED = Path("model/trained.joblib")
TOKENIZER = Path("model/tokenizer.json")
FIELD, OUTPUT = "input_ids", "probabilities"


def main() -> None:
    if not TRAINED.is_file():
        raise UserError(f"{TRAINED} is missing: train first, with: uv run poe train")
    torch.set_num_threads(1)
    trained, tokenizer = joblib.load(TRAINED), Tokenizer.from_file(str(TOKENIZER))
    if trained["checkpoint"]:
        network, packages = Checkpoint(*trained["checkpoint"]), ("torch", "tokenizers", "transformers")
    else:
        network, packages = Classifier(tokenizer.get_vocab_size(), len(trained["about"]["classes"])), ("torch", "tokenizers")
        network.load_state_dict(trained["weights"])
    graph, heldout = Graph(network).eval(), trained["heldout"]
    feeds = split(tokenizer, heldout, network.inputs)
    with torch.no_grad():
        expected = graph(*feeds.values()).numpy()
    export(
        model=to_onnx(graph, network.inputs, OUTPUT, tokenizer.get_vocab_size()),
        feeds={name: feed.numpy() for name, feed in feeds.items()},
        expected={OUTPUT: expected},
        train={},
        rows=[{FIELD: text} for text in heldout],
        about={key: value for key, value in trained["about"].items() if key != "classes"},
        packages=packages,
        reference="estimator",
    )


if __name__ == "__main__":
    sys.exit(run(main))
