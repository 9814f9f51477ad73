"""Files of other people whose names or operators look like something that they are not: a draft says no more of them than the graph does."""

import numpy as np
import onnx
import pytest

from mlweb.draft import draft
from mlweb.graph import guess, labelled, picture_values, pixels
from mlweb.graph.onnx_file import TensorInfo

WEIGHTS = ", ".join(str(round(float(each), 3)) for each in np.random.default_rng(0).normal(size=24))
OPSETS = '<ir_version: 8, opset_import: ["" : 17, "ai.onnx.ml" : 3]>'
NUMBERED = {"kind": "classes", "classes": ["class 0", "class 1", "class 2"]}
NAMED = {"kind": "classes", "classes": ["cat", "dog", "bird"]}
PICTURE = """net (uint8[1,32,32,3] picture) => ({}) <float[4,3,1,1] w = {{{}}}, float d = {{255}}> {{
    c = Cast<to = 1>(picture) t = Transpose<perm = [0, 3, 1, 2]>(c) z = Div(t, d) l = Conv(z, w) {} }}"""


def outputs(tmp_path, body: str, labels: str = "", key: str = "labels") -> dict:
    """What a draft shows of a model in ONNX's text form. labels: the names that the file carries, under this key."""
    model = onnx.parser.parse_model(OPSETS + body)
    if labels:
        model.metadata_props.add(key=key, value=labels)
    onnx.save(model, tmp_path / "bought.onnx")
    return draft.draft(tmp_path / "bought.onnx")[0]["outputs"]


def net(given: str, steps: str, size: int) -> str:
    """A graph of a linear layer and what follows it."""
    weights = ", ".join(WEIGHTS.split(", ")[: 4 * size])
    return f"net (float[N,4] x) => ({given}) <float[4,{size}] w = {{{weights}}}> {{ l = MatMul(x, w) {steps} }}"


def test_several_softmaxes_side_by_side_are_not_one(tmp_path):
    steps = """a = Constant<value = int64[3] {-1, 3, 2}>() q = Reshape(l, a) s = Softmax<axis = 2>(q)
        b = Constant<value = int64[2] {-1, 6}>() p = Reshape(s, b)"""
    assert outputs(tmp_path, net("float[N,6] p", steps, 6))["p"]["kind"] == "values"
    assert outputs(tmp_path, net("float[N,6] p", "p = Softmax<axis = 1>(l)", 6))["p"]["kind"] == "classes"


def test_the_first_of_what_is_sorted_is_no_class(tmp_path):
    steps = "s = Softmax<axis = 1>(l) k = Constant<value = int64[1] {3}>() p, ids = TopK<axis = 1>(s, k)"
    assert outputs(tmp_path, net("float[N,3] p, int64[N,3] ids", steps, 3), '["cat", "dog", "bird"]')["p"]["kind"] == "values"


def test_one_list_of_names_for_two_heads_names_neither(tmp_path):
    steps = "species = Softmax<axis = 1>(l) n = Neg(x) m = MatMul(n, w) health = Softmax<axis = 1>(m)"
    found = outputs(tmp_path, net("float[N,3] species, float[N,3] health", steps, 3), '["cat", "dog", "bird"]')
    assert found == {"species": NUMBERED, "health": NUMBERED}
    found = outputs(tmp_path, net("float[N,3] logits, float[N,3] p", "logits = Identity(l) p = Softmax<axis = 1>(l)", 3), '["cat", "dog", "bird"]')
    assert found["p"] == NAMED, "logits and probabilities of the same head"


def test_texts_that_an_input_is_turned_into_name_no_classes(tmp_path):
    steps = """g = ai.onnx.ml.LabelEncoder<keys_strings = ["Rome", "Oslo", "Lima"], values_strings = ["south", "north", "west"]>(city)
        i = ai.onnx.ml.LabelEncoder<keys_strings = ["south", "north", "west"], values_floats = [0.0, 1.0, 2.0]>(g) l = MatMul(i, w) p = Softmax<axis = 1>(l)"""
    head = "net (string[N,1] city) => (float[N,3] p{}) <float[1,3] w = {{0.5, -1.0, 2.0}}> {{ {} }}"
    assert outputs(tmp_path, head.format("", steps))["p"] == NUMBERED
    label = """ n = ArgMax<axis = 1, keepdims = 0>(p)
        label = ai.onnx.ml.LabelEncoder<keys_int64s = [0, 1, 2], values_strings = ["cat", "dog", "bird"], default_string = "cat">(n)"""
    assert outputs(tmp_path, head.format(", string[N] label", steps + label))["p"] == NAMED, "those of the label beside it"


@pytest.mark.parametrize(
    ("name", "dims", "kind"),
    [
        ("input_wave", [1, 16000], "audio"),
        ("waveforms", [1, None], "audio"),
        ("speech", [None, 16000], "audio"),
        ("wavelength_absorbance", [None, 2151], "tensor"),
        ("microwave", [None, 2000], "tensor"),
        ("audio_embedding", [1, 2048], "tensor"),
        ("sound_features", [None, 1024], "tensor"),
        ("speech_mel", [1, 8000], "tensor"),
    ],
)
def test_what_is_computed_from_a_sound_is_none(name, dims, kind):
    assert guess.field(TensorInfo(name, "float32", dims, ""))["kind"] == kind


TURNED = {
    "as it is": "t = Identity(c)",
    "picked": "i = Constant<value = int64[3] {2, 1, 0}>() t = Gather<axis = 3>(c, i)",
    "sliced": """a = Constant<value = int64[1] {-1}>() b = Constant<value = int64[1] {-9223372036854775807}>() t = Slice(c, a, b, a, a)""",
}
MEANS = {
    "of bytes": ("{0}, 116.28, {1}", (123.675, 103.53), "y = Sub(t, m)"),
    "of shares": ("{0}, 0.456, {1}", (0.485, 0.406), "u = Constant<value = float {255.0}>() z = Div(t, u) y = Sub(z, m)"),
    "behind both": (
        "{0}, -2.036, {1}",
        (-2.118, -1.804),
        "u = Constant<value = float[1] {0.0171}>() r = Constant<value_float = 255.0>() q = Div(t, r) z = Mul(q, u) y = Add(z, m)",
    ),
}


@pytest.mark.parametrize("dtype", ["float", "uint8"])
@pytest.mark.parametrize("is_falling", [True, False])
@pytest.mark.parametrize("means", MEANS)
@pytest.mark.parametrize("turn", TURNED)
def test_the_means_of_a_photograph_tell_which_colour_comes_first(tmp_path, turn, means, is_falling, dtype):
    numbers, ends, steps = MEANS[means]
    constant = f"m = Constant<value = float[3] {{{numbers.format(*(ends if is_falling else reversed(ends)))}}}>()"
    found, comments = pictured(tmp_path, f"{dtype}[N,32,32,3] input", f"{TURNED[turn]} {constant} {steps}")
    is_rgb = is_falling == (turn == "as it is")
    assert found == {"kind": "image"} if is_rgb else found == {"kind": "tensor"} and 'order="bgr"' in comments
    last = f"n = Transpose<perm = [0, 2, 3, 1]>(c) {TURNED[turn].replace('(c', '(n')}"
    first, comments = pictured(tmp_path, f"{dtype}[N,3,32,32] input", f"{last} {constant} {steps}")
    assert first == {"kind": "tensor"} and ('order="bgr"' in comments) != is_rgb and "the file does not tell" not in comments


def pictured(tmp_path, port: str, steps: str) -> tuple[dict, str]:
    """What a draft says of a lone input, given how its type and name are written and the steps from its values `c` to `y`, and all its comments."""
    name = port.split()[-1]
    model = onnx.parser.parse_model(f"{OPSETS} seen ({port}) => (float[A,B,C,D] y) {{ c = Cast<to = 1>({name}) {steps} }}")
    onnx.save(model, tmp_path / "seen.onnx")
    drafted, comments = draft.draft(tmp_path / "seen.onnx", is_tried=False)
    return drafted["inputs"][name], "\n".join(comments)


@pytest.mark.parametrize("noted", ["", "Rgb8", "Bgr8"])
@pytest.mark.parametrize("order", [None, "rgb", "bgr"])
def test_what_a_project_made_a_plain_picture_of_is_one_whatever_the_file_notes(tmp_path, order, noted):
    model = onnx.parser.parse_model(f"{OPSETS} seen (float[N,3,32,32] bgr) => (float[N,3,32,32] y) {{ y = Relu(bgr) }}")
    onnx.helper.set_model_props(model, {picture_values.ORDER: noted})
    onnx.save(pixels.with_picture_input(model, order=order), tmp_path / "seen.onnx")
    drafted, comments = draft.draft(tmp_path / "seen.onnx", is_tried=False)
    assert drafted["inputs"] == {"bgr": {"kind": "image"}} and "picture:" not in "".join(comments)


@pytest.mark.parametrize(
    ("port", "steps", "kind"),
    [
        ("uint8[N,8,8,3] planes", "y = Identity(c)", "tensor"),
        ("uint8[N,8,8,3] planes", "u = Constant<value = float {255.0}>() y = Div(c, u)", "image"),
        ("uint8[N,8,8,3] photo", "y = Identity(c)", "image"),
        ("uint8[N,32,32,3] bgr_image", "u = Constant<value = float {255.0}>() y = Div(c, u)", "tensor"),
        ("float[N,32,32,3] hsv", "u = Constant<value = float {255.0}>() y = Div(c, u)", "tensor"),
        ("float[N,32,32,3] labels", "u = Constant<value = float {255.0}>() y = Div(c, u)", "image"),
        ("uint8[N,32,32,3] image", f"{TURNED['picked']} u = Constant<value = float {{255.0}}>() z = Div(t, u) y = Relu(z)", "tensor"),
        ("uint8[N,32,32,3] image", f"u = Constant<value = float {{255.0}}>() d = Div(c, u) {TURNED['sliced'].replace('(c,', '(d,')} y = Relu(t)", "tensor"),
        ("uint8[N,32,32,1] image", f"{TURNED['picked']} u = Constant<value = float {{255.0}}>() y = Div(t, u)", "image"),
        ("uint8[N,32,32,3] image", "a, b, d = Split<axis = 3>(c) z = Concat<axis = 3>(d, b, a) y = Relu(z)", "tensor"),
    ],
)
def test_bytes_are_a_photograph_only_where_something_says_so(tmp_path, port, steps, kind):
    found, comments = pictured(tmp_path, port, steps)
    assert found == {"kind": kind} and (kind == "image" or "may be a picture" in comments)


@pytest.mark.parametrize(
    ("dims", "noted", "field"),
    [
        ("1,T", {}, {"kind": "audio"}),
        ("N,44100", {"sample_rate": "44100"}, {"kind": "audio", "rate": 44100}),
        ("N,16000", {"SR": "44.1 kHz"}, {"kind": "audio", "rate": 44100}),
        ("N,24000", {"sampling_rate": "24000.0 Hz"}, {"kind": "audio", "rate": 24000}),
        ("N,3000", {"sampling_rate": "100"}, {"kind": "tensor"}),  # of an earthquake
        ("N,16000", {"sampling_rate": "fast"}, {"kind": "audio"}),
        *((f"N,{seconds * rate // 10}", {}, {"kind": "tensor"}) for seconds in (3, 10, 25) for rate in (22050, 44100)),
        *((f"N,{samples}", {}, {"kind": "audio"}) for samples in (15600, 16000, 48000, 64600, 480000, 705600)),
    ],
)
def test_a_sound_has_the_rate_that_its_file_says(tmp_path, dims, noted, field):
    model = onnx.parser.parse_model(f"{OPSETS} heard (float[{dims}] waveform) => (float[1,1] y) {{ y = ReduceMax<axes = [1]>(waveform) }}")
    onnx.helper.set_model_props(model, noted)
    onnx.save(model, tmp_path / "heard.onnx")
    drafted, comments = draft.draft(tmp_path / "heard.onnx", is_tried=False)
    assert drafted["inputs"]["waveform"] == field
    said = "16,000 samples a second" if field == {"kind": "audio"} else "no page records" if noted else "may be a sound"
    assert (said in "\n".join(comments)) != ("rate" in field)


@pytest.mark.parametrize(
    ("given", "steps", "kind"),
    [
        ("float[1,4,32,32] masks", "masks = Sigmoid(l)", "tensor"),
        ("float[1,4,32,32] masks", "masks = Softmax<axis = 1>(l)", "mask"),
        ("float[1,4,32,32] masks", "masks = Identity(l)", "tensor"),  # three ways to cut out one thing, say
        ("float[1,4,32,32] segmentation", "segmentation = Identity(l)", "mask"),
        ("int64[1,32,32] mask", "mask = ArgMax<axis = 1, keepdims = 0>(l)", "mask"),
        ("uint8[1,32,32] mask", "m = ReduceMean<axes = [1], keepdims = 0>(t) mask = Cast<to = 2>(m)", "tensor"),
    ],
)
def test_masks_by_themselves_and_shades_of_gray_are_no_classes_of_pixels(tmp_path, given, steps, kind):
    body = PICTURE.format(given, ", ".join(WEIGHTS.split(", ")[:12]), steps)
    assert [shown["kind"] for shown in outputs(tmp_path, body).values()] == [kind]


CODES = "n = ArgMax<axis = 1, keepdims = 0>(l) h = OneHot(n, k, ends) f = MatMul(h, codes) label = Cast<to = 7>(f)"


@pytest.mark.parametrize(
    ("codes", "names", "classes"),
    [
        ("10.0, 20.0, 30.0", "", ["column 1", "column 2", "column 3"]),  # "class 0" would read like another class than 10
        ("0.0, 1.0, 2.0", "", NUMBERED["classes"]),
        ("10.0, 20.0, 20.0", "", NUMBERED["classes"]),  # no label of each class
        ("10.0, 20.0, 30.0", '["cat", "dog", "bird"]', NAMED["classes"]),
        ("10.0, 20.0, 30.0", '["10", "30", "20"]', ["column 1", "column 2", "column 3"]),
        ("10.0, 20.0, 30.0", '["10", "20", "30"]', ["10", "20", "30"]),
    ],
)
def test_probabilities_beside_a_label_that_says_otherwise_have_no_names(tmp_path, codes, names, classes):
    body = net("float[N,3] p, int64[N] label", f"p = Softmax<axis = 1>(l) {CODES}", 3)
    body = body.replace("> {", f", int64 k = {{3}}, float[2] ends = {{0.0, 1.0}}, float[3] codes = {{{codes}}}> {{", 1)
    assert outputs(tmp_path, body, names)["p"] == {"kind": "classes", "classes": classes}


def test_a_label_with_a_threshold_takes_no_names_away(tmp_path):
    steps = """z = ai.onnx.ml.Scaler<offset = [0.0], scale = [0.3]>(l) p = Softmax<axis = 1>(z) one = Constant<value_ints = [1]>()
        two = Constant<value_ints = [2]>() q = Slice(p, one, two, one) low = Constant<value_float = 0.45>() over = Greater(q, low) label = Cast<to = 7>(over)"""
    body = net("float[N,2] p, int64[N,1] label", steps, 2)
    assert outputs(tmp_path, body, '{0: "0", 1: "1"}')["p"]["classes"] == ["0", "1"]


def test_a_label_that_agrees_counts_more_than_a_price_of_each_class():
    likeliest = np.array([0, 1, 2, 0, 1])
    beside = {"label": likeliest + 1, "price": likeliest * 5 + 10}
    computed = {"p": [*np.eye(3)[likeliest]]} | {name: [*each[:, None]] for name, each in beside.items()}
    assert not labelled.called_otherwise(computed, "p", [1, 2, 3])
    del computed["label"]
    assert labelled.called_otherwise(computed, "p", [1, 2, 3])


@pytest.mark.parametrize(
    ("given", "steps", "kind"),
    [
        ("float[N,3] gate, float[N,1] y", "gate = Softmax<axis = 1>(l) e = MatMul(x, w) m = Mul(gate, e) y = ReduceSum(m, axis)", "values"),  # of experts
        ("float[N,3] a, float[N,1] y", "a = Softmax<axis = 1>(l) t = Tanh(l) m = Mul(t, a) y = ReduceSum(m, axis)", "values"),
        ("float[N,3] weights", "e = Exp(l) s = ReduceSum(e, axis) weights = Div(e, s)", "values"),
        ("float[N,3] asset_weights", "asset_weights = Softmax<axis = 1>(l)", "values"),
        ("float[N,3] soil_fractions", "soil_fractions = Softmax<axis = 1>(l)", "values"),
        ("float[N,3] p, float[N,1] y", "p = Softmax<axis = 1>(l) m = Mul(p, value) y = ReduceSum(m, axis)", "classes"),  # the value of each class
        ("float[N,3] p, float[N,1] y", "p = Softmax<axis = 1>(l) g = Log(p) m = Mul(p, g) y = ReduceSum(m, axis)", "classes"),  # how unsure it is
        ("float[N,3] weights, int64[N] label", "weights = Softmax<axis = 1>(l) label = ArgMax<axis = 1, keepdims = 0>(l)", "classes"),
        ("float[N,3] weighty", "weighty = Softmax<axis = 1>(l)", "classes"),
    ],
)
def test_the_parts_of_a_mixture_are_no_classes(tmp_path, given, steps, kind):
    body = net(given, steps, 3).replace("> {", ", int64[1] axis = {1}, float[3] value = {1.0, 5.0, 9.0}> {", 1)
    assert next(iter(outputs(tmp_path, body).values()))["kind"] == kind


def test_named_classes_stay_classes_whatever_the_output_is_called(tmp_path):
    body = net("float[N,3] weights", "weights = Softmax<axis = 1>(l)", 3)
    assert outputs(tmp_path, body, '["cat", "dog", "bird"]')["weights"] == {"kind": "values", "values": ["cat", "dog", "bird"]}, "names of anything"
    assert outputs(tmp_path, body, '["cat", "dog", "bird"]', "classes")["weights"] == NAMED


@pytest.mark.parametrize(
    ("given", "steps", "key", "shown"),
    [
        ("float[N,3] size", "size = Identity(l)", "labels", {"kind": "values", "values": ["cat", "dog", "bird"]}),  # height, width and depth, say
        ("float[N,3] size", "size = Identity(l)", "classes", NAMED | {"scores": True}),
        ("float[N,3] logits", "logits = Identity(l)", "labels", NAMED | {"scores": True}),
        ("float[N,3] size, int64[N] of", "size = Identity(l) of = ArgMax<axis = 1, keepdims = 0>(l)", "names", NAMED | {"scores": True}),
        ("float[N,3] size", "size = Softmax<axis = 1>(l)", "names", NAMED),
        ("float[N,3] size", "size = LogSoftmax<axis = 1>(l)", "names", NAMED | {"scores": True}),
        ("float[N,3] size", "size = Sigmoid(l)", "names", NAMED | {"probabilities": "sigmoid"}),
    ],
)
def test_names_of_anything_are_those_of_classes_where_something_says_so(tmp_path, given, steps, key, shown):
    assert outputs(tmp_path, net(given, steps, 3), '["cat", "dog", "bird"]', key)[given.split()[1].strip(",")] == shown


@pytest.mark.parametrize(
    ("key", "listed", "named"),
    [
        ("class_to_idx", '{"bird": 2, "cat": 0, "dog": 1}', []),
        ("species_names", '["cat", "dog", "bird"]', ["species"]),
        ("species_class_to_idx", '{"bird": 2, "cat": 0, "dog": 1}', ["species"]),
        ("health_labels", '["cat", "dog", "bird"]', ["health"]),
        ("weather_names", '["cat", "dog", "bird"]', []),
    ],
)
def test_names_under_the_key_of_one_head_are_its_own(tmp_path, key, listed, named):
    steps = "species = Softmax<axis = 1>(l) n = Neg(x) m = MatMul(n, w) health = Softmax<axis = 1>(m)"
    found = outputs(tmp_path, net("float[N,3] species, float[N,3] health", steps, 3), listed, key)
    assert [name for name, shown in found.items() if shown == NAMED] == named
    assert key != "class_to_idx" or outputs(tmp_path, net("float[N,3] species", "species = Softmax<axis = 1>(l)", 3), listed, key)["species"] == NAMED


@pytest.mark.parametrize(
    ("given", "twin", "classes"),
    [
        ("float[N,3] p, string[N] label", "x", NAMED["classes"]),  # nothing in the graph leads from the label to p, but they agree
        ("float[N,3] p, string[N] label", "n", NUMBERED["classes"]),
        ("float[N,3] p, string[N] label, float[N,3] l", "x", NUMBERED["classes"]),  # whose label it is, nobody can tell
    ],
)
def test_a_label_that_agrees_in_all_rows_names_the_classes(tmp_path, given, twin, classes):
    steps = f"""p = Softmax<axis = 1>(l) n = Neg(x) t = MatMul({twin}, w) i = ArgMax<axis = 1, keepdims = 0>(t)
        label = ai.onnx.ml.LabelEncoder<keys_int64s = [0, 1, 2], values_strings = ["cat", "dog", "bird"]>(i)"""
    if "l" in given.split():
        steps = steps.replace("p = Softmax<axis = 1>(l)", "m = MatMul(x, w) p = Softmax<axis = 1>(m)")
    assert outputs(tmp_path, net(given, steps, 3))["p"] == {"kind": "classes", "classes": classes}
