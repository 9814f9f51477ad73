"""Estimator -> model/model.onnx, with the proof that both compute the same.

Reads what notebooks/train.ipynb left in model/trained.joblib. The graph does what notebooks/ear.py does, in the same steps; everything
that every model needs (checks, golden cases, facts, level-1 parity) is in mlweb/proof/export.py.
"""

import sys
from pathlib import Path

import joblib
import numpy as np
import onnx
from notebooks import ear
from onnx.numpy_helper import from_array
from onnx.parser import parse_model

from mlweb import UserError, export, run

TRAINED = Path("model/trained.joblib")
INPUT, OUTPUT = "sound", "probabilities"

# The Fourier transform is written out; its kernels are made when the model is loaded: they would be 4 MB, and follow from two columns of numbers.
GRAPH = """<ir_version: 10, opset_import: ["" : 20]>
ear (float[samples] sound) => (float[1,KINDS] probabilities) {
  steps = Mul(bins, moments)
  turns = Mod(steps, frame)
  cosine = Gather(cosines, turns)
  sine = Gather(sines, turns)
  waves = Concat<axis = 0>(cosine, sine)
  soft_waves = Mul(waves, hann)
  kernels = Unsqueeze(soft_waves, second)

  padded = Pad(sound, pads)
  signal = Unsqueeze(padded, first_two)
  transformed = Conv<strides = [HOP]>(signal, kernels)
  real, imaginary = Split<axis = 1, num_outputs = 2>(transformed)
  real_power = Mul(real, real)
  imaginary_power = Mul(imaginary, imaginary)
  all_power = Add(real_power, imaginary_power)
  power = MatMul(filters, all_power)

  most = ReduceMax<keepdims = 0>(power)
  loudest = Max(most, floor)
  share = Div(power, loudest)
  audible = Max(share, range)
  logarithm = Log(audible)
  scaled = Mul(logarithm, scale)
  heights = Add(scaled, one)

  hidden = Conv(heights, weights_1, bias_1)
  active = Relu(hidden)
  scores = Conv(active, weights_2, bias_2)
  moments_are = Softmax<axis = 1>(scores)

  loud = ReduceSum(power, second)
  window_loud = AveragePool<kernel_shape = [WINDOW], strides = [1]>(loud)
  energy = Add(window_loud, floor)
  total = ReduceSum<keepdims = 0>(energy)
  weight = Div(energy, total)
  counted = Mul(moments_are, weight)
  probabilities = ReduceSum<keepdims = 0>(counted, third)
}"""


def to_onnx(network, kinds: int) -> onnx.ModelProto:
    """A sound float32 [samples] of any length in, probabilities [1, kinds] out."""
    (first, second), (bias_1, bias_2) = network.coefs_, network.intercepts_
    if kinds == 2:  # scikit-learn keeps the second one's score only: the first one's is 0
        second, bias_2 = np.hstack([np.zeros_like(second), second]), np.append(0, bias_2)
    turn = 2 * np.pi * np.arange(ear.FRAME) / ear.FRAME
    constants = {
        "bins": np.arange(ear.FRAME // 2 + 1).reshape(-1, 1),
        "moments": np.arange(ear.FRAME).reshape(1, -1),
        "frame": np.int64(ear.FRAME),
        "cosines": np.cos(turn).astype(np.float32),
        "sines": np.sin(turn).astype(np.float32),
        "hann": ear.HANN,
        "pads": np.array([ear.PAD, ear.PAD], np.int64),
        "filters": ear.FILTERS,
        "floor": np.float32(ear.FLOOR),
        "range": np.float32(ear.RANGE),
        "scale": np.float32(-1 / np.log(ear.RANGE)),
        "one": np.float32(1),
        "weights_1": first.T.reshape(-1, ear.BANDS, ear.WINDOW).astype(np.float32),
        "bias_1": bias_1.astype(np.float32),
        "weights_2": second.T[:, :, None].astype(np.float32),
        "bias_2": bias_2.astype(np.float32),
        "first_two": np.array([0, 1]),
        "second": np.array([1]),
        "third": np.array([2]),
    }
    sizes = {"KINDS": kinds, "HOP": ear.HOP, "WINDOW": ear.WINDOW}
    text = GRAPH
    for name, size in sizes.items():
        text = text.replace(name, str(size))
    model = parse_model(text)
    model.graph.initializer.extend(from_array(np.asarray(value), name) for name, value in constants.items())
    return model


def main() -> None:
    if not TRAINED.is_file():
        raise UserError(f"{TRAINED} is missing: train first, with: uv run poe train")
    trained = joblib.load(TRAINED)
    network, heldout = trained["network"], trained["heldout"]
    export(
        model=to_onnx(network, len(network.classes_)),
        feeds={INPUT: heldout},
        expected={OUTPUT: [ear.listen(network, sound) for sound in heldout]},
        train={},
        rows=[{INPUT: sound} for sound in heldout],
        about=trained["about"],
        packages=("scikit-learn",),
        reference="estimator",
    )


if __name__ == "__main__":
    sys.exit(run(main))
