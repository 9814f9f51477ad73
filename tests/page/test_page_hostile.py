"""Texts that mean harm in every place where the page shows one: nothing of them runs, nothing leaves, and they come back as they are."""

import csv
import io
import json
import re
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import expect

import full_sites
import models
import page_states
from hostile_text import ONE_LINE, PAYLOADS, TEXTS, examples

pytestmark = pytest.mark.slow

EACH, MANY = 50, 125  # texts in one go
SHOWN = {"label", "help", "unit", "title", "description", "data", "license", "limits", "contact", "author", "baseline", "metrics_on"}
ECHO = """schema: 1
name: Echo
inputs:
  city: {kind: text, missing: empty, default: ""}
  sunny: {kind: toggle}
  rooms: {kind: integer, default: 3}
outputs:
  where: {kind: value}
page: {panels: [predict, batch, feedback, embed]}
"""
HARMED = """() => [...(window.pwned ? ['a script ran'] : []), ...[...document.querySelectorAll('*')].flatMap((element) =>
  [...element.attributes].filter(({ name, value }) => name.startsWith('on') || /href|src|action/.test(name) && /^\\s*javascript:/i.test(value))
    .map(({ name }) => `${element.localName} ${name}`))]"""


@pytest.fixture
def watched(page):
    """The page, and where it asked for something."""
    page.asked = set()
    page.on("request", lambda request: page.asked.add(urlsplit(request.url).netloc))
    page.on("dialog", lambda dialog: page.asked.add("a dialog"))
    return page


def unharmed(page) -> None:
    """Nothing ran that is not the page's own, nothing was asked of others, and the page goes on."""
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    assert page.evaluate(HARMED) == []
    assert page.asked - {""} == {urlsplit(page.url).netloc}


def replaced(node, texts):
    """The manifest with every text that is only shown taken from `texts`."""
    if isinstance(node, dict):
        return {key: next(texts) if key in SHOWN and isinstance(value, str) else replaced(value, texts) for key, value in node.items()}
    return [replaced(each, texts) for each in node] if isinstance(node, list) else node


def endless(texts):
    while True:
        yield from texts


def test_labels(watched, served):
    url, folder = served(full_sites.tabular, full_sites.TABULAR + f"page: {{panels: [{', '.join(full_sites.PANELS)}]}}\n")
    [path] = folder.glob("app-*/manifest.json")
    manifest = full_sites.with_facts(json.loads(path.read_text(encoding="utf-8")))

    @examples(250, each=MANY)  # each time a page with all panels is opened and gone through
    @given(st.lists(ONE_LINE, min_size=MANY, max_size=MANY))
    @example(PAYLOADS)
    @example(["<b>" * 21_000])
    def hold(texts):
        changed = replaced(manifest, endless(texts))
        changed["page"]["name"] = texts[0]
        changed["examples"] = [{"label": text, "values": {}} for text in texts]
        [classes] = [output for output in changed["form"]["outputs"] if output["kind"] == "classes"]
        classes["classes"] = (texts * 3)[:3]
        path.write_text(json.dumps(changed), encoding="utf-8")
        watched.goto(url)
        watched.wait_for_selector("html[data-state=ready]", timeout=60_000)
        page_states.everywhere(watched)
        page_states.unfold(watched)
        assert watched.locator(".examples button").first.text_content() == texts[0]
        unharmed(watched)

    hold()


def test_links(watched, whole):
    url = whole(models.mixed, ECHO.replace("where: {kind: value}", "where: {kind: text}"))
    watched.goto(url)

    @examples(each=EACH)
    @given(st.lists(st.tuples(TEXTS, TEXTS), min_size=EACH, max_size=EACH), TEXTS)
    @example([("city", payload) for payload in PAYLOADS], "x")
    @example([("city", "x" * 65_536)], "x")
    @example([("city", "two\r\nlines\rand a third\n")], "x")
    def hold(pairs, raw):
        for fragment in (f"1&{urlencode(pairs)}", raw, f"1&city={quote(pairs[-1][1])}"):
            watched.evaluate("(fragment) => { location.hash = fragment; }", fragment)
        expect(watched.locator("[name=city]")).to_have_value(re.sub("\r\n?", "\n", pairs[-1][1]))  # how a box of several lines has it
        unharmed(watched)

    watched.wait_for_selector("html[data-state=ready]", timeout=60_000)
    hold()


def test_cells(watched, whole, tmp_path):
    url = whole(models.mixed, ECHO)
    watched.goto(url)
    watched.wait_for_selector("html[data-state=ready]", timeout=60_000)
    numbers = iter(range(100_000))

    @examples(each=EACH)
    @given(st.lists(TEXTS.filter(lambda text: "\0" not in text), min_size=EACH, max_size=EACH))
    def hold(texts):
        sheet = io.StringIO(newline="")
        csv.writer(sheet).writerows([["city", "sunny", "rooms"], *([text, "true", "3"] for text in texts)])
        path = tmp_path / f"{next(numbers)}.csv"
        path.write_text(sheet.getvalue(), encoding="utf-8", newline="")
        watched.locator(".batch input[type=file]").set_input_files(path)
        watched.locator(".batch button.main", has_text="Compute").click()
        expect(watched.locator(".batch .job > .note")).not_to_be_empty(timeout=60_000)
        with watched.expect_download() as download:
            watched.locator(".batch .results button.main").click()
        rows = list(csv.reader(io.StringIO(download.value.path().read_bytes().decode("utf-8-sig"), newline="")))
        even = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]  # all ends of lines become one kind
        assert [row[0] for row in rows[1:]] == even, "what came in goes out as it was"
        for text, row in zip(even, rows[1:], strict=True):
            assert row[3] in (text, f"'{text}") and not row[3].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
        unharmed(watched)

    hold()


def test_attributes(watched, served):
    """<ml-model> with hostile values, on a page of the same origin."""
    url, folder = served(models.mixed, ECHO)
    (folder / "around.html").write_text(
        '<!doctype html><html lang="en" data-state="ready"><title>Around</title><script type="module" src="embed.js"></script><body>'
    )
    watched.goto(f"{url}around.html")
    watched.evaluate("(src) => { const model = document.createElement('ml-model'); model.setAttribute('src', src); document.body.append(model); }", url)
    box = watched.locator("ml-model [name=city]")
    expect(box).to_be_visible(timeout=60_000)

    @examples(each=EACH)
    @given(st.lists(ONE_LINE, min_size=EACH, max_size=EACH))
    @example(PAYLOADS)
    def hold(texts):
        for_all = """(texts) => { const model = document.querySelector('ml-model');
            for (const text of texts) { model.setAttribute('values', text); model.setAttribute('values', JSON.stringify({ [text]: text, city: text })); } }"""
        watched.evaluate(for_all, texts)
        watched.evaluate("(city) => { document.querySelector('ml-model').values = { city }; }", "the end")
        expect(box).to_have_value("the end")
        unharmed(watched)

    hold()
