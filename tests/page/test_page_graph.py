"""The graph panel: every operator of the model is there to be looked at, by mouse and by keyboard, and nothing is run of its texts."""

import json
import re

import pytest
from playwright.sync_api import expect

import large_graphs
import models
from mlweb.graph import drawing
from page_states import assert_fits

pytestmark = pytest.mark.slow

NET = large_graphs.metadata(16)
SMALL = large_graphs.metadata(3, scores=True)
# Counts the workers: one computes, and one places the boxes, which takes seconds for many.
WORKERS = "window.workers = 0; window.Worker = class extends Worker { constructor(...given) { super(...given); window.workers++; } };"


def leaning():
    """x goes through thirty steps, and meets the sum of many constants at the end only."""
    chain = "\n".join(f"c{at + 1} = Neg(c{at})" for at in range(30))
    stored = "\n".join(f"k{at} = Constant<value = float {{1.0}}>()" for at in range(15))
    return models.text(f"""leaning (float[N,1] x) => (float[N,1] y) {{
        c0 = Abs(x)
        {chain}
        {stored}
        sum = Sum({", ".join(f"k{at}" for at in range(15))})
        y = Add(c30, sum) }}""")


LEANING = """schema: 1
name: Leaning
inputs:
  x: {kind: number, default: 1}
outputs:
  y: {kind: value}
page: {panels: [predict, graph]}
"""


def drawn(page, tab: str = ""):
    """The panel with its picture, scrolled to; in the view with that tab, where there are several."""
    if tab:
        page.locator(f"#tab-{tab}").click()
    panel = page.locator(".graph")
    panel.scroll_into_view_if_needed()
    panel.locator("svg").wait_for(timeout=30_000)
    panel.locator(".frame").scroll_into_view_if_needed()  # where the picture came after the scroll above, it can be below the screen
    return panel


def boxes(panel) -> list[dict]:
    """Place and words of all boxes."""
    words = "[...node.querySelectorAll('text')].map((text) => text.textContent)"
    return panel.locator(".node").evaluate_all(f"nodes => nodes.map((node) => ({{ ...node.getBoundingClientRect().toJSON(), words: {words} }}))")


def fields(panel) -> dict[str, str]:
    """The details that are shown: term -> text."""
    pairs = panel.locator(".details dl > div").evaluate_all("pairs => pairs.map((pair) => [...pair.children].map((part) => part.innerText))")
    return dict(pairs)


def test_the_boxes_are_the_operators_of_the_model(opened):
    panel = drawn(opened(large_graphs.residual, NET))
    graph = large_graphs.residual().graph
    found = boxes(panel)
    assert sorted(box["words"][0] for box in found) == sorted(["features", "probabilities", *(node.op_type for node in graph.node)])
    assert panel.locator("svg .line").count() == 21
    assert found[0]["words"] == ["features", "float32 [N, 16]"]
    assert ["Conv", "float32 [?, 8, 4, 4]"] in [box["words"] for box in found]
    expect(panel.locator(".help").first).to_contain_text("ONNX with ai.onnx 17, IR version 10, made by hand 1.")


def test_boxes_lie_in_layers_and_never_on_each_other(opened):
    panel = drawn(opened(large_graphs.residual, NET))
    found = boxes(panel)
    for index, one in enumerate(found):
        for other in found[index + 1 :]:
            assert one["right"] < other["left"] or other["right"] < one["left"] or one["bottom"] < other["top"] or other["bottom"] < one["top"]
    for start, end in drawing.draw(large_graphs.residual())["lines"]:
        assert found[start]["bottom"] < found[end]["top"], "lines lead down"


def test_the_picture_fills_its_box_up_to_the_edge(opened):
    panel = drawn(opened(large_graphs.residual, NET.split("page:")[0]), tab="about")
    box, tools, frame = (panel.locator(f".content {part}").bounding_box() for part in (":has(> .tools)", ".tools", ".frame"))
    assert frame["y"] == pytest.approx(tools["y"] + tools["height"], abs=1.5)
    assert frame["y"] + frame["height"] == pytest.approx(box["y"] + box["height"], abs=1.5)


def test_what_is_drawn_at_the_top_is_in_the_middle_of_a_narrow_screen(opened, page):
    """A chain, with 15 numbers stored beside its end, which make the picture wide."""
    page.set_viewport_size({"width": 390, "height": 800})
    panel = drawn(opened(leaning, LEANING))
    frame = panel.locator(".frame").bounding_box()
    assert panel.locator("svg").bounding_box()["width"] > 2 * frame["width"]
    first = boxes(panel)[0]
    assert first["words"][0] == "x" and frame["x"] <= first["left"] and first["right"] <= frame["x"] + frame["width"]


def test_a_click_shows_the_details(opened):
    panel = drawn(opened(large_graphs.residual, NET))
    expect(panel.locator(".details")).to_contain_text("Choose a box")
    panel.get_by_role("button", name="Conv, float32 [?, 4, 4, 4]").first.click()
    expect(panel.locator(".details h3")).to_have_text("Conv")
    assert fields(panel) == {
        "Kind": "Operator with weights",
        "Domain": "ai.onnx",
        "Name": "/conv_1",
        "Inputs": "reshape_0 float32 [?, 1, 4, 4]\nstem.weight float32 [4, 1, 3, 3], stored in the file\nstem.bias float32 [4], stored in the file",
        "Outputs": "conv_1 float32 [?, 4, 4, 4]",
        "Attributes": "pads [1, 1, 1, 1]",
    }
    assert panel.locator(".node[aria-current]").count() == 1 and panel.locator("svg .near").count() == 2
    panel.get_by_role("button", name="Input, features").click()
    assert fields(panel) == {"Kind": "Input", "Outputs": "features float32 [N, 16]"}


def test_the_keyboard_leads_everywhere(opened, page):
    panel = drawn(opened(large_graphs.residual, NET))
    panel.locator(".frame").focus()
    page.keyboard.press("Tab")
    focused = panel.locator(".node:focus")
    expect(focused).to_have_attribute("aria-label", "Input, features, float32 [N, 16]")
    for name in ("Reshape", "Conv", "Relu"):
        page.keyboard.press("ArrowDown")
        expect(focused).to_have_attribute("aria-label", re.compile(f"^{name},"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(panel.locator(".details h3")).to_have_text("Conv")
    expect(focused).to_have_attribute("aria-label", re.compile("^Conv,"))
    page.keyboard.press("End")
    expect(focused).to_have_attribute("aria-label", "Output, probabilities, float32 [N, 3]")
    expect(focused).to_be_in_viewport()
    seen = set()
    for _ in range(20):
        seen.add(focused.evaluate("node => [...document.querySelectorAll('.graph .node')].indexOf(node)"))
        page.keyboard.press("ArrowLeft")
    assert len(seen) == 20, "left and right lead to every box"
    page.keyboard.press(" ")
    expect(panel.locator(".details h3")).to_have_text("features")
    page.keyboard.press("Tab")
    assert panel.locator(".node:focus").count() == 0, "the boxes are one stop on the way of the Tab key"


def test_it_can_be_scaled_by_buttons_keys_and_the_wheel(opened, page):
    panel = drawn(opened(large_graphs.residual, NET))
    scale = panel.locator(".scale")
    width = panel.locator("svg").bounding_box()["width"]
    expect(scale).to_have_text("100%")
    panel.get_by_role("button", name="Larger").click()
    expect(scale).to_have_text("130%")
    assert panel.locator("svg").bounding_box()["width"] == pytest.approx(1.3 * width, rel=0.01)
    panel.locator(".frame").press("-")
    expect(scale).to_have_text("100%")
    frame = panel.locator(".frame")
    frame.hover()
    page.mouse.wheel(0, 100)
    expect(scale).to_have_text("100%")
    assert frame.evaluate("frame => new Promise((done) => setTimeout(() => done(frame.scrollTop), 300))") > 0, "without Ctrl the wheel moves it"
    frame.dispatch_event("wheel", {"ctrlKey": True, "deltaY": -500, "bubbles": True, "cancelable": True})
    expect(scale).to_have_text("272%")
    assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
    frame.press("0")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth"), "the whole width is in sight"


def test_the_mouse_moves_it_without_choosing(opened, page):
    panel = drawn(opened(large_graphs.residual, NET))
    box = panel.get_by_role("button", name="Reshape").bounding_box()
    frame = panel.locator(".frame")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=6)
    page.mouse.up()
    assert frame.evaluate("frame => frame.scrollTop") == pytest.approx(60, abs=2)
    expect(panel.locator(".details")).to_contain_text("Choose a box")


def test_it_is_fetched_only_when_it_comes_near(page, whole):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.set_viewport_size({"width": 390, "height": 500})
    url = whole(large_graphs.residual, NET)
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    own = [url for url in fetched if re.search(r"graph\.json|dagre|graph/worker", url)]
    assert page.locator(".graph svg").count() == 0
    drawn(page)
    later = [url for url in fetched if re.search(r"graph\.json|dagre|graph/worker", url)]
    assert not own and {re.search(r"graph\.json|dagre|graph/worker", url)[0] for url in later} == {"graph.json", "dagre", "graph/worker"}


def test_a_large_graph_is_drawn_in_part_and_does_not_freeze_the_page(page, whole):
    url = whole(large_graphs.chain, SMALL)
    page.add_init_script(WORKERS)
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=60_000)
    panel = drawn(page)
    expect(panel.locator("p[role=status]")).to_have_text("Only the first 300 of 1,000 operators are drawn. The table below counts all of them.")
    assert panel.locator(".node").count() == 301
    assert page.evaluate("workers") == 2
    panel.locator("summary").click()
    rows = panel.locator("tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows] == [["Relu", "ai.onnx", "666"], ["Neg", "ai.onnx", "333"], ["Add", "ai.onnx", "1"]]


def test_a_tangled_graph_does_not_freeze_the_page_either(page, whole):
    url = whole(large_graphs.dense, SMALL + "model: {split: off}\n")  # a maximum of 249 is not what most models call: another worker would begin again
    page.add_init_script(WORKERS)
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=60_000)
    panel = drawn(page)
    assert panel.locator(".node").count() == 252
    assert page.evaluate("workers") == 2
    expect(panel.locator("p[role=status]")).to_have_text("The longest lines are drawn only for the chosen box.")
    assert panel.locator(".loose").count() == 0
    panel.get_by_role("button", name="Input, features").click()
    assert panel.locator(".loose").count() > 100


def test_names_stay_text(opened, page):
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
    panel = drawn(opened(large_graphs.hostile, SMALL))
    for node in panel.locator(".node").all():
        node.click()
    panel.get_by_role("button", name="MatMul").click()
    assert fields(panel)["Name"] == f"{large_graphs.HOSTILE}n"
    assert f"{large_graphs.HOSTILE}w float32 [3, 3], stored in the file" in fields(panel)["Inputs"]
    expect(panel.locator(".help").first).to_contain_text(f"made by {large_graphs.HOSTILE}")
    assert panel.locator("img").count() == 0 and not dialogs


def test_what_the_colours_mean_is_told_of_those_that_occur(opened):
    panel = drawn(opened(large_graphs.residual, NET))
    expect(panel.locator(".legend li")).to_have_text(["Input", "Operator", "Operator with weights", "Output"])


def test_the_model_file_can_be_taken_away(opened, page):
    panel = drawn(opened(large_graphs.residual, NET))
    link = panel.get_by_role("link", name=re.compile(r"Download the model file \(7.kB\)"))
    with page.expect_download() as download:
        link.click()
    assert download.value.path().read_bytes() == large_graphs.residual().SerializeToString()


def test_what_can_not_be_fetched_is_said_and_can_be_tried_again(page, served):
    url, folder = served(models.linear, large_graphs.LINEAR)
    (file,) = folder.glob("app-*/graph.json")
    content = file.read_bytes()
    file.unlink()
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    panel = page.locator(".graph")
    panel.scroll_into_view_if_needed()
    expect(panel.locator("p[role=status]")).to_have_text(
        re.compile(r"^The server returned HTTP 404 for the drawing of the graph \(graph\.json\)\. Reload the page")
    )
    file.write_bytes(content.replace(b"Mul", b"Mud"))
    panel.get_by_role("button", name="Try again").click()
    expect(panel.locator("p[role=status]")).to_have_text(re.compile("is damaged: its checksum is wrong"))
    file.write_bytes(content)
    panel.get_by_role("button", name="Try again").click()
    panel.locator("svg").wait_for()
    expect(panel.locator("p[role=status]")).to_have_text("")
    expect(panel.get_by_role("button", name="Try again")).to_be_hidden()
    assert panel.locator(".node").count() == len(json.loads(content)["boxes"]) == 10


def test_a_broken_library_is_said(page, served):
    url, folder = served(models.linear, large_graphs.LINEAR)
    (file,) = folder.glob("runtime/dagre-*.js")
    file.write_text("<!doctype html>")
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.locator(".graph").scroll_into_view_if_needed()
    expect(page.locator(".graph p[role=status]")).to_have_text(re.compile("a web page instead of the part that draws graphs"))


def test_nothing_runs_over_the_edge(opened, page):
    panel = drawn(opened(large_graphs.residual, NET))
    panel.get_by_role("button", name="Conv").first.click()
    expect(panel.locator(".details h3")).to_be_in_viewport()
    panel.locator("summary").click()
    assert_fits(page)
