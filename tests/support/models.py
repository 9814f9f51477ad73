"""Tiny ONNX models for tests, written by hand: no training, a few hundred bytes each."""

from pathlib import Path

import onnx
from onnx import TensorProto, helper, parser

HEADER = '<ir_version: 10, opset_import: ["" : 17]>'


def text(body: str) -> onnx.ModelProto:
    """A model from ONNX's own text form, without the header."""
    return parser.parse_model(f"{HEADER}\n{body}")


def linear() -> onnx.ModelProto:
    """y = 2 a + 10 b + 1, one input per column, dynamic batch."""
    return text("""linear (float[N,1] a, float[N,1] b) => (float[N,1] y) {
        two = Constant<value = float {2.0}>()
        ten = Constant<value = float {10.0}>()
        one = Constant<value = float {1.0}>()
        twice = Mul(a, two)
        tenfold = Mul(b, ten)
        sum = Add(twice, tenfold)
        y = Add(sum, one) }""")


def softmax() -> onnx.ModelProto:
    """A [N,4] vector -> an int64 label [N] and probabilities [N,3], as a scikit-learn classifier gives them."""
    return text("""classifier (float[N,4] features) => (int64[N] label, float[N,3] probabilities)
        <float[4,3] weights = {1.0, 0.5, -1.0, 0.2, 0.1, 0.4, -0.7, 0.9, 0.3, 0.6, -0.2, 0.8}> {
        logits = MatMul(features, weights)
        probabilities = Softmax<axis = 1>(logits)
        label = ArgMax<axis = 1, keepdims = 0>(probabilities) }""")


def mixed() -> onnx.ModelProto:
    """A string, a bool and an int64 go through as they are."""
    return text("""mixed (string[N,1] city, bool[N,1] sunny, int64[N,1] rooms) => (string[N,1] where, bool[N,1] sun, int64[N,1] count) {
        where = Identity(city)
        sun = Identity(sunny)
        count = Identity(rooms) }""")


def one_row() -> onnx.ModelProto:
    """`linear` for a single row: its first dim is fixed to 1."""
    model = linear()
    for port in [*model.graph.input, *model.graph.output]:
        port.type.tensor_type.shape.dim[0].dim_value = 1
    return model


def endless() -> onnx.ModelProto:
    """It adds a number to itself until the end of time."""
    return text("""endless (float x) => (float y) {
        times = Constant<value = int64 {9223372036854775807}>()
        on = Constant<value = bool {1}>()
        y = Loop(times, on, x) <body = once (int64 i, bool c, float v) => (bool d, float w) { d = Identity(c) w = Add(v, v) }> }""")


def hungry() -> onnx.ModelProto:
    """As many floats as its input says, and their sum."""
    return text("""hungry (int64[1] n) => (float y) {
        one = Constant<value = float[1] {1.0}>()
        zeros = ConstantOfShape(n)
        ones = Add(zeros, one)
        y = ReduceSum<keepdims = 0>(ones) }""")


def looked_up() -> onnx.ModelProto:
    """y = 10, 20 or 30 for index 0, 1 or 2; any other index fails in the runtime."""
    return text("""looked_up (int64[N,1] index) => (float[N,1] y) <float[3] table = {10.0, 20.0, 30.0}> {
        y = Gather(table, index) }""")


def zipmap() -> onnx.ModelProto:
    """Probabilities as a sequence of maps, scikit-learn's default."""
    node = helper.make_node("ZipMap", ["p"], ["probabilities"], domain="ai.onnx.ml", classlabels_int64s=[0, 1])
    entry = helper.make_map_type_proto(TensorProto.INT64, helper.make_tensor_type_proto(TensorProto.FLOAT, []))
    output = helper.make_value_info("probabilities", helper.make_sequence_type_proto(entry))
    graph = helper.make_graph([node], "zipmap", [helper.make_tensor_value_info("p", TensorProto.FLOAT, ["N", 2])], [output])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)], ir_version=10)


def scores() -> onnx.ModelProto:
    """Two numbers -> scores of three classes: no probabilities."""
    return text("""scores (float[N,1] a, float[N,1] b) => (float[N,3] p) <float[2,3] weights = {1.0, -1.0, 0.25, -0.5, 2.0, 100.0}> {
        both = Concat<axis = 1>(a, b)
        p = MatMul(both, weights) }""")


def mostly() -> onnx.ModelProto:
    """[a, 1 - a]: probabilities as long as a is one."""
    return text("""mostly (float[N,1] a) => (float[N,2] p) {
        one = Constant<value = float {1.0}>()
        rest = Sub(one, a)
        p = Concat<axis = 1>(a, rest) }""")


def project(folder: Path, model: onnx.ModelProto | bytes, metadata: str) -> Path:
    """A folder with model/model.onnx, or model.gguf where bytes are given, and metadata.yml, which is all that `check` looks at."""
    (folder / "model").mkdir(parents=True, exist_ok=True)
    name, data = ("model.gguf", model) if isinstance(model, bytes) else ("model.onnx", model.SerializeToString())
    (folder / "model" / name).write_bytes(data)
    (folder / "metadata.yml").write_text(metadata, encoding="utf-8")
    return folder


LINEAR = """schema: 1
name: Linear
inputs:
  a: {kind: number, default: 1}
  b: {kind: number, default: 2, min: 0, max: 10}
outputs:
  y: {kind: value, decimals: 2}
"""

SOFTMAX = """schema: 1
name: Iris
task: classification
inputs:
  features:
    fields:
      sepal_length: {kind: number, unit: cm, default: 5.1}
      sepal_width: {kind: number, unit: cm, default: 3.5}
      petal_length: {kind: number, unit: cm, default: 1.4}
      petal_width: {kind: number, unit: cm, default: 0.2}
outputs:
  label: {kind: value}
  probabilities: {kind: classes, classes: [setosa, versicolor, virginica], top: 3}
"""

MIXED = """schema: 1
name: Mixed
inputs:
  city: {kind: choice, choices: [Zürich, "Saint-Étienne 🏔️"]}
  sunny: {kind: toggle}
  rooms: {kind: integer, default: 3}
outputs:
  where: {kind: value}
  sun: {kind: value}
  count: {kind: value}
"""

SCORES = """schema: 1
name: Scores
inputs:
  a: {kind: number, default: 2, min: -5, max: 5}
  b: {kind: number, default: 0, min: -5, max: 5}
outputs:
  p: {kind: classes, label: Colour, classes: [red, green, "a very blue one that has a long name"], scores: true}
page: {panels: [predict, what-if, explain, batch, feedback]}
"""

MOSTLY = """schema: 1
name: Mostly
inputs:
  a: {kind: number, default: 0.25, min: 0, max: 5}
outputs:
  p: {kind: classes, label: Colour, classes: [red, green]}
page: {panels: [predict, what-if, explain, batch]}
"""

LOOKED_UP = """schema: 1
name: Looked up
inputs:
  index: {kind: integer, default: 0}
outputs:
  y: {kind: value}
"""
