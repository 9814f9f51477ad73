"""A network of a thousand classes whose names stand in a file: from a dropped picture to the five likeliest, by name."""

import gzip
import io
import json

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper
from PIL import Image
from playwright.sync_api import expect
from test_page_image import transfer

import models
from mlweb.contract import check
from mlweb.errors import UserError

CLASSES, TOP = 1000, 5
NAMES = [f"thing {index}, also called Ærø-{index * 7919 % 1000}" for index in range(CLASSES)]
NAMES[134] = NAMES[517] = "crane"  # the bird and the machine: two classes may have one name
METADATA = """schema: 1
name: A thousand things
task: classification
inputs:
  picture: {kind: image, label: Picture}
outputs:
  shares: {kind: classes, label: It is probably, classes: labels.txt, top: 5}
"""
PICTURES = {"wide": (90, 160), "tall": (333, 40), "small": (3, 2)}
# Counts every node that comes into the result, those inside others too.
COUNTED = """() => { window.added = 0;
  const count = (node) => 1 + Array.from(node.childNodes, count).reduce((sum, each) => sum + each, 0);
  new MutationObserver((records) => { for (const { addedNodes } of records) for (const node of addedNodes) window.added += count(node); })
    .observe(document.querySelector('[data-output=shares]'), { childList: true, subtree: true }); }"""


def network() -> onnx.ModelProto:
    """A picture of any size, scaled inside the graph, and a layer of random weights: [1, 1000] probabilities."""
    model = onnx.parser.parse_model("""<ir_version: 10, opset_import: ["" : 18]>
    network (uint8[height,width,3] picture) => (float[1,1000] shares) {
        floats = Cast<to = 1>(picture)
        channels = Transpose<perm = [2, 0, 1]>(floats)
        first = Constant<value_ints = [0]>()
        one = Unsqueeze(channels, first)
        sizes = Constant<value_ints = [1, 3, 8, 8]>()
        scaled = Resize<mode = "linear", antialias = 1>(one, , , sizes)
        mean = Constant<value = float {127.5}>()
        centred = Sub(scaled, mean)
        unit = Div(centred, mean)
        seen = Flatten(unit)
        logits = MatMul(seen, weights)
        shares = Softmax<axis = 1>(logits) }""")
    weights = np.random.default_rng(0).normal(0, 0.3, (192, CLASSES)).astype(np.float32)
    model.graph.initializer.append(numpy_helper.from_array(weights, "weights"))
    return model


def labels(names: list[str] = NAMES, encoding: str = "utf-8", end: str = "\n") -> bytes:
    return (end.join(names) + end).encode(encoding)


def picture(name: str) -> tuple[np.ndarray, bytes]:
    """A smooth picture, and the PNG file of it."""
    height, width = PICTURES[name]
    corners = np.random.default_rng(list(PICTURES).index(name)).integers(0, 256, (3, 3, 3), dtype=np.uint8)
    pixels = np.array(Image.fromarray(corners).resize((width, height), Image.Resampling.BICUBIC))
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return pixels, file.getvalue()


@pytest.fixture
def site(opened):
    return opened(network, METADATA, {"labels.txt": labels()})


def dropped(page, name: str) -> list[tuple[str, float]]:
    """Drop a picture and wait for its result; the five likeliest classes as native onnxruntime has them."""
    pixels, file = picture(name)
    page.locator(".source").dispatch_event("drop", {"dataTransfer": transfer(page, file, f"{name}.png")})
    expect(page.locator("[data-field=picture] figcaption")).to_have_text(f"{pixels.shape[1]} × {pixels.shape[0]} pixels")
    session = onnxruntime.InferenceSession(network().SerializeToString())
    shares = session.run(None, {"picture": pixels})[0][0]
    best = np.argsort(-shares, kind="stable")[:TOP]
    return [(NAMES[index], float(shares[index])) for index in best]


@pytest.mark.slow
def test_a_dropped_picture_shows_the_likeliest_by_name(site):
    bars = site.locator("[data-output=shares] .bars li")
    for name in PICTURES:
        wanted = dropped(site, name)
        assert len({round(share, 4) for _, share in wanted}) == TOP, "a test that could not tell their order"
        expect(bars.locator("span"), name).to_have_text([label for label, _ in wanted])
        expect(bars.locator("data"), name).to_have_text([f"{100 * share:.1f}%" for _, share in wanted])
        values = [float(value) for value in bars.locator("data").evaluate_all("all => all.map(each => each.value)")]
        np.testing.assert_allclose(values, [share for _, share in wanted], rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_a_result_touches_five_bars_only(site):
    [(first, _), *_] = dropped(site, "wide")
    expect(site.locator("[data-output=shares] .bars li span").first).to_have_text(first)
    before = site.evaluate("document.querySelectorAll('*').length")
    site.evaluate(COUNTED)
    [(second, _), *_] = dropped(site, "tall")
    assert second != first
    expect(site.locator("[data-output=shares] .bars li span").first).to_have_text(second)
    row = 6  # the item, its name, number and bar, and two texts
    assert 0 < site.evaluate("window.added") <= TOP * row
    assert site.evaluate("document.querySelectorAll('*').length") == before
    assert site.locator("[data-output=shares] *").count() < 50


@pytest.mark.slow
def test_each_name_travels_once(made):
    folder = made(network, METADATA, {"labels.txt": labels()})
    [path] = folder.glob("app-*/manifest.json")
    manifest = path.read_bytes()
    [output] = json.loads(manifest)["form"]["outputs"]
    assert output["classes"] == NAMES
    sent = b"".join(file.read_bytes() for file in folder.rglob("*") if file.suffix in (".json", ".html", ".js", ".webmanifest"))
    assert sent.count(f'"{NAMES[7]}"'.encode()) == 1
    assert not list(folder.rglob("labels*"))
    assert len(manifest) < len(labels()) + 40_000 and len(gzip.compress(manifest)) < 20_000


def found(folder, content: bytes | None, metadata: str = METADATA) -> list[str]:
    """What check says of a project with this file of names."""
    root = models.project(folder, network(), metadata)
    if content is not None:
        (root / "labels.txt").write_bytes(content)
    with pytest.raises(UserError) as problems:
        check.check(root)
    return problems.value.sentences


WRONG = {
    "one too few": (labels(NAMES[1:]), "outputs.shares: 999 classes are listed in labels.txt, but the model gives 1000 columns (float32 [1, 1000])"),
    "one too many": (labels([*NAMES, "more"]), "outputs.shares: 1001 classes are listed in labels.txt, but the model gives 1000 columns"),
    "a gap": (labels([*NAMES[:500], "  ", *NAMES[500:]]), "outputs.shares.classes: line 501 of labels.txt is empty: write the name of a class on each line."),
    "nothing": (b"", "outputs.shares.classes: line 1 of labels.txt is empty"),
    "another encoding": (labels(encoding="latin-1"), "outputs.shares.classes: labels.txt is not UTF-8 text: save it with that encoding."),
    "no file": (None, 'outputs.shares.classes: there is no file "labels.txt": give a list of names, or the path of a text file with one name a line.'),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_of_names_gets_one_sentence(tmp_path, what):
    content, sentence = WRONG[what]
    [said] = found(tmp_path, content)
    assert said.startswith(f"metadata.yml:7: {sentence}"), said


@pytest.mark.parametrize("content", [labels(), labels(end="\r\n"), labels(encoding="utf-8-sig"), labels() + b"\n\n"])
def test_names_are_read_as_editors_save_them(tmp_path, content):
    root = models.project(tmp_path, network(), METADATA)
    (root / "labels.txt").write_bytes(content)
    contract, *_ = check.check(root)
    assert contract.outputs["shares"].classes == NAMES


def test_names_of_boxes_may_stand_in_a_file_too(tmp_path):
    model = models.text("""boxed (float[N,1] x) => (float[2,4] boxes, float[2] scores, int64[2] labels)
        <float[2,4] corners = {0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0}, float[2] sure = {0.9, 0.5}, int64[2] which = {0, 1}> {
        unused = Identity(x)
        boxes = Identity(corners)
        scores = Identity(sure)
        labels = Identity(which) }""")
    metadata = (
        "schema: 1\nname: x\ninputs:\n  x: {kind: number, default: 1}\noutputs:\n  boxes: {kind: boxes, scores: scores, labels: labels, classes: n.txt}\n"
    )
    root = models.project(tmp_path, model, metadata)
    (root / "n.txt").write_text("cat\ndog\n", encoding="utf-8")
    contract, *_ = check.check(root)
    assert contract.outputs["boxes"].classes == ["cat", "dog"]
