"""Estimator -> model/model.onnx, with the proof that both compute the same.

Reads what notebooks/train.ipynb left in model/trained.joblib. The network is in notebooks/net.py; everything that every model
needs (checks, golden cases, facts, level-1 parity) is in mlweb/proof/export.py.
"""

import logging
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import onnx
import torch
from notebooks.boxes import MOST, keep
from notebooks.net import Detector, Graph

from mlweb import UserError, export, run

TRAINED = Path("model/trained.joblib")
THRESHOLDS = {"iou_threshold": 0.5, "score_threshold": 0.4}
OPSET, IR = 20, 10

# What follows the network: of each class the surest boxes, without those that overlap a surer one. The thresholds are inputs.
KEEP = f"""<ir_version: {IR}, opset_import: ["" : {OPSET}]>
keep (float[1,N,4] raw_boxes, float[1,C,N] raw_scores, float[1] iou_threshold, float[1] score_threshold)
  => (float[K,4] boxes, float[K] scores, int64[K] labels) {{
  most = Constant<value = int64[1] {{{MOST}}}>()
  kept = NonMaxSuppression(raw_boxes, raw_scores, most, iou_threshold, score_threshold)
  one = Constant<value = int64 {{1}}>()
  two = Constant<value = int64 {{2}}>()
  first = Constant<value_ints = [0]>()
  labels = Gather<axis = 1>(kept, one)
  indices = Gather<axis = 1>(kept, two)
  all = Squeeze(raw_boxes, first)
  boxes = Gather<axis = 0>(all, indices)
  scores = GatherND(raw_scores, kept) }}"""


def to_onnx(graph: torch.nn.Module, picture: torch.Tensor) -> onnx.ModelProto:
    """One picture uint8 [height, width, 3] of any size and two thresholds in; boxes, scores and labels out."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # which tells of optional packages that are not there
    warnings.simplefilter("ignore", FutureWarning)  # PyTorch's, about itself
    sizes, names = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}, ["raw_boxes", "raw_scores"]
    program = torch.onnx.export(
        graph, (picture,), dynamo=True, verbose=False, opset_version=OPSET, input_names=["picture"], output_names=names, dynamic_shapes=(sizes,)
    )
    network = program.model_proto
    network.ir_version = IR
    return onnx.compose.merge_models(network, onnx.parser.parse_model(KEEP), io_map=[(name, name) for name in names])


def main() -> None:
    if not TRAINED.is_file():
        raise UserError(f"{TRAINED} is missing: train first, with: uv run poe train")
    torch.set_num_threads(1)
    trained = joblib.load(TRAINED)
    network = Detector()
    network.load_state_dict(trained["weights"])
    graph = Graph(network).eval()
    pictures = trained["heldout"]
    found = []
    with torch.no_grad():
        for picture in pictures:
            boxes, scores = (array.numpy()[0] for array in graph(torch.from_numpy(picture)))
            found.append(keep(boxes, scores, THRESHOLDS["iou_threshold"], THRESHOLDS["score_threshold"]))
    export(
        model=to_onnx(graph, torch.zeros(120, 160, 3, dtype=torch.uint8)),
        feeds={"picture": pictures, **{name: [np.array([value], np.float32)] * len(pictures) for name, value in THRESHOLDS.items()}},
        expected={name: list(values) for name, values in zip(("boxes", "scores", "labels"), zip(*found, strict=True), strict=True)},
        train={},
        rows=[{"picture": picture, **THRESHOLDS} for picture in pictures],
        about=trained["about"],
        packages=("torch",),
        reference="estimator",
    )


if __name__ == "__main__":
    sys.exit(run(main))
