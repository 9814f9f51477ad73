"""Tiny models of sounds, tensors, texts and results of all kinds, and the contracts of their pages."""

import onnx

from models import text


def same() -> onnx.ModelProto:
    """A sound of any length as it is, its loudest sample and its power."""
    return text("""same (float[1,samples] sound) => (float[1,samples] same, float loudest, float power) {
        same = Identity(sound)
        sizes = Abs(sound)
        loudest = ReduceMax<keepdims = 0>(sizes)
        squares = Mul(sound, sound)
        power = ReduceMean<keepdims = 0>(squares) }""")


SAME = """
schema: 1
name: The same sound
description: What you give, as the model gets it.
inputs:
  sound: {kind: audio, label: Sound, rate: 16000}
outputs:
  loudest: {kind: value, label: Loudest sample}
  power: {kind: value, label: Power}
  same: {kind: audio, label: The same, rate: 16000}
"""


def second() -> onnx.ModelProto:
    """The sum of exactly one second, of any number of sounds."""
    return text("""second (float[N,16000] sound) => (float[N] sum) {
        axes = Constant<value_ints = [1]>()
        sum = ReduceSum<keepdims = 0>(sound, axes) }""")


SECOND = """
schema: 1
name: One second
inputs:
  sound: {kind: audio, label: Sound, rate: 16000, seconds: 1}
outputs:
  sum: {kind: value, label: Sum}
page: {panels: [predict, what-if, batch, embed]}
"""


def twice(dtype: str = "float", dims: str = "rows,columns") -> onnx.ModelProto:
    """A matrix times two, and its sum."""
    return text(f"""twice ({dtype}[{dims}] matrix) => ({dtype}[{dims}] twice, {dtype} sum) {{
        twice = Add(matrix, matrix)
        sum = ReduceSum<keepdims = 0>(matrix) }}""")


def twice_int64() -> onnx.ModelProto:
    return twice("int64")


TWICE = """
schema: 1
name: Twice the matrix
inputs:
  matrix: {kind: tensor, label: Matrix}
outputs:
  sum: {kind: value, label: Sum}
  twice: {kind: tensor, label: Twice}
page: {panels: [predict, what-if, batch, embed]}
"""


def words() -> onnx.ModelProto:
    """A text and a title as they are."""
    return text("""words (string[N,1] title, string[N,1] body) => (string[N,1] said, string[N,1] heading) {
        said = Identity(body)
        heading = Identity(title) }""")


WORDS = """
schema: 1
name: Words
inputs:
  title: {kind: text, label: Title, lines: 1, default: A title}
  body: {kind: text, label: Body, lines: 6, default: "One line\\nand another"}
outputs:
  said: {kind: text, label: Said}
  heading: {kind: text, label: Heading}
page: {panels: [predict, batch]}
"""


def between() -> onnx.ModelProto:
    """y = 10 a, from 8 a to 15 a."""
    return text("""between (float[N,1] a) => (float[N,1] y, float[N,1] low, float[N,1] high) {
        eight = Constant<value = float {8.0}>()
        ten = Constant<value = float {10.0}>()
        fifteen = Constant<value = float {15.0}>()
        low = Mul(a, eight)
        y = Mul(a, ten)
        high = Mul(a, fifteen) }""")


BETWEEN = """
schema: 1
name: Between
inputs:
  a: {kind: number, default: 15, min: -20, max: 20}
outputs:
  y: {kind: value, label: Pressure, unit: mmHg, decimals: 1, interval: [low, high]}
page: {panels: [predict, batch]}
"""


def thousand() -> onnx.ModelProto:
    """A thousand classes of a number: the nearer to it the likelier."""
    return text("""thousand (float[N,1] x, float[N,1] sharpness) => (float[N,1000] shares) {
        from = Constant<value = float {0.0}>()
        to = Constant<value = float {1000.0}>()
        step = Constant<value = float {1.0}>()
        places = Range(from, to, step)
        away = Sub(x, places)
        far = Abs(away)
        scaled = Mul(far, sharpness)
        near = Neg(scaled)
        shares = Softmax<axis = 1>(near) }""")


THOUSAND = f"""
schema: 1
name: A thousand classes
inputs:
  x: {{kind: number, default: 500, min: 0, max: 999}}
  sharpness: {{kind: number, default: 3, min: 0, max: 10}}
outputs:
  shares: {{kind: classes, label: Place, top: 3, threshold: 0.6, classes: [{", ".join(f"place {index}" for index in range(1000))}]}}
"""


def chosen() -> onnx.ModelProto:
    """A choice as it is."""
    return text("""chosen (string[N,1] place) => (string[N,1] chosen) {
        chosen = Identity(place) }""")


PLACES = ["Zürich", "Zug", "Aarhus", "Ærø", "São Paulo", "Saint-Étienne 🏔️", "Manchester", "man", *[f"Place {index}" for index in range(300)]]
CHOSEN = f"""
schema: 1
name: Chosen
inputs:
  place: {{kind: choice, label: Place, help: Where it is., default: Zug, choices: [{", ".join(PLACES)}]}}
outputs:
  chosen: {{kind: value, label: Chosen}}
"""
