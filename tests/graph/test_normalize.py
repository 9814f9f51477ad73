"""Graphs from elsewhere: what is mended before they ship, and the steps from a picture to what a vision model takes."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import models
from mlweb.contract import check
from mlweb.errors import UserError
from mlweb.graph import normalize, onnx_file, pixels


def run(model: onnx.ModelProto, **feeds) -> list[np.ndarray]:
    return check.strict_session(model.SerializeToString()).run(None, feeds)


def test_zipmap_becomes_its_probabilities():
    model = onnx_file.finalize(normalize.normalize(models.zipmap()))
    assert onnx_file.signature(model).outputs["probabilities"].dims == [None, 2]
    given = np.array([[0.25, 0.75], [0.5, 0.5]], np.float32)
    assert np.array_equal(run(model, p=given)[0], given)


def test_half_floats_at_the_border_become_floats():
    model = models.text("""half (float16[N,2] x, bool[1] up) => (float16[N,2] y, float16[N,2] x_narrow) {
        y = Add(x, x)
        x_narrow = Mul(y, x) }""")
    signature = onnx_file.signature(onnx_file.finalize(normalize.normalize(model)))
    assert {port.dtype for port in [signature.inputs["x"], *signature.outputs.values()]} == {"float32"}
    twice, square = run(model, x=np.array([[1.5, 2]], np.float32), up=np.array([True]))
    assert twice.tolist() == [[3, 4]] and square.tolist() == [[4.5, 8]]


def test_an_input_that_is_read_inside_a_branch_is_cast_too():
    model = models.text("""branch (bool c, float16[2] x) => (float16[2] y) {
        y = If (c) <then_branch = yes () => (float16[2] a) { a = Add(x, x) }, else_branch = no () => (float16[2] b) { b = Neg(x) }> }""")
    mended = onnx_file.finalize(normalize.normalize(model))
    assert run(mended, c=np.array(False), x=np.array([1, 2], np.float32))[0].tolist() == [-1, -2]


def test_weights_in_a_second_file_come_into_the_first(tmp_path):
    path = tmp_path / "source.onnx"
    model = models.softmax()
    numbers = numpy_helper.to_array(model.graph.initializer[0])
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(numbers, "weights"))
    onnx.save(model, path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    brought = onnx_file.finalize(normalize.load_normalized(path))
    assert np.array_equal(numpy_helper.to_array(brought.graph.initializer[0]), numbers)
    (tmp_path / "weights.bin").unlink()
    with pytest.raises(UserError, match="keeps weights in a second file that is missing"):
        normalize.load_normalized(path)


def test_weights_that_no_browser_holds_get_a_sentence(tmp_path, monkeypatch):
    path = tmp_path / "source.onnx"
    model = models.linear()
    model.graph.initializer.append(numpy_helper.from_array(np.ones(1000, np.float32), "spare"))
    onnx.save(model, path)
    monkeypatch.setattr(normalize, "MAX_WEIGHT_BYTES", 4000)
    with pytest.raises(UserError, match="GB of weights, and no browser takes more"):
        normalize.load_normalized(path)


def test_an_output_without_a_shape_gets_one():
    model = models.softmax()
    model.graph.output[1].type.tensor_type.ClearField("shape")
    assert onnx_file.signature(onnx_file.finalize(normalize.normalize(model))).outputs["probabilities"].dims == [None, 3]


def test_wrong_sizes_on_the_way_are_forgotten():
    model = models.softmax()
    model.graph.value_info.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 7]))
    with pytest.raises(UserError, match="Can't merge shape info"):
        run(model, features=np.zeros((1, 4), np.float32))
    assert run(normalize.normalize(model), features=np.zeros((1, 4), np.float32))


def test_an_old_graph_takes_the_weights_that_an_export_adds():
    """Up to IR 3 all weights were inputs too; those of the steps before a picture are not."""
    old = seeing(opset=13)
    old.ir_version = 3
    old.graph.node[0].CopyFrom(helper.make_node("Mul", ["x", "twice"], ["y"]))
    old.graph.initializer.append(numpy_helper.from_array(np.array([2], np.float32), "twice"))
    old.graph.input.append(helper.make_tensor_value_info("twice", TensorProto.FLOAT, [1]))
    picture = onnx_file.finalize(pixels.with_picture_input(normalize.normalize(old)))
    assert picture.ir_version >= 4
    assert np.allclose(run(picture, x=np.full((9, 9, 3), 51, np.uint8))[0], 0.4)


def test_a_size_of_minus_one_is_open():
    model = models.text("thrice (float[N,2] x) => (float[M,2] y) { y = Concat<axis = 0>(x, x, x) }")
    for info in [*model.graph.input, *model.graph.output]:
        info.type.tensor_type.shape.dim[0].dim_value = -1
    with pytest.raises(UserError, match="not valid ONNX"):
        onnx_file.finalize(onnx.ModelProto.FromString(model.SerializeToString()))
    mended = onnx_file.finalize(normalize.normalize(model))
    assert onnx_file.signature(mended).inputs["x"].dims == [None, 2] and run(mended, x=np.zeros((2, 2), np.float32))[0].shape == (6, 2)


@pytest.mark.parametrize("dims", [["N", 7], [3], ["N", 3, 1]])
def test_a_declared_shape_gives_way_to_the_one_that_follows(dims):
    model = models.softmax()
    model.graph.output[1].CopyFrom(helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, dims))
    with pytest.raises(UserError, match="not valid ONNX"):
        onnx_file.finalize(onnx.ModelProto.FromString(model.SerializeToString()))
    mended = onnx_file.finalize(normalize.normalize(model))
    assert onnx_file.signature(mended).outputs["probabilities"].dims == [None, 3] and run(mended, features=np.zeros((2, 4), np.float32))


def test_a_declared_shape_that_says_more_is_kept():
    model = models.text("open (float[N,K] x) => (float[N,5] y) { y = Neg(x) }")
    assert onnx_file.signature(normalize.normalize(model)).outputs["y"].dims == [None, 5]


def test_float64_on_its_way_to_float32_gets_the_cure():
    model = models.text("mixed (double[N,2] x) => (float[N,2] y) { y = Identity(x) }")
    with pytest.raises(UserError, match=r"to_onnx\(model, X\[:1\]\.astype\(np\.float32\)\)"):
        onnx_file.finalize(normalize.normalize(model))
    with pytest.raises(UserError, match=r"astype\(np\.float32\)"):
        check.strict_session(models.text("added (double[N,2] x, float[N,2] z) => (double[N,2] y) { y = Add(x, z) }").SerializeToString())


def test_weights_that_nothing_reads_go():
    model = models.softmax()
    model.graph.initializer.append(numpy_helper.from_array(np.ones(1000, np.float32), "spare"))
    assert [tensor.name for tensor in normalize.normalize(model).graph.initializer] == ["weights"]


def test_operators_of_ones_own_get_a_sentence():
    model = models.linear()
    model.graph.node[0].domain = "my.company"
    model.opset_import.append(helper.make_opsetid("my.company", 1))
    assert "operators that no onnxruntime has by itself (my.company.Constant)" in onnx_file.unsupported(model)[0]


def seeing(size: int | None = 8, opset: int = 18, channels: int = 3) -> onnx.ModelProto:
    """Gives back the picture [1, channels, size, size] that it takes."""
    dims = ["N", channels, size or "H", size or "W"]
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, dims) for name in ("x", "y")]
    inside = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "seeing", ports[:1], ports[1:])
    return helper.make_model(inside, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


@pytest.mark.parametrize("opset", [13, 17, 18, 21])
def test_a_picture_of_any_size_becomes_what_the_model_takes(opset):
    from PIL import Image

    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    model = onnx_file.finalize(pixels.with_picture_input(seeing(opset=opset), mean, std))
    port = onnx_file.signature(model).inputs["x"]
    assert (port.dtype, port.dims) == ("uint8", [None, None, 3])
    picture = np.random.default_rng(0).integers(0, 256, (37, 21, 3), np.uint8)
    floats = [np.array(Image.fromarray(picture[:, :, index].astype(np.float32), "F").resize((8, 8), Image.Resampling.BILINEAR)) for index in range(3)]
    wanted = np.stack([(channel / 255 - m) / s for channel, m, s in zip(floats, mean, std, strict=True)])[None]
    np.testing.assert_allclose(run(model, x=picture)[0], wanted, atol=1e-5)


def test_a_gray_picture_and_an_open_size():
    model = pixels.with_picture_input(seeing(None, channels=1), size=(4, 6))
    given = run(model, x=np.full((5, 5, 1), 51, np.uint8))[0]
    assert given.shape == (1, 1, 4, 6) and np.allclose(given, 0.2)


def test_a_model_that_takes_the_bytes_of_a_picture_gets_bytes():
    inside = models.text("bytes (uint8[N,3,8,8] x) => (uint8[N,3,8,8] y) { y = Identity(x) }")
    picture = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    given = run(onnx_file.finalize(pixels.with_picture_input(inside)), x=picture)[0]
    assert given.dtype == np.uint8 and np.array_equal(given[0], picture.transpose(2, 0, 1))
    larger = run(
        onnx_file.finalize(pixels.with_picture_input(models.text("bytes (uint8[N,3,H,W] x) => (uint8[N,3,H,W] y) { y = Identity(x) }"), size=(4, 4))), x=picture
    )[0]
    assert larger.shape == (1, 3, 4, 4)


def test_channels_last_another_scale_and_another_order():
    """[N, height, width, 3]; values of 0..255 or -1..1; blue before red: by an argument, or by the file's own metadata."""
    last = models.text("last (float[N,2,2,3] x) => (float[N,2,2,3] y) { y = Identity(x) }")
    first = seeing(None)
    picture = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    tall = models.text("last (float[N,8,8,3] x) => (float[N,8,8,3] y) { y = Identity(x) }")
    large = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    assert np.allclose(run(onnx_file.finalize(pixels.with_picture_input(tall, scale="0..255")), x=large)[0][0], large, atol=1e-4)
    with pytest.raises(UserError, match="the model has 0"):
        pixels.with_picture_input(last)  # 2 × 2 is hardly a picture
    swapped = run(onnx_file.finalize(pixels.with_picture_input(first, scale="-1..1", order="bgr", size=(2, 2))), x=picture)[0][0]
    assert np.allclose(swapped, picture[:, :, ::-1].transpose(2, 0, 1) / 127.5 - 1, atol=1e-5)
    noted = seeing(None)
    helper.set_model_props(noted, {"Image.NominalPixelRange": "NominalRange_0_255", "Image.BitmapPixelFormat": "Bgr8"})
    told = run(onnx_file.finalize(pixels.with_picture_input(noted, mean=(1, 2, 3), size=(2, 2))), x=picture)[0][0]
    assert np.allclose(told, picture[:, :, ::-1].transpose(2, 0, 1) - np.array([1, 2, 3]).reshape(3, 1, 1), atol=1e-4)
    with pytest.raises(UserError, match='knows no scale="0..2": it is one of 0..1, 0..255, -1..1'):
        pixels.with_picture_input(seeing(8), scale="0..2")


@pytest.mark.parametrize(
    ("model", "options", "sentence"),
    [
        (models.linear(), {}, "the model has 0: say which"),
        (seeing(None), {}, "give with_picture_input one, such as"),
        (seeing(8), {"size": (9, 9)}, "takes pictures of 8 × 8"),
        (seeing(8), {"mean": (1, 2)}, "mean and std need 1 or 3 numbers"),
        (models.text("bytes (uint8[N,3,8,8] x) => (uint8[N,3,8,8] y) { y = Identity(x) }"), {"mean": (0.5,)}, "leave mean, std and scale out"),
    ],
)
def test_what_is_no_picture_gets_a_sentence(model, options, sentence):
    with pytest.raises(UserError, match=sentence):
        pixels.with_picture_input(model, **options)
