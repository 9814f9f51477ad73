"""The views of the page: tabs by mouse and keyboard, their addresses, what they fetch and keep, and what is in sight at first."""

import re

import pytest
from playwright.sync_api import expect

import first_screen
import full_sites
import models
import models_image
from models_of_each_kind import EACH
from page_states import open_view, settled
from paths import ROOT

pytestmark = pytest.mark.slow

TABULAR = full_sites.TABULAR
PAGE_FINDINGS = (ROOT / "tests/support/page_findings.js").read_text(encoding="utf-8")


def tab(page, name: str):
    return page.locator(f"#tab-{name}")


def shown(page) -> list[str]:
    """The names of the views that are in sight."""
    return [place.get_attribute("id").removeprefix("view-") for place in page.locator("[role=tabpanel]").all() if place.is_visible()]


def test_the_tabs_go_by_the_keyboard(opened):
    page = opened(full_sites.tabular, TABULAR)
    expect(page.get_by_role("tablist")).to_have_accessible_name("Views")
    expect(page.get_by_role("tab", selected=True)).to_have_accessible_name("Try it")
    tab(page, "try").focus()
    for key, there in [("ArrowRight", "explore"), ("End", "use"), ("ArrowRight", "try"), ("ArrowLeft", "use"), ("Home", "try"), ("ArrowRight", "explore")]:
        page.keyboard.press(key)
        expect(tab(page, there)).to_be_focused()
    assert shown(page) == ["try"] and "view=" not in page.url, "arrows open nothing"
    page.keyboard.press("Enter")
    expect(page.locator("#view-explore")).to_be_visible()
    expect(tab(page, "explore")).to_be_focused()
    assert shown(page) == ["explore"]
    assert tab(page, "explore").get_attribute("aria-selected") == "true" and tab(page, "try").get_attribute("aria-selected") == "false"
    assert [tab(page, name).get_attribute("tabindex") for name in ("try", "explore", "rows")] == ["-1", "0", "-1"]
    assert page.locator("#view-explore").get_attribute("aria-labelledby") == "tab-explore"
    page.keyboard.press("Tab")
    expect(page.locator("#view-explore")).to_be_focused()


def test_the_address_names_the_view_and_the_values_go_along(opened):
    page = opened(models.linear)
    box = page.locator("[name=a]")
    open_view(page, "explore")
    assert page.url.endswith("?view=explore") and page.title() == "Explore · Linear · Small things"
    box.fill("5")
    box.blur()
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    assert page.url.endswith("?view=explore#1&a=5")
    open_view(page, "about")
    assert page.url.endswith("?view=about#1&a=5")
    page.go_back()
    expect(page.locator("#view-explore")).to_be_visible()
    assert box.input_value() == "5"
    box.fill("7")
    box.blur()
    page.go_back()
    expect(page.locator("#view-try")).to_be_visible()
    assert box.input_value() == "7" and page.url.endswith("/small/#1&a=7"), "not the values of when the view was left"
    page.go_forward()
    expect(page.locator("#view-explore")).to_be_visible()
    assert box.input_value() == "7" and page.locator("form").count() == 1
    page.reload()
    page.wait_for_selector("html[data-state=ready]")
    assert shown(page) == ["explore"] and box.input_value() == "7"
    page.goto(page.url.replace("a=7", "a=9"))
    expect(box).to_have_value("9")


def test_a_link_leads_to_its_view_and_an_unknown_one_to_the_first(page, whole):
    url = whole()
    page.goto(f"{url}?view=use#1&a=4")
    page.wait_for_selector("html[data-state=ready]")
    assert shown(page) == ["use"]
    expect(page.locator(".embed code").first).to_contain_text('"a":4')
    open_view(page, "try")
    expect(page.locator("[data-output=y] data")).to_have_text("29.00")
    page.goto(f"{url}?view=nonsense")
    page.wait_for_selector("html[data-state=ready]")
    assert shown(page) == ["try"]


def test_a_view_keeps_what_was_done_in_it(opened):
    page = opened(models.linear)
    open_view(page, "rows")
    page.locator(".batch textarea").fill("a,b\n1,2\n")
    expect(page.locator(".batch .job")).to_be_visible()
    open_view(page, "about")
    page.evaluate("scrollTo(0, 300)")
    open_view(page, "rows")
    assert page.locator(".batch .job").is_visible()
    open_view(page, "about")
    assert page.evaluate("scrollY") > 0 and page.locator(".batch").is_hidden()


def test_the_code_of_a_view_is_fetched_once_when_it_is_opened(page, whole):
    url = whole(full_sites.tabular, TABULAR)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def scripts(*panels: str) -> list[str]:
        return sorted(found[1] for each in asked if (found := re.search(r"/panels/([\w-]+)/\1\.js$", each)) and found[1] in panels)

    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    settled(page)
    later = ("what-if", "explain", "batch", "graph", "privacy", "embed", "about", "benchmark")  # without the card, which paper needs: it comes when all is idle
    assert scripts(*later) == []
    open_view(page, "explore")
    assert scripts(*later) == ["explain", "what-if"]
    open_view(page, "rows")
    open_view(page, "explore")
    open_view(page, "rows")
    assert scripts(*later) == ["batch", "explain", "what-if"]


def test_a_view_whose_code_is_lost_says_so_and_comes_at_the_next_try(page, whole, complaints):
    url = whole()
    page.route("**/panels/batch/batch.js", lambda route: route.abort(), times=1)
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    tab(page, "rows").click()
    expect(page.locator("#status .alert")).to_be_visible()
    open_view(page, "try")
    expect(page.locator("#status .alert")).to_be_hidden()
    expect(page.locator("[data-output=y] data")).to_have_text("23.00")
    open_view(page, "rows")
    expect(page.locator(".batch")).to_be_visible()
    expect(page.locator("#status .alert")).to_be_hidden()


def test_a_column_of_panels_and_a_page_of_chosen_ones_have_no_tabs(page, whole):
    url = whole(metadata=models.LINEAR + "page: {panels: [predict, card]}\n")
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    assert page.locator("main > section").count() == 2 and page.locator("[role=tab], [role=tabpanel]").count() == 0
    page.goto(f"{url}?panels=predict,what-if")
    page.wait_for_selector("html[data-state=ready]")
    assert page.locator("main > section.what-if").is_visible() and page.locator("[role=tab]").count() == 0


def test_views_of_ones_own(opened):
    views = "page:\n  views:\n    - {name: form, title: What it says, panels: [predict, card]}\n    - {name: try, panels: [batch]}\n"
    page = opened(metadata=models.LINEAR + views)
    assert [each.get_attribute("aria-label") for each in page.get_by_role("tab").all()] == ["What it says", "Try it"]
    expect(page.locator("#view-form .card")).to_be_visible()
    open_view(page, "try")
    assert page.locator("#view-try > .batch").is_visible()


def test_the_form_and_its_result_stay_beside_the_curves(opened):
    page = opened(models.linear)
    page.set_viewport_size({"width": 1280, "height": 600})
    open_view(page, "explore")
    expect(page.locator(".what-if .charts path.line").first).to_have_attribute("d", re.compile("M"))
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.evaluate("scrollY") > 300
    expect(page.locator("[data-output=y] data")).to_be_in_viewport()
    expect(page.locator("[name=a]")).to_be_in_viewport()


def test_beside_other_panels_a_wide_result_stands_in_one_column_with_the_form(opened):
    page = opened(models_image.found, models_image.FOUND + "page: {views: [{name: try, panels: [predict]}, {name: explore, panels: [predict, explain]}]}\n")
    columns = "each => getComputedStyle(each).gridTemplateColumns.split(' ').length"
    assert page.locator(".predict").evaluate(columns) == 2
    open_view(page, "explore")
    assert page.locator(".predict").evaluate(columns) == 1


def test_the_strip_of_a_phone_never_hides_the_field_that_is_edited(opened):
    page = opened(full_sites.tabular, TABULAR)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "four examples are wider: their row scrolls by itself"
    open_view(page, "explore")
    strip = page.locator(".strip")
    expect(strip).to_contain_text("123.00 CHF")
    fields = page.locator("form :is(input:not([type=range]), select, textarea)")
    for field in fields.all():
        field.focus()
        field.scroll_into_view_if_needed()
        edge = strip.bounding_box() if strip.is_visible() else tab(page, "try").bounding_box()
        box = field.bounding_box()
        assert box["y"] + box["height"] <= edge["y"] + 1, field.get_attribute("name")
    page.locator("[name=a]").fill("1000")
    expect(strip).to_contain_text("1,003.00 CHF")
    page.evaluate("scrollTo(0, 0)")
    strip.click()
    expect(page.locator("[data-output=y]")).to_be_in_viewport()


def test_the_strip_of_a_small_phone_shows_the_whole_result_with_its_unit(opened, page):
    page.set_viewport_size({"width": 320, "height": 640})
    opened(full_sites.tabular, TABULAR.replace("label: Price, unit: CHF", "label: What it is worth, unit: thousand francs"))
    strong = page.locator(".strip strong")
    expect(strong).to_have_text(re.compile(r"123\.00.thousand francs"))
    assert strong.evaluate("each => each.scrollWidth <= each.clientWidth && each.scrollHeight <= each.clientHeight")
    below = page.evaluate("parseFloat(getComputedStyle(document.body).paddingBottom)")
    assert page.locator(".strip").bounding_box()["y"] >= 640 - below, "the end of the page is not under it"


def test_the_strip_says_that_a_long_text_goes_on(opened, page):
    page.set_viewport_size({"width": 320, "height": 640})
    opened(full_sites.tabular, TABULAR.replace("unit: CHF", f"unit: {'francs of a far country ' * 4}"))
    strong = page.locator(".strip strong.sentence")
    assert strong.evaluate("each => each.scrollHeight > each.clientHeight")
    page.evaluate(PAGE_FINDINGS)
    assert not [finding for finding in page.evaluate("looked.hard()") if "ellipsis" in finding]


@pytest.mark.parametrize("kind", EACH)
def test_the_first_screen_is_whole_and_nothing_jumps(page, whole, kind):
    each = EACH[kind]
    url = whole(each.model, re.sub(r"^page:.*\n", "", each.metadata, flags=re.MULTILINE), each.files)
    first_screen.look(page, url, starts_empty=kind in ("tensor", "boxes"))


def test_the_badge_of_a_proven_result_leads_to_the_proof(page, whole):
    url = whole(full_sites.tabular, TABULAR)
    levels = [dict(level, passed=True) for level in full_sites.LEVELS]

    def answer(route):
        response = route.fetch()
        manifest = full_sites.with_facts(response.json())
        route.fulfill(response=response, json=manifest | {"parity": manifest["parity"] | {"levels": levels}})

    page.route("**/manifest.json", answer)
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.get_by_role("button", name="Proven: the same answers as the original model, in 132 of 132 cases").click()
    expect(page.locator(".proof")).to_be_focused()
    expect(page.locator(".proof")).to_be_in_viewport()
    assert shown(page) == ["about"]


def test_nothing_is_called_proven_where_a_comparison_failed(page, whole):
    url = whole(full_sites.tabular, TABULAR)
    page.route("**/manifest.json", lambda route: route.fulfill(json=full_sites.with_facts(route.fetch().json())))
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    assert page.locator(".proven").count() == 0


def test_texts_of_the_recipe_carry_a_mark_until_they_are_edited(page, whole):
    url = whole(metadata=models.LINEAR + "card: {data: Some rows, limits: None at all}\n")
    page.route("**/manifest.json", lambda route: route.fulfill(json=with_card(route.fetch().json(), unedited=["data"])))
    page.goto(f"{url}?view=about")
    page.wait_for_selector("html[data-state=ready]")
    expect(page.locator(".card dd", has_text="Some rows")).to_contain_text("Text of the template, not yet yours")
    assert page.locator(".unedited").count() == 1


def with_card(manifest: dict, **more) -> dict:
    return manifest | {"card": manifest["card"] | more}


def test_the_heading_is_the_models_name_until_a_person_gives_a_title(page, served):
    url, folder = served()
    index = folder / "index.html"
    assert '<h1 id="name">Linear</h1>' in index.read_text(encoding="utf-8"), "there before any script"
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    assert page.locator("h1").inner_text() == "Linear" and page.locator("#brand").inner_text() == "Small things"
    page.route("**/manifest.json", lambda route: route.fulfill(json=untitled(route.fetch().json())))
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    assert page.locator("#brand").is_hidden() and page.title() == "Linear"


def untitled(manifest: dict) -> dict:
    return manifest | {"project": manifest["project"] | {"title": ""}}
