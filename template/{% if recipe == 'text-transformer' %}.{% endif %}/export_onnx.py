"""Estimator -> model/model.onnx, with the proof that both compute the same.

Reads what notebooks/train.ipynb left in model/. The network is in notebooks/net.py; everything that every model needs (checks,
golden cases, facts, level-1 parity) is in mlweb/proof/export.py.
"""

import logging
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import onnx
import torch
from notebooks.net import Checkpoint, Encoder, Graph
from tokenizers import Tokenizer

from mlweb import UserError, export, run

TRAINED = Path("model/trained.joblib")
TOKENIZER = Path("model/tokenizer.json")
LONGEST = 128  # tokens: `max` in metadata.yml
FIELD, OUTPUT = "input_ids", "probabilities"


def to_onnx(graph: torch.nn.Module, names: tuple[str, ...], vocabulary: int) -> onnx.ModelProto:
    """Tokens, mask and what else the network takes, int64 [N, T], in; probabilities [N, classes] out."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # which tells of optional packages that are not there
    warnings.simplefilter("ignore", FutureWarning)  # PyTorch's, about itself
    feeds = tuple(torch.randint(1, vocabulary, (3, 9)) if name == FIELD else torch.full((3, 9), int(name == "attention_mask")) for name in names)
    sizes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    shapes = (tuple(sizes for _ in names),)  # forward takes *feeds
    program = torch.onnx.export(
        graph, feeds, dynamo=True, verbose=False, opset_version=20, input_names=list(names), output_names=[OUTPUT], dynamic_shapes=shapes
    )
    model = program.model_proto
    for node in model.graph.node:
        del node.metadata_props[:]  # where in whose folder each line of Python stands: half of the file
    return model


def tokens(tokenizer: Tokenizer, texts: list[str]) -> dict[str, np.ndarray]:
    """What the network takes of all texts, filled up to the longest; by the tokenizer itself, so that the proof is no circle."""
    tokenizer.enable_truncation(LONGEST)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id("[PAD]") or tokenizer.token_to_id("<pad>") or 0)
    made = tokenizer.encode_batch(texts)
    sides = {FIELD: [each.ids for each in made], "attention_mask": [each.attention_mask for each in made], "token_type_ids": [each.type_ids for each in made]}
    return {name: np.array(rows, np.int64) for name, rows in sides.items()}


def main() -> None:
    if not TRAINED.is_file():
        raise UserError(f"{TRAINED} is missing: train first, with: uv run poe train")
    torch.set_num_threads(1)
    trained, tokenizer = joblib.load(TRAINED), Tokenizer.from_file(str(TOKENIZER))
    if trained["checkpoint"]:
        network, packages = Checkpoint(*trained["checkpoint"]), ("torch", "tokenizers", "transformers")
    else:
        network, packages = Encoder(tokenizer.get_vocab_size(), len(trained["about"]["classes"])), ("torch", "tokenizers")
        network.load_state_dict(trained["weights"])
    graph, heldout = Graph(network).eval(), trained["heldout"]
    made = tokens(tokenizer, heldout)
    feeds = {name: made[name] for name in network.inputs}
    with torch.no_grad():
        expected = graph(*map(torch.from_numpy, feeds.values())).numpy()
    export(
        model=to_onnx(graph, network.inputs, tokenizer.get_vocab_size()),
        feeds=feeds,
        expected={OUTPUT: expected},
        train={},
        rows=[{FIELD: text} for text in heldout],
        about={key: value for key, value in trained["about"].items() if key != "classes"},
        packages=packages,
        reference="estimator",
    )


if __name__ == "__main__":
    sys.exit(run(main))
