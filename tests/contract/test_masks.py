"""Masks, the class of each pixel: what both decoders make of scores and numbers, what fits a contract, and which a draft takes for some."""

import numpy as np
import pytest
from test_draft import brought, comments_on
from test_encode import results
from test_result_kinds import agreed

import models
import models_image
from mlweb.contract import schema
from mlweb.draft import draft
from mlweb.errors import UserError
from mlweb.proof import golden

SCORES = np.float32([[[1, 5, 2], [0, 0, 5]], [[3, 4, 2], [0, 9, np.nan]], [[2, 5, 1], [-1, 8, 9]]])  # [3, 2, 3]
START = "schema: 1\nname: N\ninputs:\n  picture: {kind: image}\noutputs:\n  "


def mask(output: dict, y: np.ndarray) -> tuple[list, list[tuple]]:
    shown = results({"kind": "mask", **output}, y=y)
    return golden.unpack(shown["array"]).tolist(), [(each["label"], each["number"], each["share"]) for each in shown["classes"]]


@pytest.mark.parametrize("leading", [(), (1,), (1, 1)])
def test_the_highest_score_is_the_class_and_nan_is_none(leading):
    array, areas = mask({"classes": ["road", "sky", "é"]}, SCORES.reshape(*leading, *SCORES.shape))
    assert array == [[1, 0, 0], [0, 1, -1]], "of equal ones the first"
    assert areas == [("road", 0, 3 / 6), ("sky", 1, 2 / 6), ("NaN", -1, 1 / 6)]


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64"])
def test_class_numbers_are_kept_and_one_without_a_name_is_its_own(dtype):
    numbers = np.array([[[2, 2, 255], [0, 0, 7]]], dtype)
    array, areas = mask({"classes": ["road", "sky", "é"]}, numbers)
    assert array == numbers[0].tolist()
    assert areas == [("road", 0, 2 / 6), ("é", 2, 2 / 6), ("7", 7, 1 / 6), ("255", 255, 1 / 6)]
    assert mask({}, np.array([[2**53 + 1, -1]]))[1] == [("-1", -1, 0.5), ("9007199254740993", "9007199254740993", 0.5)]
    assert mask({}, np.array([[True, False, True]]))[1] == [("1", 1, 2 / 3), ("0", 0, 1 / 3)]


WRONG = [
    ("float[1,3,H,W]", "{kind: mask}", "list two classes or more; one number a pixel is kind tensor, as a heat map."),
    ("float[1,3,H,W]", "{kind: mask, classes: [a, b]}", "2 classes are listed in metadata.yml, but the model gives 3 layers (float32 [1, 3, N, N])"),
    ("float[1,H,W,3,1]", "{kind: mask, classes: [a, b]}", "needs the shape [N, classes, height, width] for scores, the model gives float32 [1, N, N, 3, 1]"),
    ("int64[1,3,H,W]", "{kind: mask}", "needs the shape [N, height, width] for class numbers, the model gives int64 [1, 3, N, N]: take the highest"),
    ("string[H,W]", "{kind: mask}", "kind mask needs numbers, the model gives string."),
    ("int64[H,W]", "{kind: mask, classes: [a, b], colors: ['#123']}", "colors lists 1, but there are 2 classes: give each class its color, or null."),
    ("int64[H,W]", "{kind: mask, classes: [a], colors: [red]}", "string should match pattern"),
    ("int64[H,W]", "{kind: mask, over: pictures}", 'there is no input of kind image or drawing "pictures". Did you mean "picture"?'),
]


@pytest.mark.parametrize(("type_", "shown", "sentence"), WRONG, ids=[f"{type_} {shown}" for type_, shown, _ in WRONG])
def test_each_mistake_gets_its_sentence(tmp_path, type_, shown, sentence):
    model = models.text(f"any (uint8[H,W,3] picture) => ({type_} y) {{ y = Identity(picture) }}")
    with pytest.raises(UserError) as found:
        agreed(tmp_path, f"y: {shown}", model, START)
    assert any(each.startswith("metadata.yml:6: ") and sentence in each for each in found.value.sentences), found.value.sentences


def test_names_and_colors_reach_the_page(tmp_path):
    contract, form = agreed(
        tmp_path, "strongest: {kind: mask, over: picture, classes: [{en: sky, fr: ciel}, 7], colors: ['#3b6', null]}", models_image.parts(), START
    )
    assert form["outputs"][0] | {"dims": None} == {
        **{"name": "strongest", "kind": "mask", "label": "strongest", "dtype": "int64", "dims": None},
        **{"over": "picture", "classes": ["sky", "7"], "colors": ["#3b6", None]},
    }
    assert ("outputs", "mask") in contract.modules()


BEFORE = "floats = Cast<to = 1>(picture) turned = Transpose<perm = [2, 0, 1]>(floats) first = Constant<value_ints = [0]>() y = Unsqueeze(turned, first)"


def test_a_draft_takes_for_a_mask_what_surely_is_one_and_asks_otherwise(tmp_path):
    drafted, comments = draft.draft(brought(tmp_path, models_image.parts()))
    assert drafted["inputs"] == {"picture": {"kind": "image"}}
    assert drafted["outputs"]["strongest"] == {"kind": "mask", "over": "picture"}, "the graph takes the highest of several"
    assert drafted["outputs"]["scores"]["kind"] == "tensor", "three numbers a pixel may as well be a picture"
    (tmp_path / "metadata.yml").write_text(draft.written(drafted, comments), encoding="utf-8")
    assert schema.load(tmp_path / "metadata.yml").outputs["strongest"].kind == "mask"
    logits = f"net (uint8[H,W,3] picture) => (float[1,3,H,W] out) {{ {BEFORE.replace('y =', 'out =')} }}"
    drafted, said = comments_on(tmp_path, logits)
    assert drafted["outputs"]["out"] == {"kind": "tensor"}
    assert '"out" gives 3 numbers for each pixel: if they are the scores of as many classes, write {kind: mask, over: picture, classes: [...]}' in said
    sure = {"kind": "mask", "over": "picture", "classes": ["class 0", "class 1", "class 2"]}
    assert comments_on(tmp_path, logits.replace("out", "segmentation"))[0]["outputs"] == {"segmentation": sure}
    soft = f"net (uint8[H,W,3] picture) => (float[1,3,H,W] out) {{ {BEFORE} out = Softmax<axis = 1>(y) }}"
    drafted, said = comments_on(tmp_path, soft)
    assert drafted["outputs"] == {"out": sure} and "for each pixel" not in said
    named = models.text(logits)
    named.metadata_props.add(key="names", value="{0: 'road', 1: 'sky', 2: 'car'}")
    assert draft.draft(brought(tmp_path, named))[0]["outputs"] == {"out": sure | {"classes": ["road", "sky", "car"]}}


@pytest.mark.parametrize(
    ("steps", "shown"), [("[1, 1]", {"kind": "tensor", "over": "picture"}), ("[2, 2]", {"kind": "tensor"})], ids=["of its size", "of half its size"]
)
def test_one_number_a_pixel_is_a_heat_map_over_the_picture(tmp_path, steps, shown):
    net = f"""net (uint8[H,W,3] picture) => (float[1,h,w] out) {{
        floats = Cast<to = 1>(picture) gray = ReduceMean<axes = [2], keepdims = 0>(floats)
        starts = Constant<value_ints = [0, 0]>() ends = Constant<value_ints = [9999, 9999]>() axes = Constant<value_ints = [0, 1]>()
        steps = Constant<value_ints = {steps}>() part = Slice(gray, starts, ends, axes, steps)
        first = Constant<value_ints = [0]>() out = Unsqueeze(part, first) }}"""
    assert comments_on(tmp_path, net)[0]["outputs"]["out"] == shown


def test_pictures_and_counts_are_no_masks(tmp_path):
    body = f"net (uint8[H,W,3] picture) => (int64[1,3,H,W] out, int64[1,H,W] sums) {{ {BEFORE} out = Cast<to = 7>(y) sums = ReduceSum<keepdims = 0>(out, o) }}"
    body = body.replace("sums = ", "o = Constant<value_ints = [1]>() sums = ")
    drafted, said = comments_on(tmp_path, body)
    assert [each["kind"] for each in drafted["outputs"].values()] == ["tensor", "tensor"] and "mask" not in said
