"""Pictures, sounds and tensors: both twins make the same bytes of them, give the same refusals, and read the same results."""

import numpy as np
import pytest

import codec_strategies
from codec_twins import SENTENCES, same
from mlweb.codec import media
from mlweb.codec.decode import output_names
from mlweb.codec.encode import encode
from mlweb.codec.kinds.picture import gray
from mlweb.errors import UserError
from mlweb.proof import golden

CHANCE = np.random.default_rng(0)
PHOTO = CHANCE.integers(0, 256, (5, 7, 3), np.uint8)
INK = CHANCE.integers(0, 256, (4, 4, 1), np.uint8)
SOUND = CHANCE.normal(size=9).astype(np.float32)
WHOLE = np.array([[1.0, -2.0], [3.0, 0.0]])
HALVES = np.array([[0.5, 1.0]])
WORDS = np.array([["a", "é"]], object)
BIG = np.array([2**40, -3], np.int64)
VALUES = [PHOTO, INK, SOUND, WHOLE, HALVES, WORDS, BIG, np.array([[np.nan, 1.0]]), np.array([True, False]), None, "a path", 7]
INPUTS = [
    ("image", "uint8", [None, None, 3]),
    ("image", "uint8", [None, None, None, 3]),
    ("image", "float32", [1, None, None, 1]),
    ("image", "uint8", [None, None]),
    ("image", "int64", [5, 7, None]),
    ("drawing", "uint8", [4, 4, 1]),
    ("drawing", "float32", [None, 4, 4, 3]),
    ("audio", "float32", [None]),
    ("audio", "float64", [1, None]),
    ("audio", "float32", [1, 4]),
    ("audio", "float32", [20]),
    ("tensor", "float32", [None, 2]),
    ("tensor", "int64", [None, 2]),
    ("tensor", "uint8", [2, 2]),
    ("tensor", "string", [1, 2]),
    ("tensor", "int32", [None]),
    ("tensor", "bool", [None]),
]


def form(kind: str, dtype: str, dims: list, **more) -> dict:
    field = {"name": "x", "label": "The x", "kind": kind, **more}
    return codec_strategies.form([{"name": "in", "dtype": dtype, "dims": dims, "fields": [field]}], [])


def test_both_twins_give_the_same_bytes_and_the_same_refusals():
    answers = [same({"form": form(*each), "rows": [golden.packed({"x": value})]}) for each in INPUTS for value in VALUES]
    assert sum("feeds" in answer for answer in answers) > 20
    assert sum("refusals" in answer for answer in answers) > 20


def test_a_whole_number_of_64_bits_is_rounded_as_javascript_does():
    """2^54 + 2^30 + 1 lies above the middle of two float32 values, but its nearest double is that middle."""
    feeds = same({"form": form("tensor", "float32", [None]), "rows": [golden.packed({"x": np.array([2**54 + 2**30 + 1])})]})["feeds"]
    assert golden.unpack(feeds["in"]).tolist() == [2.0**54]


def test_a_gray_picture_is_what_pillow_makes_of_it():
    from PIL import Image

    expected = np.array(Image.fromarray(PHOTO).convert("L"))
    assert np.array_equal(gray(PHOTO)[:, :, 0], expected)


def test_rows_become_one_batch_where_the_graph_has_one():
    taking = {**form("image", "uint8", [None, None, None, 3]), "sentences": SENTENCES["en"]}
    feeds = encode(taking, [{"x": PHOTO}, {"x": PHOTO}])
    assert feeds["in"].shape == (2, 5, 7, 3)
    with pytest.raises(ValueError, match="one row"):
        encode({**form("image", "uint8", [None, None, 3]), "sentences": SENTENCES["en"]}, [{"x": PHOTO}, {"x": PHOTO}])


OUTPUTS = {
    "price": np.array([[3.0]], np.float32),
    "low": np.array([[1.0]], np.float32),
    "high": np.array([[4.5]], np.float32),
    "boxes": np.array([[0, 1, 2, 3], [4, 5, 6, 7.5]], np.float32),
    "scores": np.array([0.25, 0.75], np.float32),
    "labels": np.array([1, 5], np.int64),
    "said": np.array(["one", "zwei"], object),
    "picture": PHOTO,
    "sound": SOUND,
}
SHOWN = [
    {"name": "price", "kind": "value", "interval": ["low", "high"]},
    {"name": "boxes", "kind": "boxes", "scores": "scores", "labels": "labels", "classes": ["cat", "dog"]},
    {"name": "said", "kind": "text"},
    {"name": "picture", "kind": "image"},
    {"name": "sound", "kind": "tensor"},
]


def test_both_twins_read_the_same_results():
    [expected] = same({"form": codec_strategies.form([], SHOWN), "outputs": golden.packed(OUTPUTS), "count": 1})["results"]
    assert expected["price"] == {"kind": "value", "value": 3.0, "interval": [1.0, 4.5]}
    assert expected["boxes"]["boxes"][0] == {"label": "5", "score": 0.75, "box": [4.0, 5.0, 6.0, 7.5]}
    assert expected["boxes"]["boxes"][1]["label"] == "dog" and expected["said"]["text"] == "one\nzwei"


def test_the_graph_is_asked_for_everything_that_is_shown():
    assert output_names({"outputs": SHOWN}) == ["price", "low", "high", "boxes", "scores", "labels", "said", "picture", "sound"]


def test_files_are_read_as_arrays(tmp_path):
    from PIL import Image

    Image.fromarray(PHOTO).save(tmp_path / "photo.png")
    np.save(tmp_path / "numbers.npy", SOUND)
    (tmp_path / "numbers.json").write_text("[[1, 2.5]]")
    assert np.array_equal(media.read(tmp_path, "photo.png", {"kind": "image"}), PHOTO)
    assert np.array_equal(media.read(tmp_path, "numbers.npy", {"kind": "tensor"}), SOUND)
    assert media.read(tmp_path, "numbers.json", {"kind": "tensor"}).tolist() == [[1.0, 2.5]]


@pytest.mark.parametrize(
    ("name", "content", "said"), [("no.png", None, "no file"), ("text.png", b"hello", "can't be read as image"), ("empty.png", b"", "can't be")]
)
def test_a_bad_file_gets_one_sentence(tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=said) as problems:
        media.read(tmp_path, name, {"kind": "image"})
    assert len(problems.value.sentences) == 1
