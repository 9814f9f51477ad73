"""Every panel, in every state, for everybody: the rules of WCAG, any width, legible texts, no motion, the keyboard alone, a screen reader."""

from functools import cache, partial

import pytest
from playwright.sync_api import expect

import full_sites
import language_models
import models
import page_states
from carried_cases import carrying
from mlweb.contract.views import STANDARD
from mlweb.proof import synthetic_rows
from paths import ROOT

pytestmark = pytest.mark.slow

LOOK = (ROOT / "tests/support/page_findings.js").read_text(encoding="utf-8")
DESKTOP, PHONE = 1280, 390
WIDTHS = (320, PHONE, 768, 2560, DESKTOP)  # the last is what the further rules are asked of
OF_WIDTH = ["color-contrast", "target-size", "scrollable-region-focusable"]  # the rules that a page may keep in one width and break in another
OF_COLOURS = ["color-contrast"]  # those that it may break in the dark alone
OF_WORDS = [  # those that it may break in one language alone: of names, of the language said to be spoken, of what grows with the words
    *(f"aria-{role}-name" for role in ("command", "dialog", "input-field", "meter", "progressbar", "toggle-field", "tooltip", "treeitem")),
    *("area-alt", "button-name", "image-alt", "image-redundant-alt", "input-button-name", "input-image-alt", "link-name", "object-alt", "role-img-alt"),
    *("select-name", "summary-name", "svg-img-alt", "label", "label-title-only", "frame-title", "frame-title-unique", "landmark-unique"),
    *("document-title", "empty-heading", "empty-table-header", "table-duplicate-name", "html-has-lang", "html-lang-valid", "valid-lang"),
    *("target-size", "scrollable-region-focusable"),
]
PAGE = "page: {{panels: [{}], language: {}}}\n"


@pytest.fixture(scope="session")
def axe(node_modules) -> str:
    return (node_modules / "axe-core/axe.min.js").read_text(encoding="utf-8")


@cache
def proving(model, metadata: str) -> dict[str, bytes]:
    """The cases of a model, as few as of one that is slow: its page tells no more of them than their number, in any language."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic_rows, "TIMEOUT_SECONDS", 0)
        return carrying(model, metadata)


@pytest.fixture
def visited(page, whole):
    """visited(model, metadata) -> the page of a model that was trained and proven, ready."""

    def visited(model, metadata: str, panels, language: str = "en"):
        def answer(route):
            response = route.fetch()
            route.fulfill(response=response, json=full_sites.with_facts(response.json()))

        cases = proving(model, metadata) if {"card", "benchmark"} & set(panels) else None
        url = whole(model, metadata + PAGE.format(", ".join(panels), language), cases)
        page.route("**/manifest.json", answer)
        page.goto(url)
        page.wait_for_selector("html[data-state=ready]", timeout=30_000)
        return page

    return visited


class Looks:
    """What is wrong with a page, state by state."""

    def __init__(self, page, axe: str):
        self.page, self.axe = page, axe
        self.found: dict[str, list[str]] = {}  # finding -> where it was

    def at(self, state: str, again: bool = False) -> None:
        """Look at the page as it is now, in all sizes and schemes; it is left as a desktop in the light.

        again: where the same state is seen in another language too: words change widths and names, neither colours nor what elements there are.
        """
        if not self.page.evaluate("Boolean(window.looked)"):
            self.page.evaluate(f"{LOOK}\n{self.axe}; undefined")
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.ask(f"{state}, {width} px", "looked.shape()")
            if not again and width == PHONE:
                self.ask(f"{state}, {width} px", f"looked.rules({OF_WIDTH})")
        if again:
            self.ask(f"{state}, {DESKTOP} px", f"looked.rules({OF_WORDS})")
            return
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.ask(f"{state}, {DESKTOP} px, less motion", "[...await looked.rules(), ...looked.motion()]")
        self.page.emulate_media(color_scheme="dark")
        self.ask(f"{state}, dark", f"looked.rules({OF_COLOURS})")
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference", forced_colors="active")
        self.ask(f"{state}, forced colours", f"looked.rules({OF_COLOURS})")
        self.page.emulate_media(forced_colors="none")

    def ask(self, where: str, what: str) -> None:
        for finding in self.page.evaluate(f"async () => {what}"):
            self.found.setdefault(finding, []).append(where)

    def nothing(self) -> None:
        """Fails with every finding there was."""
        lines = [f"{finding}\n    {'; '.join(dict.fromkeys(places))}" for finding, places in self.found.items()]
        assert not lines, "\n".join(lines)


@pytest.fixture
def looks(page, axe):
    return Looks(page, axe)


@pytest.mark.parametrize("language", full_sites.LANGUAGES)
@pytest.mark.parametrize("panel", full_sites.PANELS)
def test_a_panel_in_all_its_states(visited, looks, panel, language):
    page = visited(full_sites.tabular, full_sites.TABULAR, dict.fromkeys(["predict", panel]), language)
    for state in page_states.states(page, panel):
        looks.at(f"{panel}, {state}", again=language != full_sites.LANGUAGES[0])
    looks.nothing()


@pytest.mark.parametrize("language", full_sites.LANGUAGES)
def test_all_kinds_and_all_panels_on_one_page(visited, looks, language):
    page = visited(full_sites.media, full_sites.MEDIA, full_sites.PANELS, language)
    for state in page_states.of_media(page):
        looks.at(state, again=language != full_sites.LANGUAGES[0])
    looks.nothing()


@pytest.mark.parametrize("language", full_sites.LANGUAGES)
def test_words_in_all_their_states(page, served, looks, language):
    url, folder = served(language_models.successors, language_models.CHAT_METADATA + PAGE.format("predict, about", language), language_models.FILES)
    for state in page_states.of_words(page, url, partial(language_models.slow, folder)):
        looks.at(state, again=language != full_sites.LANGUAGES[0])
    looks.nothing()


def test_every_view_of_the_page(page, whole, looks):
    url = whole(full_sites.tabular, full_sites.TABULAR)
    page.route("**/manifest.json", lambda route: route.fulfill(json=full_sites.with_facts(route.fetch().json())))
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    for view in STANDARD:
        page_states.open_view(page, view)
        looks.at(f"the view {view}")
    looks.nothing()


def test_scores_in_place_of_probabilities(page, whole, looks):
    page.goto(whole(models.scores, models.SCORES))
    page.wait_for_selector("html[data-state=ready] [data-output=p] .share")
    looks.at("scores")
    looks.nothing()


def test_the_page_before_and_after_the_model_came(page, served, looks):
    url, folder = served(full_sites.tabular, full_sites.TABULAR + PAGE.format("predict, card", "en"))
    waiting = []
    page.route("**/model/*.onnx", lambda route: waiting.append(route))
    page.goto(url)
    expect(page.locator(".loading")).to_be_visible()
    looks.at("loading")
    waiting[0].abort()
    expect(page.locator("#status .alert")).to_be_visible(timeout=30_000)
    page_states.unfold(page)
    looks.at("an alert")
    page.goto(f"{url}no/such/page")
    looks.at("404")
    looks.nothing()


def test_the_element_on_a_page_of_others(page, served, looks):
    panels = ", ".join(panel for panel in full_sites.PANELS)
    url, folder = served(full_sites.tabular, full_sites.TABULAR + PAGE.format(panels, "en"))
    host = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Elsewhere</title><link rel="icon" href="data:,">
        <meta name="color-scheme" content="light dark"><main><h1>Elsewhere</h1>
        <ml-model src="{url}" panels="{panels.replace(",", "")}"></ml-model></main><script type="module" src="{url}embed.js"></script>"""
    (folder / "elsewhere.html").write_text(host, encoding="utf-8")
    page.goto(f"{url}elsewhere.html")
    expect(page.locator("ml-model .big").first).not_to_be_empty(timeout=30_000)
    page_states.settled(page)
    looks.at("embedded")
    page.locator("ml-model [name=a]").fill("many")
    expect(page.locator("ml-model .refusal").filter(visible=True).first).to_be_visible()
    looks.at("embedded, refused")
    looks.nothing()
