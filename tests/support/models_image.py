"""Tiny models of pictures and drawings, and the contracts of their pages."""

import onnx

from models import text


def same() -> onnx.ModelProto:
    """A picture of any size as it is, and the mean of its bytes."""
    return text("""same (uint8[height,width,3] picture) => (uint8[height,width,3] same, float mean) {
        same = Identity(picture)
        floats = Cast<to = 1>(picture)
        mean = ReduceMean<keepdims = 0>(floats) }""")


SAME = """
schema: 1
name: The same picture
inputs:
  picture: {kind: image, label: Picture, help: Anything you like.}
outputs:
  mean: {kind: value, label: Mean, decimals: 4}
  same: {kind: image, label: The same}
"""


def darkness() -> onnx.ModelProto:
    """How dark each pixel is, [1, 1, height, width] of 0 to 1, as a network of segmentation gives it."""
    return text("""darkness (uint8[height,width,3] picture) => (float[1,1,height,width] dark) {
        floats = Cast<to = 1>(picture)
        means = ReduceMean<axes = [2], keepdims = 0>(floats)
        most = Constant<value = float {255.0}>()
        share = Div(means, most)
        one = Constant<value = float {1.0}>()
        rest = Sub(one, share)
        axes = Constant<value_ints = [0, 1]>()
        dark = Unsqueeze(rest, axes) }""")


DARKNESS = """
schema: 1
name: Dark places
inputs:
  picture: {kind: image, label: Picture}
outputs:
  dark: {kind: tensor, label: Darkness, over: picture}
"""


def parts(dims: str = "height,width") -> onnx.ModelProto:
    """How red, green and blue each pixel is, as scores [1, 3, height, width], and the number of the strongest [1, height, width]."""
    return text(f"""parts (uint8[{dims},3] picture) => (float[1,3,{dims}] scores, int64[1,{dims}] strongest) {{
        floats = Cast<to = 1>(picture)
        layers = Transpose<perm = [2, 0, 1]>(floats)
        first = Constant<value_ints = [0]>()
        scores = Unsqueeze(layers, first)
        strongest = ArgMax<axis = 1, keepdims = 0>(scores) }}""")


PARTS = """
schema: 1
name: Parts of a picture
inputs:
  picture: {kind: image, label: Picture}
outputs:
  scores: {kind: mask, label: Colors, over: picture, classes: [background, grass, sky], help: The strongest of three.}
  strongest: {kind: mask, label: Strongest, over: picture, classes: [red, green, blue], colors: ["#b91c1c", "#3b6", null]}
"""


def bright() -> onnx.ModelProto:
    """How bright the middle of a picture is: the mean of its inner quarter, two classes."""
    return text("""bright (uint8[N,height,width,3] picture) => (float[N,2] shares) {
        floats = Cast<to = 1>(picture)
        size = Shape(floats)
        from = Constant<value_ints = [1]>()
        to = Constant<value_ints = [3]>()
        rows = Slice(size, from, to)
        four = Constant<value = int64 {4}>()
        three = Constant<value = int64 {3}>()
        start = Div(rows, four)
        thrice = Mul(rows, three)
        end = Div(thrice, four)
        axes = Constant<value_ints = [1, 2]>()
        inner = Slice(floats, start, end, axes)
        means = ReduceMean<axes = [1, 2, 3], keepdims = 0>(inner)
        most = Constant<value = float {255.0}>()
        share = Div(means, most)
        one = Constant<value = float {1.0}>()
        rest = Sub(one, share)
        last = Constant<value_ints = [1]>()
        left = Unsqueeze(share, last)
        right = Unsqueeze(rest, last)
        shares = Concat<axis = 1>(left, right) }""")


BRIGHT = """
schema: 1
name: Bright in the middle
inputs:
  picture: {kind: image, label: Picture}
outputs:
  shares: {kind: classes, label: Middle, classes: [bright, dark]}
page: {panels: [predict, explain]}
"""


def ink(dims: str = "28,28,1") -> onnx.ModelProto:
    """The sum of a drawing's bytes, and its column with the most ink."""
    return text(f"""ink (uint8[{dims}] drawing) => (float sum, int64 column) {{
        floats = Cast<to = 1>(drawing)
        sum = ReduceSum<keepdims = 0>(floats)
        across = Constant<value_ints = [0, 2]>()
        columns = ReduceSum<keepdims = 0>(floats, across)
        column = ArgMax<axis = 0, keepdims = 0>(columns) }}""")


def any_ink() -> onnx.ModelProto:
    """`ink` of a drawing of any size."""
    return ink("height,width,1")


INK = """
schema: 1
name: How much ink
inputs:
  drawing: {kind: drawing, label: Your drawing}
outputs:
  sum: {kind: value, label: Ink}
  column: {kind: value, label: Column}
"""


def found() -> onnx.ModelProto:
    """Six fixed boxes, scaled to the picture, of which NonMaxSuppression takes those above a threshold."""
    return text("""found (uint8[height,width,3] picture, float[1,1] threshold) => (float[K,4] boxes, float[K] scores, int64[K] labels)
        <float[1,6,4] relative = {0.1, 0.1, 0.4, 0.5, 0.11, 0.1, 0.41, 0.5, 0.6, 0.2, 0.9, 0.6, 0.05, 0.7, 0.3, 0.95, 0.5, 0.65, 0.8, 0.9, 0.0, 0.0, 1.0, 1.0},
         float[1,2,6] sure = {0.95, 0.9, 0.1, 0.55, 0.2, 0.05, 0.02, 0.03, 0.85, 0.1, 0.65, 0.3}> {
        shape = Shape(picture)
        order = Constant<value_ints = [1, 0, 1, 0]>()
        sides = Gather(shape, order)
        extent = Cast<to = 1>(sides)
        corners = Mul(relative, extent)
        most = Constant<value_ints = [50]>()
        overlap = Constant<value = float[1] {0.5}>()
        flat = Constant<value_ints = [1]>()
        least = Reshape(threshold, flat)
        chosen = NonMaxSuppression(corners, sure, most, overlap, least)
        one = Constant<value = int64 {1}>()
        two = Constant<value = int64 {2}>()
        labels = Gather<axis = 1>(chosen, one)
        index = Gather<axis = 1>(chosen, two)
        first = Constant<value_ints = [0]>()
        rows = Squeeze(corners, first)
        boxes = Gather<axis = 0>(rows, index)
        scores = GatherND(sure, chosen) }""")


FOUND = """
schema: 1
name: What is where
task: detection
inputs:
  picture: {kind: image, label: Picture}
  threshold: {kind: number, label: Show from, min: 0, max: 1, step: 0.05, default: 0.5}
outputs:
  boxes: {kind: boxes, label: Found, scores: scores, labels: labels, classes: [square, disc]}
"""


def inverted() -> onnx.ModelProto:
    """The negative of a picture, with a batch dim."""
    return text("""inverted (uint8[N,height,width,3] picture) => (uint8[N,height,width,3] negative) {
        white = Constant<value = uint8 {255}>()
        negative = Sub(white, picture) }""")


INVERTED = """
schema: 1
name: Negative
inputs:
  picture: {kind: image, label: Picture}
outputs:
  negative: {kind: image, label: Negative}
"""
