"""Estimator -> model/model.onnx, with the proof that both compute the same.

Reads what notebooks/train.ipynb left in model/trained.joblib. The network is in notebooks/net.py; everything that every model
needs (checks, golden cases, facts, level-1 parity) is in mlweb/proof/export.py.
"""

import logging
import sys
import warnings
from pathlib import Path

import joblib
import onnx
import torch
from notebooks.net import BACKBONES, Graph

from mlweb import UserError, export, run

TRAINED = Path("model/trained.joblib")
INPUT, OUTPUT = "photo", "probabilities"


def to_onnx(graph: torch.nn.Module, photo: torch.Tensor) -> onnx.ModelProto:
    """One photo uint8 [height, width, 3] of any size in, probabilities [1, classes] out."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # which tells of optional packages that are not there
    warnings.simplefilter("ignore", FutureWarning)  # PyTorch's, about itself
    sizes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    program = torch.onnx.export(
        graph, (photo,), dynamo=True, verbose=False, opset_version=20, input_names=[INPUT], output_names=[OUTPUT], dynamic_shapes=(sizes,)
    )
    return program.model_proto


def main() -> None:
    if not TRAINED.is_file():
        raise UserError(f"{TRAINED} is missing: train first, with: uv run poe train")
    torch.set_num_threads(1)
    trained = joblib.load(TRAINED)
    graph = Graph(BACKBONES[trained["backbone"]](), trained["classes"]).eval()
    graph.load_state_dict(trained["weights"])
    heldout = trained["heldout"]
    with torch.no_grad():
        expected = [graph(torch.from_numpy(photo)).numpy() for photo in heldout]
    export(
        model=to_onnx(graph, torch.zeros(280, 200, 3, dtype=torch.uint8)),
        feeds={INPUT: heldout},
        expected={OUTPUT: expected},
        train={},
        rows=[{INPUT: photo} for photo in heldout],
        about=trained["about"],
        packages=("torch", "scikit-learn"),
        reference="estimator",
    )


if __name__ == "__main__":
    sys.exit(run(main))
