"""Any ONNX file -> model/model.onnx as a browser runs it, with golden cases and rows to prove the page with.

`uv run poe export path/to/model.onnx` keeps that file as model/source.onnx, its weights in further files included; from then on
`uv run poe export` is enough. Without one, a small graph is written on the spot. What is mended on the way is in mlweb/graph/normalize.py.
"""

import sys
from pathlib import Path

import onnx
from onnx import parser

from mlweb import UserError, export_without_estimator, finalize, is_ours, keep_tokenizer, load, load_normalized, remember_source, run, with_recognized_steps

SOURCE = Path("model/source.onnx")
MODEL = Path("model/model.onnx")

# Rows of your own to prove with, such as {"features_1": 5.1, "features_2": 3.5}; none means made-up ones within the limits of metadata.yml.
ROWS: list[dict] = []

SMALL = """<ir_version: 10, opset_import: ["" : 17]>
leaf (float[N,2] leaf) => (float[N,1] area, float[N,3] shape)
  <float quarter_pi = {0.785398}, float[1] first = {0.0}, float[1,3] slope = {-4.0, 1.0, 3.0}, float[1,3] offset = {6.0, 0.0, -5.0}> {
    axis = Constant<value = int64[1] {1}>()
    zero = Constant<value = int64[1] {0}>()
    two = Constant<value = int64[1] {2}>()
    length = Slice(leaf, zero, axis, axis)
    width = Slice(leaf, axis, two, axis)
    box = Mul(length, width)
    area = Mul(box, quarter_pi)
    ratio = Div(length, width)
    sloped = Mul(ratio, slope)
    scores = Add(sloped, offset)
    shape = Softmax<axis = 1>(scores)
}"""


def keep(path: Path) -> None:
    """Make a file from elsewhere the one to export; raises UserError."""
    model = load_normalized(path)
    remember_source(model, path)  # the page is named after it
    keep_tokenizer(path)  # for a model of texts
    data = model.SerializeToString()
    finalize(model)  # what can't ship is not kept
    if SOURCE.is_file() and SOURCE.read_bytes() != data:
        raise UserError(f"{SOURCE} is another model already: delete it first if {path} is to take its place.")
    SOURCE.parent.mkdir(exist_ok=True)
    SOURCE.write_bytes(data)
    print(f"{path} is kept as {SOURCE}.")


def brought() -> onnx.ModelProto:
    """The model to export; raises UserError when there are two to choose from."""
    if MODEL.is_file() and not is_ours(load(MODEL)):
        if SOURCE.is_file():
            raise UserError(f"{MODEL} is not what this script made of {SOURCE}: delete the one that you do not mean.")
        keep(MODEL)
    if SOURCE.is_file():
        return load_normalized(SOURCE)
    print("A small graph stands in until you bring yours (the area and the shape of a leaf): uv run poe export path/to/model.onnx")
    return parser.parse_model(SMALL)


def main() -> None:
    for given in sys.argv[1:]:
        keep(Path(given))
    model = with_recognized_steps(brought())  # a detector of the YOLO family takes pictures, and gives boxes
    # Another model of pictures, [N, 3, height, width] or [N, height, width, 3]? These two lines let it take pictures of any size; mean and std
    # are those of its training (here ImageNet's), scale="0..255" or "-1..1" if not 0..1, size=(224, 224) where it leaves that open.
    # from mlweb import with_picture_input
    # model = with_picture_input(model, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    # Another detector? Say which output is which instead, and what its pictures have to be, as above:
    # from mlweb import with_box_output
    # model = with_box_output(model, boxes="boxes", scores="scores", normalized=True, background=0)
    export_without_estimator(model, ROWS, is_new=len(sys.argv) > 1)


if __name__ == "__main__":
    sys.exit(run(main))
