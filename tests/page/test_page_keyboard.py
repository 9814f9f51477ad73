"""The keyboard alone, and what a screen reader is told: every control is reached, seen and operated; every outcome is announced."""

import pytest
from playwright.sync_api import expect

import full_sites
import page_states
from paths import ROOT

pytestmark = pytest.mark.slow

LOOK = (ROOT / "tests/support/page_findings.js").read_text(encoding="utf-8")
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# Where the focus is: its place among what can be operated, -1 for what only scrolls, null for none.
HERE = """() => { const here = looked.focused(); if (!here) return null; here.seen = looked.look(here);
  return { index: window.stops.indexOf(here), words: looked.words(here), uncovered: looked.uncovered(here) }; }"""
PLAIN = """() => { document.activeElement.blur();
  return window.stops.filter((each) => each.seen && looked.look(each) === each.seen).map(looked.words); }"""
# What a key starts is only listened for.
LISTEN = """() => { window.pressed = []; addEventListener('click', (event) => {
  event.preventDefault(); event.stopImmediatePropagation(); window.pressed.push(looked.words(event.composedPath()[0])); }, { capture: true });
  addEventListener('keydown', (event) => { window.keyed = event; }, { capture: true }); }"""
TAKEN = "(words) => window.pressed.length ? window.pressed.join() === words : window.keyed.defaultPrevented"
PRESSED = "() => looked.operable().filter((each) => each.matches('button, a[href], summary, [role=button]'))"


@pytest.fixture
def full(opened):
    """The page of a model with every panel, everything drawn and folded out, the focus at its top."""
    page = opened(full_sites.tabular, full_sites.TABULAR + f"page: {{panels: [{', '.join(full_sites.PANELS)}]}}\n")
    page_states.everywhere(page)
    page_states.unfold(page)
    page.evaluate(f"{LOOK}; document.activeElement.blur(); scrollTo(0, 0)")
    return page


def walked(page, key: str) -> list[dict]:
    """Where the key leads, until it leaves the page."""
    count = page.evaluate("window.stops.length")
    places = []
    while len(places) <= 2 * count + 20:
        page.keyboard.press(key)
        place = page.evaluate(HERE)
        if place is None:
            return places
        places.append(place)
    raise AssertionError(f"{key} is caught at: {places[-3:]}")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_tab_leads_through_everything_and_back(full, size):
    full.set_viewport_size(size)
    full.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")  # scrollers are told apart in the frame after
    full.evaluate("window.stops = looked.operable()")
    there = walked(full, "Tab")
    missed = full.evaluate("(reached) => window.stops.filter((_, index) => !reached.includes(index)).map(looked.words)", [place["index"] for place in there])
    assert not missed, f"not reached: {missed}"
    ours = [place["index"] for place in there if place["index"] >= 0]
    assert ours == sorted(ours), "in the order of the document"
    covered = [place["words"] for place in there if not place["uncovered"]]
    assert not covered, f"under something else while it has the focus: {covered}"
    plain = full.evaluate(PLAIN)
    assert not plain, f"look the same with the focus and without: {plain}"
    full.evaluate("window.stops.at(-1).focus()")
    back = walked(full, "Shift+Tab")
    assert [place["index"] for place in back if place["index"] >= 0][: len(ours) - 1] == ours[-2::-1]


def test_enter_and_space_press_what_can_be_pressed(full):
    full.evaluate(LISTEN)
    count = full.evaluate(f"(window.stops = ({PRESSED})()).length")
    assert count > 10
    for index in range(count):
        words, link = full.evaluate("(index) => { const it = window.stops[index]; it.focus(); return [looked.words(it), it.localName === 'a']; }", index)
        for key in ("Enter",) if link else ("Enter", "Space"):
            full.evaluate("window.pressed.length = 0")
            full.keyboard.press(key)
            assert full.evaluate(TAKEN, words), f"{key} does nothing on {words}"


def test_arrows_and_space_move_what_can_be_moved(full):
    """Sliders, choices and switches of the form: the result follows."""
    for selector, key in {"input[type=range]": "ArrowRight", "input[type=radio]:checked": "ArrowDown", "[role=switch]": "Space", "select": "ArrowDown"}.items():
        control = full.locator(f".predict form {selector}").first
        control.focus()
        run = int(full.locator(".result .live").get_attribute("data-run"))
        full.keyboard.press(key)
        expect(full.locator(".result .live")).not_to_have_attribute("data-run", str(run))
        page_states.settled(full)


# What a screen reader is told: texts that change in live regions that are shown.
HEARD = """() => { window.heard = []; new MutationObserver((changes) => {
  for (const { target } of changes) {
    const element = target.nodeType === 1 ? target : target.parentElement;
    const live = element?.closest('[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], output');
    if (live?.checkVisibility()) window.heard.push(live.innerText);
  } }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['hidden', 'aria-busy'] }); }"""


def heard(page, words: str) -> None:
    """Waits until the words are told."""
    page.wait_for_function("(words) => window.heard.some((text) => text.includes(words))", arg=words, timeout=30_000)
    page.evaluate("window.heard.length = 0")


def test_every_outcome_is_announced(full):
    full.evaluate(HEARD)
    box = full.locator("[name=a]")
    box.fill("200")
    heard(full, "203.00")
    box.fill("many")
    heard(full, "one value needs your attention")
    expect(box).to_have_accessible_description("Where it stands, not where it was made. Height above the sea: “many” is not a number, such as 12.5.")
    box.fill("300")
    heard(full, "303.00")
    full.locator(".batch textarea").first.fill("a,b,c,d,e,f\n1,2,1,true,x,Bern\n")
    heard(full, "1 row")
    full.locator(".batch button.main", has_text="Compute").click()
    heard(full, "computed")
    full.locator(".benchmark button").first.click()
    heard(full, "Measured.")
    full.locator(".graph svg [tabindex]").first.press("Enter")
    heard(full, "Input")
