"""Graphs from elsewhere: what is mended before they ship, and the steps from a picture to what a vision model takes."""

import subprocess
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper, parser

import models
from mlweb import runner
from mlweb.errors import UserError
from mlweb.graph import normalize, onnx_file, pixels
from mlweb.proof import output_shapes
from paths import ROOT


def run(model: onnx.ModelProto, **feeds) -> list[np.ndarray]:
    return runner.strict_session(model.SerializeToString()).run(None, feeds)


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
    with pytest.raises(UserError, match="keeps weights in a second file that can't be read"):
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


def test_a_size_that_is_left_open_is_declared_where_it_follows():
    model = models.text("net (float[N,4] x) => (float[N,K] y) <float[4,3] weights = {1,2,3,4,5,6,7,8,9,10,11,12}> { y = MatMul(x, weights) }")
    assert onnx_file.signature(normalize.normalize(model)).outputs["y"].dims == [None, 3]


def test_a_declared_shape_that_says_more_is_kept():
    model = models.text("open (float[N,K] x) => (float[N,5] y) { y = Neg(x) }")
    assert onnx_file.signature(normalize.normalize(model)).outputs["y"].dims == [None, 5]


def test_float64_on_its_way_to_float32_gets_the_cure():
    model = models.text("mixed (double[N,2] x) => (float[N,2] y) { y = Identity(x) }")
    with pytest.raises(UserError, match=r"to_onnx\(model, X\[:1\]\.astype\(np\.float32\)\)"):
        onnx_file.finalize(normalize.normalize(model))
    with pytest.raises(UserError, match=r"astype\(np\.float32\)"):
        runner.strict_session(models.text("added (double[N,2] x, float[N,2] z) => (double[N,2] y) { y = Add(x, z) }").SerializeToString())


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


def trees_alone() -> onnx.ModelProto:
    """A classifier of one split, as CatBoost writes it: no operator of ONNX's own is imported, and a map holds the probabilities."""
    ports = [helper.make_tensor_value_info("label", TensorProto.INT64, ["N"]), onnx.ValueInfoProto(name="probabilities", type=maps())]
    tree = {"nodes_treeids": [0] * 3, "nodes_nodeids": [0, 1, 2], "nodes_featureids": [0] * 3, "nodes_values": [0.5, 0.0, 0.0]}
    tree |= {"nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"], "nodes_truenodeids": [1, 0, 0], "nodes_falsenodeids": [2, 0, 0]}
    tree |= {"class_treeids": [0] * 4, "class_nodeids": [1, 1, 2, 2], "class_ids": [0, 1, 0, 1], "class_weights": [0.75, 0.25, 0.25, 0.75]}
    nodes = [
        helper.make_node("TreeEnsembleClassifier", ["x"], ["label", "p"], domain="ai.onnx.ml", classlabels_int64s=[0, 1], **tree),
        helper.make_node("ZipMap", ["p"], ["probabilities"], domain="ai.onnx.ml", classlabels_int64s=[0, 1]),
    ]
    graph = helper.make_graph(nodes, "trees", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 1])], ports)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("ai.onnx.ml", 2)], ir_version=3)


def maps() -> onnx.TypeProto:
    return helper.make_sequence_type_proto(helper.make_map_type_proto(TensorProto.INT64, helper.make_tensor_type_proto(TensorProto.FLOAT, [])))


def test_a_map_of_a_graph_that_has_no_operator_of_onnx_itself():
    model = onnx_file.finalize(normalize.normalize(trees_alone()))
    assert np.allclose(run(model, x=np.array([[0.0], [1.0]], np.float32))[1], [[0.75, 0.25], [0.25, 0.75]])


def test_a_list_of_probabilities_becomes_an_output_for_each_target():
    model = models.text("""two (float[N,2] x) => (float[N,2] doubled, seq(float[N,2]) probabilities, float[N,2] probabilities_1) {
        first = Softmax<axis = 1>(x)
        doubled = Add(x, x)
        second = Softmax<axis = 1>(doubled)
        probabilities_1 = Neg(x)
        probabilities = SequenceConstruct(first, second) }""")
    model = onnx_file.finalize(normalize.normalize(model))
    outputs = onnx_file.signature(model).outputs
    assert list(outputs) == ["doubled", "probabilities_1", "probabilities_1_", "probabilities_2"] and outputs["probabilities_2"].dims == [None, 2]
    computed = dict(zip(outputs, run(model, x=np.array([[0.0, 1.0]], np.float32)), strict=True))
    assert np.allclose(computed["probabilities_1_"].sum(), 1) and computed["probabilities_2"][0, 1] > computed["probabilities_1_"][0, 1] > 0.5


def test_an_encoder_behind_an_operator_of_unknown_types():
    """The inference of onnx brings the process down there, so another one looks first."""
    model = parser.parse_model("""<ir_version: 8, opset_import: ["" : 13, "ai.onnx.ml" : 2, "com.microsoft" : 1]>
        path (float[N,1] x) => (string[N,1] y) {
        z = com.microsoft.Gelu(x)
        y = ai.onnx.ml.LabelEncoder<keys_floats = [0.0, 2.0], values_strings = ["left", "right"], default_string = "none">(z) }""")
    look = "import sys, onnx; from mlweb.graph.normalize import normalize; normalize(onnx.load_from_string(sys.stdin.buffer.read()))"
    where = {"PYTHONPATH": str(ROOT / "template")}
    done = subprocess.run([sys.executable, "-c", look], input=model.SerializeToString(), capture_output=True, env=where, check=False)
    assert done.returncode == 0, done.stderr
    assert run(onnx_file.finalize(normalize.normalize(model)), x=np.array([[0.0], [1.0]], np.float32))[0].tolist() == [["left"], ["none"]]


def test_operators_come_into_their_order():
    model = models.text("""late (float[N,2] x, bool c) => (float[N,2] y) {
        y = If (c) <then_branch = yes () => (float[N,2] a) { a = Neg(half) }, else_branch = no () => (float[N,2] b) { b = Abs(x) }>
        half = Mul(x, quarter)
        quarter = Constant<value = float {0.5}>() }""")
    mended = onnx_file.finalize(normalize.normalize(model))
    assert [node.op_type for node in mended.graph.node] == ["Constant", "Mul", "If"]
    assert run(mended, x=np.array([[2, 4]], np.float32), c=np.array(True))[0].tolist() == [[-1, -2]]


def test_an_output_whose_shape_nobody_knows_gets_it_from_its_rows():
    model = normalize.normalize(trees_alone())
    model.graph.node[1].CopyFrom(helper.make_node("Normalizer", ["p"], ["probabilities"], domain="ai.onnx.ml", norm="L1"))
    model.graph.output[1].type.tensor_type.ClearField("shape")
    model = normalize.normalize(model)
    assert onnx_file.signature(onnx_file.finalize(model)).outputs["probabilities"].dims == [None, None]
    output_shapes.correct(model, [{"label": np.zeros(1, np.int64), "probabilities": np.zeros((1, 2), np.float32)}] * 2)
    assert onnx_file.signature(model).outputs["probabilities"].dims == [None, 2]


def test_a_declared_rank_gives_way_to_that_of_the_rows():
    """Such as [N] of CatBoost's regressors, which give [N, 1]."""
    model = models.text("one (float[N,3] x) => (float[N] y) { y = ReduceMax<axes = [1]>(x) }")
    output_shapes.correct(model, [{"y": np.zeros((1, 1), np.float32)}] * 2)
    assert onnx_file.signature(model).outputs["y"].dims == [None, 1]


@pytest.mark.parametrize("opset", [11, 13])
@pytest.mark.parametrize(("dims", "rest"), [(["N", 1], []), (["N", 1, 3], [3]), (["N", "T"], ["T"])])
def test_a_size_that_is_left_open_stays_when_it_is_1(opset, dims, rest):
    """As PyTorch writes `.squeeze()`, which would take off the rows where there is one."""
    graph = helper.make_graph(
        [helper.make_node("Neg", ["x"], ["inner"]), helper.make_node("Squeeze", ["inner"], ["y"])],
        "squeezed",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, dims)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    model = onnx_file.finalize(normalize.normalize(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)))
    for rows in (1, 2):
        shape = [rows if dim == "N" else rows if dim == "T" else dim for dim in dims]
        wanted = [rows, *(rows if dim == "T" else dim for dim in rest)]
        assert list(run(model, x=np.ones(shape, np.float32))[0].shape) == wanted


@pytest.mark.parametrize(
    ("first", "dims"),
    [
        ("h = MatMul(x, w)", [None, 5]),
        ("h = Gemm(x, w)", [None, 5]),
        ("h = Gemm<transB = 1>(x, turned)", [None, 5]),
        ("h = Gemm<transA = 1>(x, tall)", [None, None]),  # what is open counts what is summed
        ("scaled = Mul(x, mean) h = MatMul(scaled, w)", [None, 5]),
        ("scaled = Mul(x, one) h = MatMul(scaled, w)", [None, None]),  # of any size, as far as its first operator knows
        ("h = MatMul(tall, x)", [None, None]),
        ("given = Neg(w) h = Gemm(x, given, pair)", [None, None]),  # what is added to the product says nothing of what is multiplied
    ],
)
def test_a_size_that_is_left_open_though_weights_tell_it_is_declared(first, dims):
    weights = "float[5,2] w, float[2,5] turned, float[4,3] tall, float[5] mean, float[1] one, float[2] pair"
    model = models.text(f"told (float[N,K] x) => (float[N,M] y) <{weights}> {{ {first} y = Neg(h) }}")
    for info in list(model.graph.value_info):
        shape = [dim.dim_value for dim in info.type.tensor_type.shape.dim]
        model.graph.initializer.append(numpy_helper.from_array(np.ones(shape, np.float32), info.name))
    assert onnx_file.signature(normalize.normalize(model)).inputs["x"].dims == dims
