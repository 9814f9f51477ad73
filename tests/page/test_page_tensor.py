"""Arrays typed or from files: read as numpy reads them, refused with the place of the mistake, shown and kept without loss."""

import io
import json
import subprocess
import sys

import numpy as np
import onnxruntime
import pytest
from PIL import Image
from playwright.sync_api import expect
from test_page_batch import CAUGHT

import models_image
import models_sound
from page_states import assert_fits

pytestmark = pytest.mark.slow


def npy(array: np.ndarray, version: tuple[int, int] | None = None) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return file.getvalue()


def give(page, content: bytes, name: str = "array.npy") -> None:
    page.locator("[data-field=matrix] input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})


def kept(page) -> np.ndarray:
    """What the downloaded file holds."""
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    return np.load(io.BytesIO(bytes(page.get_by_role("button", name="Download as .npy").evaluate(CAUGHT))), allow_pickle=False)


def total(page):
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    return float(page.locator("[data-output=sum] data").get_attribute("value"))


def native(model, matrix: np.ndarray) -> list[np.ndarray]:
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(["sum", "twice"], {"matrix": matrix})


def size(page):
    return page.locator("[data-field=matrix] .size")


def says(page):
    return page.locator("[data-field=matrix] .says")


def test_typed_lists_are_computed(opened):
    page = opened(models_sound.twice, models_sound.TWICE)
    expect(page.locator(".result .note")).to_have_text("No result yet.")
    expect(page.locator("[data-field=matrix] .help").first).to_have_text("The model takes float32, any × any.")
    page.locator("[name=matrix]").fill("[[1, 2.5, -3], [4e2, 0.1, 7]]")
    expect(size(page)).to_have_text("float64, 2 × 3: 6 elements")
    expected = native(models_sound.twice(), np.float32([[1, 2.5, -3], [4e2, 0.1, 7]]))
    expect(page.locator("[data-output=twice] dl")).to_contain_text("float32, 2 × 3")
    assert total(page) == pytest.approx(expected[0], rel=1e-6)
    np.testing.assert_array_equal(kept(page), expected[1])


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_files_of_each_version(opened, version):
    page = opened(models_sound.twice, models_sound.TWICE)
    array = np.random.default_rng(0).normal(size=(40, 30)).astype(np.float32)
    give(page, npy(array, version))
    expect(size(page)).to_have_text("float32, 40 × 30: 1,200 elements")
    np.testing.assert_array_equal(kept(page), array + array)
    expect(page.locator("[name=matrix]")).to_have_value("")
    expect(page.get_by_role("img", name="Twice as an image of 40 × 30 squares")).to_be_visible()


def test_files_of_each_dtype(opened):
    page = opened(models_sound.twice, models_sound.TWICE)
    for code in ["f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
        array = np.array([[1, 0, 1], [0, 1, 1]], dtype=code) if code == "b1" else np.array([[1, 2, 3], [4, 5, 100]], dtype=code)
        give(page, npy(array))
        expect(size(page)).to_have_text(f"{array.dtype.name}, 2 × 3: 6 elements")
        np.testing.assert_array_equal(kept(page), 2 * array.astype(np.float32))


def test_whole_numbers_of_64_bits_go_in_and_come_out(opened):
    page = opened(models_sound.twice_int64, models_sound.TWICE)
    array = np.int64([[2**53 - 1, -(2**53) + 1], [3, 4]])
    give(page, npy(array))
    saved = kept(page)
    assert saved.dtype == np.int64
    np.testing.assert_array_equal(saved, 2 * array)
    page.locator("[name=matrix]").fill("[[1, 2], [3, 4.5]]")
    expect(page.locator("[data-field=matrix] .refusal")).to_have_text("Matrix: the model takes whole numbers of type int64 here.")


def test_a_json_file_and_nan(opened):
    page = opened(models_sound.twice, models_sound.TWICE)
    give(page, json.dumps([[1, None], [3, 4]]).encode(), "array.json")
    expect(page.locator("[name=matrix]")).to_have_value("[[1, null],\n[3, 4]]")
    expect(page.locator("[data-output=sum] data")).to_have_text("not a number")
    expect(page.locator("[data-output=twice] dl")).to_contain_text("NaN or infinite")
    np.testing.assert_array_equal(kept(page), np.float32([[2, np.nan], [6, 8]]))


MISTAKES = [
    ("[[1, 2], [3]]", "At [1], counted from 0, there is a list of 1 instead of a list of 2: all lists at one level must have the same length."),
    ("[[1, 2], [3, [4]]]", "At [1][1], counted from 0, there is a list of 1 instead of a single element"),
    ("[[1, 2], 3]", "At [1], counted from 0, there is a single element instead of a list of 2"),
    ("[[1, 2], [3, 4", "These are not nested lists such as [[1, 2], [3, 4]]"),
    ("[[1, NaN]]", "write null for NaN"),
    ('[[1, "2"]]', "Numbers, text and booleans are mixed here"),
    ('[[{"a": 1}]]', "Braces {} can’t be used here"),
]


def test_mistakes_in_typed_lists(opened, subtests):
    page = opened(models_sound.twice, models_sound.TWICE)
    for typed, sentence in MISTAKES:
        with subtests.test(typed=typed):
            page.locator("[name=matrix]").fill("[[1, 2], [3, 4]]")
            assert total(page) == 10
            page.locator("[name=matrix]").fill(typed)
            expect(says(page)).to_contain_text(sentence)
            expect(page.locator(".result .values")).to_be_hidden()
            expect(page.locator("[name=matrix]")).to_have_value(typed)
            page.locator("[name=matrix]").fill("[[1, 2]]")
            expect(says(page)).to_be_empty()
            assert total(page) == 3


UNREADABLE = [
    (npy(np.asfortranarray(np.ones((2, 3)))), "This file stores its elements column by column"),
    (npy(np.array([1 + 2j])), "elements of type <c16"),
    (npy(np.ones((2, 3), ">f4")), "elements of type >f4"),
    (npy(np.ones(2, [("a", "f4")])), "elements of type record"),
    (npy(np.ones((2, 3)))[:-8], "its elements need 48 bytes, but it has 40"),
    (b"\x93NUMPY\x01\x00\x04\x00oops", "neither a .npy file nor nested lists"),
    (b"\x93NUMPY\x01\x00", "neither a .npy file nor nested lists"),
    (b"a,b\n1,2\n", "neither a .npy file nor nested lists"),
    (b"", "neither a .npy file nor nested lists"),
]


def test_files_that_can_not_be_read(opened, subtests):
    page = opened(models_sound.twice, models_sound.TWICE)
    page.locator("[name=matrix]").fill("[[1, 2], [3, 4]]")
    for content, sentence in UNREADABLE:
        with subtests.test(content=content):
            give(page, content)
            expect(says(page)).to_contain_text(sentence)
            expect(page.locator(".result .values")).to_be_visible()
            assert total(page) == 10, "what was there before stays"


def test_a_wrong_shape_is_refused_beside_the_field(opened):
    page = opened(models_sound.twice, models_sound.TWICE)
    page.locator("[name=matrix]").fill("[[[[1]]]]")
    expect(page.locator("[data-field=matrix] .refusal")).to_have_text("Matrix: the model takes any × any here, not 1 × 1 × 1 × 1.")


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def snippet(page, name: str) -> str:
    return page.get_by_role("region", name=name).inner_text()


def test_snippets_of_small_and_of_large_arrays(opened):
    page = opened(models_sound.twice, models_sound.TWICE)
    page.locator("[name=matrix]").fill("[[1, 2], [3, null]]")
    expect(page.get_by_role("region", name="Python")).to_contain_text("np.nan")
    assert run_python(snippet(page, "Python")).startswith("sum nan")
    assert '"data":[1,2,3,null]' in snippet(page, "Run the model from JavaScript")
    assert '"data":[1,2,3,null]' in snippet(page, "Embed the model in another page")
    give(page, npy(np.ones((50, 60), np.float32)))
    expect(page.get_by_role("region", name="Python")).to_contain_text("np.zeros((50, 60), np.float32)")
    code = snippet(page, "Python")
    assert len(code) < 1000 and run_python(code).startswith("sum 0.0")
    assert '# np.load("array.npy").astype(np.float32)' in code
    assert '"matrix": { dtype: "float32", dims: [50, 60], data: new Float32Array(3000) },' in snippet(page, "Run the model from JavaScript")
    assert "values='{}'" in snippet(page, "Embed the model in another page")
    module = (
        snippet(page, "Run the model from JavaScript")
        .replace("console.log(results)", "return results.sum.value")
        .replace("import { load } from", "const { load } = await import(")
    )
    head, rest = module.split(";\n", 1)
    assert page.evaluate(f"async () => {{ {head}); {rest} }}") == 0


def test_nothing_runs_over_the_edge(opened, page):
    opened(models_sound.twice, models_sound.TWICE)
    give(page, npy(np.random.default_rng(0).normal(size=(2, 300)).astype(np.float32)))
    expect(page.locator("[data-output=twice] .heat")).to_be_visible()
    assert_fits(page)


def test_a_heat_map_lies_over_the_picture_that_was_given(opened):
    page = opened(models_image.darkness, models_image.DARKNESS)
    pixels = np.zeros((30, 60, 3), np.uint8)
    pixels[:, 30:] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    page.locator("input[type=file]").set_input_files({"name": "half.png", "mimeType": "image/png", "buffer": file.getvalue()})
    ground, heat = page.locator(".tensor .ground"), page.locator(".tensor .heat")
    expect(ground).to_be_visible()
    assert ground.bounding_box() == heat.bounding_box()
    box = heat.bounding_box()
    assert box["width"] == pytest.approx(2 * box["height"], abs=1), "in the picture's shape"
    strength = page.get_by_label("Strength over the picture")
    assert heat.evaluate("(canvas) => canvas.style.opacity") == "0.6"
    strength.fill("25")
    assert heat.evaluate("(canvas) => canvas.style.opacity") == "0.25"
    dark, light = heat.evaluate("(canvas) => [10, 50].map((x) => [...canvas.getContext('2d').getImageData(x, 15, 1, 1).data])")
    assert (dark, light) == ([250, 230, 120, 255], [33, 28, 84, 255]), "the more, the lighter"
