"""A choice of very many: searched by typing, chosen with the keyboard or the mouse, and never something that was not offered."""

import pytest
from playwright.sync_api import expect

import models_sound
from page_states import assert_fits

pytestmark = pytest.mark.slow


@pytest.fixture
def box(opened):
    return opened(models_sound.chosen, models_sound.CHOSEN).get_by_role("combobox", name="Place")


def options(page) -> list[str]:
    return page.get_by_role("option").all_inner_texts()


def chosen(page):
    return page.locator("[data-output=chosen] data")


def active(page) -> str:
    """The option that the box names as the active one, which is the one marked."""
    found = page.locator(f"[id='{page.get_by_role('combobox').get_attribute('aria-activedescendant')}']")
    expect(found).to_have_attribute("aria-selected", "true")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    return found.inner_text()


def test_few_are_radio_buttons_and_some_are_a_list(opened):
    some = models_sound.CHOSEN.replace(", ".join(models_sound.PLACES), ", ".join(models_sound.PLACES[:30]))
    page = opened(models_sound.chosen, some)
    assert page.locator("[name=place]").evaluate("it => it.localName") == "select"


def test_typing_searches_without_accents_and_case(page, box):
    expect(box).to_have_value("Zug")
    expect(chosen(page)).to_have_text("Zug")
    box.fill("zu")
    assert options(page) == ["Zürich", "Zug"]
    box.fill("ETIENNE")
    assert options(page) == ["Saint-Étienne 🏔️"]
    box.fill("sao p")
    assert options(page) == ["São Paulo"]
    expect(chosen(page)).to_have_text("Zug")
    page.keyboard.press("Enter")
    expect(chosen(page)).to_have_text("São Paulo")
    expect(box).to_have_value("São Paulo")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_the_keyboard(page, box):
    box.focus()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert active(page) == "Zug", "what is chosen"
    page.keyboard.press("ArrowUp")
    assert active(page) == "Zürich"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert active(page) == "Aarhus"
    page.keyboard.press("Enter")
    expect(chosen(page)).to_have_text("Aarhus")
    page.keyboard.type("place 29")  # it was all selected
    assert active(page) == "Place 29" and options(page)[0] == "Place 29" and len(options(page)) == 11
    page.keyboard.press("Escape")
    expect(box).to_have_value("Aarhus")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.fill("place 3")
    page.keyboard.press("Tab")
    expect(box).to_have_value("Aarhus")
    expect(chosen(page)).to_have_text("Aarhus")


def test_what_is_typed_in_full_comes_first(page, box):
    box.fill("man")
    assert options(page) == ["man", "Manchester"]
    page.keyboard.press("Enter")
    expect(chosen(page)).to_have_text("man")


def test_the_mouse(page, box):
    box.click()
    assert len(options(page)) == 200
    expect(page.locator(".search .count")).to_have_text("The first 200 of 308 choices: keep typing to find others.")
    page.get_by_role("option", name="Ærø").click()
    expect(chosen(page)).to_have_text("Ærø")
    expect(box).to_be_focused()


def test_nothing_that_was_not_offered(page, box):
    box.fill("Atlantis")
    assert options(page) == []
    expect(page.locator(".search .count")).to_have_text("No choice matches.")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(box).to_have_value("Zug")
    expect(chosen(page)).to_have_text("Zug")


def test_links_and_reset(page, box):
    box.fill("manch")
    page.keyboard.press("Enter")
    page.wait_for_url("**#1&place=Manchester")
    page.reload()
    expect(box).to_have_value("Manchester")
    page.get_by_role("button", name="Reset").click()
    expect(box).to_have_value("Zug")
    expect(chosen(page)).to_have_text("Zug")


def test_nothing_runs_over_the_edge(page, box):
    box.click()
    assert_fits(page)
