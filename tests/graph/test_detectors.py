"""Detectors from an ONNX file: recognised by their shapes; pictures of any size in, boxes in their own pixels out."""

import importlib.util
import json
import re
import shutil
import sys

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import models
import models_detectors
from mlweb.contract import check
from mlweb.draft import draft
from mlweb.errors import UserError
from mlweb.graph import detectors, nms, onnx_file, pixels
from mlweb.proof import golden, synthetic_rows
from models_detectors import CELLS, NAMES, SIDE, constant, finds
from paths import ROOT

LAYOUTS = ["yolov5", "yolov8", "end-to-end"]
SIZES = {"wide": (120, 240), "tall": (300, 100), "small": (20, 30), "square": (64, 64), "thin": (3, 900)}
CAT, DOG = [0.9, 0.05], [0.05, 0.8]


def run(model: onnx.ModelProto, picture: np.ndarray, least: float = 0.25, overlap: float = 0.5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes, scores and labels."""
    session = onnxruntime.InferenceSession(onnx_file.finalize(model).SerializeToString())
    given = {"images": picture, "score_threshold": np.array([least], np.float32), "iou_threshold": np.array([overlap], np.float32)}
    return tuple(session.run(["boxes", "scores", "labels"], {port.name: given[port.name] for port in session.get_inputs()}))


def gray(size: tuple[int, int]) -> np.ndarray:
    return np.full((*size, 3), 90, np.uint8)


def seen(box: list[float], size: tuple[int, int], side: int = SIDE) -> list[float]:
    """Where a detector sees a box of a picture: as the YOLO family fits pictures into its own."""
    height, width = size
    ratio = min(side / height, side / width)
    left, top = (side - round(width * ratio)) / 2, (side - round(height * ratio)) / 2
    return [box[0] * ratio + left, box[1] * ratio + top, box[2] * ratio + left, box[3] * ratio + top]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", ["wide", "tall", "small", "square"])
def test_a_box_comes_out_where_it_is_in_the_picture(layout, size):
    height, width = SIZES[size]
    cat = [0.25 * width, 0.5 * height, 0.5 * width, 0.75 * height]
    dog = [0.6 * width, 0.1 * height, 0.9 * width, 0.4 * height]
    model = finds(layout, [(seen(dog, (height, width)), DOG), (seen(cat, (height, width)), CAT)])
    assert detectors.box_layout(model) == layout
    boxes, scores, labels = run(detectors.with_box_output(model), gray((height, width)))
    order = np.argsort(labels)
    pixel = max(1, height / SIDE, width / SIDE)  # of what the detector sees
    np.testing.assert_allclose(boxes[order], [cat, dog], atol=pixel)
    np.testing.assert_allclose(scores[order], [0.9, 0.8], rtol=1e-6)
    assert labels[order].tolist() == [0, 1] and labels.dtype == np.int64


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 2000), st.integers(1, 2000), st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_into_the_letterbox_and_back(height, width, shares):
    """Within one pixel of what the detector sees, and never beyond the picture's edges."""
    (left, right), (top, bottom) = sorted(shares[:2]), sorted(shares[2:])
    box = [left * width, top * height, right * width, bottom * height]
    [found], _, _ = run(detectors.with_box_output(finds("yolov8", [(seen(box, (height, width)), CAT)])), np.zeros((height, width, 3), np.uint8))
    np.testing.assert_allclose(found, box, atol=1.01 * max(1, height / SIDE, width / SIDE))
    assert (found >= 0).all() and (found <= [width, height, width, height]).all()


def test_a_box_half_outside_is_cut_at_the_edge():
    [box], _, _ = run(detectors.with_box_output(finds("yolov8", [([-10, 20, 30, 90], CAT)])), gray((64, 64)))
    assert box.tolist() == [0, 20, 30, 64]


@pytest.mark.parametrize("layout", ["yolov5", "yolov8"])
def test_of_two_that_overlap_the_surer_stays_unless_they_are_of_two_classes(layout):
    box, beside, apart = [10, 10, 30, 30], [11, 10, 31, 30], [40, 10, 60, 30]
    found = [(beside, [0.6, 0.1]), (box, [0.9, 0.1]), (box, [0.1, 0.7]), (apart, [0.5, 0.1])]
    boxes, scores, labels = run(detectors.with_box_output(finds(layout, found)), gray((64, 64)))
    assert labels.tolist() == [0, 0, 1] and np.allclose(scores, [0.9, 0.5, 0.7]) and np.allclose(boxes, [box, apart, box], atol=1e-3)
    assert len(run(detectors.with_box_output(finds(layout, found)), gray((64, 64)), overlap=0.99)[0]) == 4


def test_each_box_has_its_likeliest_class_alone():
    _, scores, labels = run(detectors.with_box_output(finds("yolov8", [([10, 10, 30, 30], [0.6, 0.7])])), gray((64, 64)))
    assert labels.tolist() == [1] and np.allclose(scores, 0.7)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("found", [[], [([10, 10, 30, 30], [0.2, 0.1])]])
def test_nothing_above_the_threshold_is_no_box(layout, found):
    boxes, scores, labels = run(detectors.with_box_output(finds(layout, found)), gray((50, 80)))
    assert (boxes.shape, scores.shape, labels.shape) == ((0, 4), (0,), (0,))


def test_the_surest_are_kept_in_an_order_that_no_score_decides(monkeypatch):
    monkeypatch.setitem(nms.CONSTANTS, "most", np.array([3]))
    found = [([at * 12, 0, at * 12 + 8, 8], [score, 0]) for at, score in enumerate((0.3, 0.8, 0.4, 0.9, 0.5))]
    _, scores, _ = run(detectors.with_box_output(finds("yolov8", found)), gray((64, 64)))
    assert np.allclose(scores, [0.8, 0.9, 0.5])


@pytest.mark.parametrize("size", SIZES)
def test_the_letterbox_keeps_the_shape_of_a_picture(size):
    height, width = SIZES[size]
    picture = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    model = constant(y=np.zeros((1, 3, SIDE, SIDE), np.float32))
    model.graph.node[2].input[0] = "images"
    pixels.prepare(model := detectors.pieces.current(model), pixels.picture_input(model, ""), letterbox=True)
    session = onnxruntime.InferenceSession(onnx_file.finalize(model).SerializeToString())
    given = session.run(None, {"images": picture})[0][0]
    ratio = min(SIDE / height, SIDE / width)
    inner = max(1, round(height * ratio)), max(1, round(width * ratio))
    top, left = (SIDE - inner[0]) // 2, (SIDE - inner[1]) // 2
    wanted = np.full((3, SIDE, SIDE), 114, np.float32)
    for index in range(3):
        channel = Image.fromarray(picture[:, :, index].astype(np.float32), "F").resize(inner[::-1], Image.Resampling.BILINEAR)
        wanted[index, top : top + inner[0], left : left + inner[1]] = np.array(channel)
    np.testing.assert_allclose(given, wanted / 255, atol=1e-5)


@pytest.mark.parametrize("letterbox", [True, False])
def test_a_model_that_turns_its_channels_last_itself_sees_the_same(letterbox):
    """onnxruntime moves such a Transpose past the steps before it, and these have to stand that."""
    picture = np.random.default_rng(0).integers(0, 256, (30, 50, 3), np.uint8)
    given = []
    for dims, made, operator in (
        ("1,3,64,64", "1,3,64,64", "Abs"),
        ("1,64,64,3", "1,64,64,3", "Abs"),
        ("1,3,64,64", "1,64,64,3", "Transpose<perm = [0, 2, 3, 1]>"),
    ):
        text = f"turned (float[{dims}] images) => (float[{made}] y) {{ y = {operator}(images) }}"
        model = detectors.pieces.current(models.text(text))
        pixels.prepare(model, pixels.picture_input(model, ""), letterbox)
        given += onnxruntime.InferenceSession(onnx_file.finalize(model).SerializeToString()).run(None, {"images": picture})
    first, *last = given
    assert all(np.allclose(array, first.transpose(0, 2, 3, 1), atol=1e-6) for array in last)


def shaped(*dims, **options) -> onnx.ModelProto:
    return constant(output0=np.zeros(dims, np.float32), **options)


def opened(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same, with every size of what comes out left open but the number of columns."""
    model.graph.output[0].type.tensor_type.shape.dim[2].Clear()
    return model


def open_sizes(count: int, metadata: dict | None = None) -> onnx.ModelProto:
    """So many boxes for a picture of 64 pixels, computed from its height: nothing declares a size of what comes out, nor how large pictures are."""
    model = onnx.parser.parse_model(f"""<ir_version: 8, opset_import: ["" : 17]>
        open (float[N,3,h,w] images) => (float[N,R,C] output0) <int64[1] more = {{{count - SIDE}}}, int64[2] first = {{1, 6}}, float one = {{0.5}}> {{
        height = Shape<start = 2, end = 3>(images)
        count = Add(height, more)
        sizes = Concat<axis = 0>(first, count)
        level = ReduceMax<keepdims = 0>(images)
        shown = Mul(level, one)
        output0 = Expand(shown, sizes) }}""")
    onnx.helper.set_model_props(model, metadata or {"imgsz": f"[{SIDE}, {SIDE}]"})
    return model


@pytest.mark.parametrize(
    ("model", "layout"),
    [
        (shaped(1, 3 * CELLS, 85), "yolov5"),
        (shaped(1, 3 * (CELLS + 1), 6), "yolov5"),  # with the cells of 64 pixels
        (shaped(1, 5, CELLS), "yolov8"),
        (shaped(1, 300, 6), "end-to-end"),
        (shaped(1, 6, CELLS, side=None, metadata={"imgsz": "[64, 64]", "names": NAMES}), "yolov8"),
        (opened(shaped(1, 6, CELLS, metadata={"names": NAMES})), "yolov8"),
        (shaped(1, 6, CELLS, metadata={"names": NAMES, "task": "detect"}), "yolov8"),
        (constant(output0=np.zeros((1, 3 * CELLS, 7), np.float32), grid=np.zeros((1, 3, 8, 8, 7), np.float32)), "yolov5"),
        (constant(output0=np.zeros((1, 38, CELLS), np.float32), masks=np.zeros((1, 32, 16, 16), np.float32)), None),  # a segmentation
        (shaped(1, 56, CELLS, metadata={"task": "pose"}), None),
        (shaped(1, 57, CELLS, metadata={"names": "{0: 'person'}"}), None),  # points of a pose among the columns
        (shaped(1, 6, CELLS, side=None), None),
        (opened(shaped(1, 6, CELLS)), "yolov8"),  # which follows from the graph
        (open_sizes(CELLS), "yolov8"),
        (open_sizes(CELLS - 4, metadata={"imgsz": "[64, 64]", "names": NAMES, "task": "detect"}), "yolov8"),  # grids of other cells, with a score for each name
        (open_sizes(CELLS - 4), None),
        (shaped(1, CELLS, 25), None),  # of YOLOX, whose boxes may still have to be decoded
        (shaped(1, 6, CELLS + 2), None),
        (shaped(1, 10, 6), None),
        (shaped(1, 1000), None),
        (shaped(1, 300, 6, channels=1), None),
        (models.softmax(), None),
    ],
)
def test_a_layout_is_known_by_its_shapes_or_not_at_all(model, layout, capsys):
    assert detectors.box_layout(model) == layout
    done = detectors.with_recognized_steps(model)
    assert (detectors.noted(done) is not None) == bool(layout) and ("Recognised" in capsys.readouterr().out) == bool(layout)
    if layout:
        run(done, gray((30, 40)))


BOX = np.array([[16, 8, 48, 24]], np.float32)
FORMATS = {"xyxy": BOX, "xywh": np.array([[16, 8, 32, 16]], np.float32), "cxcywh": np.array([[32, 16, 32, 16]], np.float32)}


@pytest.mark.parametrize("box_format", FORMATS)
@pytest.mark.parametrize("normalized", [False, True])
def test_a_detector_that_a_person_describes(box_format, normalized):
    places = np.stack([FORMATS[box_format], FORMATS[box_format]], 1) / (SIDE if normalized else 1)  # [1, 2, 4]
    scores = np.array([[[0.1, 0.2, 0.7], [0.9, 0.05, 0.05]]], np.float32)  # the first column stands for nothing
    model = constant(boxes=places.astype(np.float32), scores=scores)
    ready = detectors.with_box_output(model, boxes="boxes", scores="scores", format=box_format, normalized=normalized, background=0)
    boxes, sure, labels = run(ready, gray((128, 128)))
    assert np.allclose(boxes, 2 * BOX, atol=1e-3) and np.allclose(sure, 0.7) and labels.tolist() == [1]
    assert detectors.noted(ready).classes == 2


@pytest.mark.parametrize(
    ("outputs", "labels"),
    [
        ({"boxes": np.repeat(BOX, 2, 0), "scores": np.array([0.6, 0.1], np.float32)}, [0]),
        ({"boxes": np.repeat(BOX, 3, 0)[None], "scores": np.array([[[0, 0, 0], [0.6, 0.1, 0]]], np.float32).reshape(1, 2, 3)}, [1]),  # classes, then boxes
        ({"boxes": np.repeat(BOX, 2, 0)[None], "scores": np.array([[0.6, 0.1]], np.float32), "named": np.array([[7, 1]])}, [7]),
    ],
)
def test_scores_of_each_shape(outputs, labels):
    named = {"labels": "named"} if "named" in outputs else {}
    boxes, sure, given = run(detectors.with_box_output(constant(**outputs), boxes="boxes", scores="scores", **named), gray((64, 64)))
    assert np.allclose(boxes, BOX, atol=1e-3) and np.allclose(sure, 0.6) and given.tolist() == labels


def test_a_stretched_picture_has_its_boxes_where_they_are():
    model = constant(boxes=BOX, scores=np.array([0.6], np.float32))
    boxes, _, _ = run(detectors.with_box_output(model, boxes="boxes", scores="scores", letterbox=False), gray((64, 128)))
    assert np.allclose(boxes, [[32, 8, 96, 24]], atol=1e-3)


@pytest.mark.parametrize(
    ("model", "options", "sentence"),
    [
        (shaped(1, 10, 7), {}, "No layout of a detector is recognised"),
        (shaped(1, 10, 7), {"layout": "yolo"}, 'knows no layout "yolo": it is one of yolov5'),
        (shaped(1, 10, 7), {"layout": "end-to-end"}, r"needs an output \[1, boxes, 6\]"),
        (shaped(1, 10), {"layout": "yolov8"}, r"needs an output \[1, 4 \+ classes, boxes\]"),
        (shaped(1, 10, 4), {"boxes": "box", "scores": "output0"}, 'boxes="box" is no output of the model, which has output0'),
        (shaped(1, 10, 4), {"boxes": "output0"}, 'scores="None" is no output'),
        (shaped(1, 10, 5), {"boxes": "output0", "scores": "output0"}, r"needs boxes \[N, k, 4\] or \[k, 4\]"),
        (constant(boxes=BOX, scores=np.zeros((1, 1, 1, 1), np.float32)), {"boxes": "boxes", "scores": "scores"}, r"needs scores \[N, k, classes\]"),
        (constant(boxes=BOX, scores=BOX), {"boxes": "boxes", "scores": "scores", "background": 4}, "background=4 is no column"),
        (constant(boxes=BOX, scores=BOX), {"boxes": "boxes", "scores": "scores", "format": "yxyx"}, "one of xyxy, xywh, cxcywh"),
        (shaped(1, 300, 6, channels=1), {"layout": "end-to-end"}, "needs a picture in colour"),
        (models.softmax(), {"layout": "yolov8"}, "with_box_output needs one input"),
        (models_detectors.street(), {}, "was applied to this model already"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(model, options, sentence):
    with pytest.raises(UserError, match=sentence):
        detectors.with_box_output(model, **options)


SCRIPT = ROOT / "template/{% if recipe == 'onnx-file' %}.{% endif %}/export_onnx.py"


@pytest.fixture
def brought(tmp_path, monkeypatch):
    """brought(model) runs export_onnx.py of the recipe on a file of that model in an empty project; brought() runs it again. The script."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(synthetic_rows, "TIMEOUT_SECONDS", 3)
    shutil.copyfile(SCRIPT.with_name("metadata.yml"), tmp_path / "metadata.yml")
    place = importlib.util.spec_from_file_location("script", SCRIPT)
    script = importlib.util.module_from_spec(place)
    place.loader.exec_module(script)

    def brought(model: onnx.ModelProto | None = None):
        if model is not None:
            onnx.save(model, "street yolo.onnx")
        monkeypatch.setattr(sys, "argv", ["export_onnx.py", *(["street yolo.onnx"] if model else [])])
        script.main()
        return script

    return brought


def test_the_first_export_of_a_detector_leads_to_boxes(brought, tmp_path, capsys):
    model = finds("yolov8", [([8, 24, 24, 40], CAT), ([40, 20, 60, 44], DOG)], {"names": NAMES, "task": "detect"})
    onnx.save(model, tmp_path / "first.onnx")
    assert "This is YOLOv8 to v11" in "".join(draft.draft(tmp_path / "first.onnx")[1])
    brought(model)
    said = capsys.readouterr().out
    assert "Recognised: YOLOv8 to v11" in said and "uv run poe describe model/model.onnx" in said
    drafted, comments = draft.draft(tmp_path / "model/model.onnx")
    assert drafted["task"] == "detection" and drafted["inputs"]["images"] == {"kind": "image", "label": "Picture"}
    assert drafted["outputs"] == {"boxes": {"kind": "boxes", "label": "Found", "scores": "scores", "labels": "labels", "classes": ["cat", "dog"]}}
    assert [drafted["inputs"][name]["default"] for name in ("score_threshold", "iou_threshold")] == [0.25, 0.5]
    assert not any("percentages" in comment for comment in comments), "the page shows the scores of boxes as such"
    assert not [comment for comment in comments if "same for every" in comment or "guessed" in comment or "No made-up" in comment]
    (tmp_path / "metadata.yml").write_text(draft.written(drafted, comments), encoding="utf-8")
    brought()
    check.check(tmp_path)
    assert "little of it" not in capsys.readouterr().out
    start = golden.read(golden.FILE)["cases"]
    assert [case for case in start if len(case.get("results", {}).get("boxes", {}).get("boxes", [])) == 2], "boxes are in the golden cases"


def test_no_box_in_any_made_up_picture_is_said_with_the_cure(brought, tmp_path, capsys):
    brought(finds("yolov8", [], classes=3))
    drafted, comments = draft.draft(tmp_path / "model/model.onnx")
    assert drafted["outputs"]["boxes"]["classes"] == ["class 0", "class 1", "class 2"]
    assert "No made-up picture gave a box" in "".join(comments)
    (tmp_path / "metadata.yml").write_text(draft.written(drafted, comments), encoding="utf-8")
    capsys.readouterr()
    script = brought()
    said = capsys.readouterr().out
    assert 'No box of "boxes" was found in any of 20 pictures' in said and '{"images": "examples/street.jpg"}' in said and "set min, max" not in said
    Image.fromarray(gray((40, 60))).save(tmp_path / "street.png")
    script.ROWS = [{"images": "street.png"}, {"images": "street.png", "score_threshold": 0.5}]
    brought()
    assert check.read_facts()["rows"] == {"made_up": 0, "given": 2}
    assert [feeds["score_threshold"].tolist() for feeds, _ in golden.read_rows(golden.HELDOUT)] == [[0.25], [0.5]]
    script.ROWS = [{"images": "none.png"}]
    with pytest.raises(UserError, match="there is no file none.png"):
        brought()


def test_scores_that_are_none_are_refused(brought, tmp_path):
    """Such as the points of a pose, taken for classes."""
    brought(finds("yolov8", [([8, 24, 24, 40], [0.9, 30.0])]))
    (tmp_path / "metadata.yml").write_text(draft.written(*draft.draft(tmp_path / "model/model.onnx")), encoding="utf-8")
    with pytest.raises(UserError, match=r"outputs\.boxes\.scores: its scores lie between .* and 30, so they do not say how sure a box is"):
        brought()


def test_a_classifier_whose_file_says_what_it_takes(capsys):
    ready = detectors.with_recognized_steps(shaped(1, 10, metadata={"task": "classify"}))
    assert onnx_file.signature(ready).inputs["images"].dims == [None, None, 3] and "Recognised: pictures of 64 × 64" in capsys.readouterr().out
    assert json.dumps(onnx_file.signature(detectors.with_recognized_steps(shaped(1, 10))).inputs["images"].dims) == "[1, 3, 64, 64]"


def test_the_calls_of_the_documentation_do_what_they_say():
    scores = np.array([[[0.9, 0.1], [0.2, 0.8]]], np.float32)
    outputs = {"boxes": np.stack([BOX, BOX / 2], 1) / SIDE, "scores": scores}
    blocks = re.findall(r"```python\n(.+?)```", (ROOT / "docs/how-to/detectors.md").read_text(encoding="utf-8"), re.DOTALL)
    ready = []
    for block in blocks:
        names = {"model": constant(**outputs)}
        exec(block, names)
        ready.append(names["model"])
    boxes, sure, labels = run(ready[0], gray((64, 128)))
    assert np.allclose(boxes, [[16, 4, 48, 12]], atol=1e-3) and np.allclose(sure, 0.8) and labels.tolist() == [0]
    assert onnx_file.signature(ready[1]).inputs["images"].dims == [None, None, 3] and len(ready) == 2
