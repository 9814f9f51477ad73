"""A link restores the form as it was, whatever is in it, and says what it could not restore."""

import re

import pytest
from playwright.sync_api import expect
from test_page_traps import ODD_NAMES, odd_names

import models

pytestmark = pytest.mark.slow

TEXT = models.MIXED.replace('city: {kind: choice, choices: [Zürich, "Saint-Étienne 🏔️"]}', "city: {kind: text, default: Bern}")
CLIPBOARD = "() => Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } })"
REFUSING = "() => Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) } })"
ABSENT = "() => Object.defineProperty(navigator, 'clipboard', { value: undefined })"


@pytest.fixture
def linked(page, whole):
    """linked(hash, model, metadata) -> the page of a site, opened by a link."""

    def linked(hash, model=models.linear, metadata=models.LINEAR):
        url = whole(model, metadata)
        page.goto(url + hash)
        page.wait_for_selector("html[data-state=ready]", timeout=30_000)
        return page

    return linked


def y(page) -> str:
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    return page.locator("[data-output=y] data").inner_text()


def address(page, hash: str) -> None:
    expect(page).to_have_url(re.compile(f"/small/{re.escape(hash)}$"))


def test_the_address_holds_what_differs_from_the_defaults(opened):
    page = opened()
    before = page.evaluate("history.length")
    address(page, "")
    page.locator("[name=a]").fill("1,5")
    address(page, "#1&a=1%2C5")
    page.locator("[name=b]").fill("7")
    address(page, "#1&a=1%2C5&b=7")
    page.get_by_role("button", name="Reset").click()
    address(page, "")
    assert page.evaluate("history.length") == before, "the back button still leads away"


def test_a_link_fills_the_form(linked):
    page = linked("#1&a=-3&b=1e0")
    expect(page.locator("[name=a]")).to_have_value("-3")
    expect(page.locator("[name=b]")).to_have_value("1e0")
    expect(page.locator("input[type=range]")).to_have_value("1")
    assert y(page) == "5.00"
    expect(page.locator(".linked")).to_be_hidden()


def test_every_kind_of_field_comes_back(linked):
    page = linked("", models.mixed, models.MIXED)
    page.locator("[type=radio]").nth(1).check()
    page.locator("[name=sunny]").check()
    page.locator("[name=rooms]").fill("-9007199254740991")
    expect(page).to_have_url(re.compile("rooms=-9007199254740991"))
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("[data-output=where] data")).to_have_text("Saint-Étienne 🏔️")
    expect(page.locator("[data-output=sun] data")).to_have_text("Yes")
    expect(page.locator("[data-output=count] data")).to_have_text("-9,007,199,254,740,991")
    expect(page.locator(".linked")).to_be_hidden()


@pytest.mark.parametrize("typed", ["a&b=c#1&d", "50 % + é 🏔️", "two\nlines\n", " ", ""])
def test_any_text_comes_back(linked, typed):
    page = linked("", models.mixed, TEXT)
    page.locator("[name=city]").fill(typed)
    expect(page).to_have_url(re.compile("#1&city="))
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("[name=city]")).to_have_value(typed)
    expect(page.locator(".linked")).to_be_hidden()


def test_any_name_comes_back(linked):
    page = linked("", odd_names, ODD_NAMES)
    page.locator('[name="price.eur €"]').fill("10")
    expect(page).to_have_url(re.compile("#1&price"))
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator('[name="price.eur €"]')).to_have_value("10")


def test_a_refused_value_comes_back_as_typed_and_is_refused(linked):
    page = linked("#1&b=%3Cb%3Emany%3C%2Fb%3E")
    expect(page.locator("[name=b]")).to_have_value("<b>many</b>")
    expect(page.locator("#field-b-refusal")).to_have_text("b: “<b>many</b>” is not a number, such as 12.5.")
    expect(page.locator(".result .values")).to_be_hidden()
    expect(page.get_by_role("button", name="Copy result")).to_be_hidden()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()


def test_a_refused_value_is_in_the_address_too(opened):
    page = opened()
    expect(page.get_by_role("button", name="Copy result")).to_be_visible()
    page.locator("[name=b]").fill("many")
    address(page, "#1&b=many")
    expect(page.get_by_role("button", name="Copy result")).to_be_hidden()


def test_another_link_in_the_same_tab(linked):
    page = linked("#1&a=5")
    assert y(page) == "31.00"
    page.evaluate("location.hash = '#1&b=3'")
    expect(page.locator("[name=a]")).to_have_value("1")
    expect(page.locator("[data-output=y] data")).to_have_text("33.00")
    page.go_back()
    expect(page.locator("[data-output=y] data")).to_have_text("31.00")
    page.evaluate("location.hash = ''")
    expect(page.locator("[data-output=y] data")).to_have_text("23.00")


def test_an_opened_link_is_not_overtaken_by_what_was_typed_before(linked):
    page = linked("#1&a=5")
    page.locator("[name=a]").fill("6")
    page.evaluate("location.hash = '#1&a=7&weight=3'")
    expect(page.locator("[name=a]")).to_have_value("7")
    page.wait_for_timeout(600)
    address(page, "#1&a=7&weight=3")
    expect(page.locator(".linked")).to_have_text("The link names fields that this form does not have: weight.")


def test_a_place_on_the_page_is_no_state_of_the_form(linked):
    page = linked("#1&a=5")
    page.evaluate("location.hash = '#status'")
    page.wait_for_timeout(600)
    expect(page.locator("[name=a]")).to_have_value("5")
    address(page, "#status")


@pytest.mark.parametrize(
    ("hash", "sentence", "a"),
    [
        ("#1&a=5&weight=3&height=2", "The link names fields that this form does not have: weight, height.", "5"),
        ("#2&a=5", "This link was made for another version of this page (2): the form starts with its defaults.", "1"),
        ("#status", "", "1"),
        ("#", "", "1"),
        ("#1", "", "1"),
        ("#1&a=%E0%A4%A", "", "\ufffd%A"),
    ],
)
def test_what_a_link_can_not_do_is_said(linked, hash, sentence, a):
    page = linked(hash)
    expect(page.locator("[name=a]")).to_have_value(a)
    expect(page.locator(".linked")).to_have_text(sentence)
    expect(page.locator(".linked")).to_be_visible(visible=bool(sentence))


def test_a_choice_that_is_not_offered_is_said(linked):
    page = linked("#1&city=Paris&sunny=perhaps", models.mixed, models.MIXED)
    expect(page.locator(".linked")).to_have_text("The link contains values that can’t be chosen here: city=Paris, sunny=perhaps.")
    expect(page.locator("#field-city-refusal")).to_have_text("city is empty: fill it in.")
    page.locator("[type=radio]").first.check()
    expect(page.locator(".linked")).to_be_hidden()


LONG = {
    "value": f"#1&b={'9' * 100_000}",
    "names": "#1&" + "&".join(f"field{at}=1" for at in range(20_000)),
    "version": f"#{'7' * 5000}&a=5",
    "panel": f"?panels={'x' * 5000}",
}


@pytest.mark.parametrize("what", LONG)
def test_a_text_of_any_length_is_cut_before_it_is_shown(page, whole, what):
    url = whole()
    page.goto(url + LONG[what])
    page.wait_for_selector(f"html[data-state={'error' if what == 'panel' else 'ready'}]", timeout=30_000)
    said = page.locator({"value": "#field-b-refusal", "panel": "#status"}.get(what, ".linked"))
    expect(said).to_contain_text("…")
    assert len(said.inner_text()) < 500
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_copy_link(page, opened):
    page.add_init_script(f"({CLIPBOARD})()")
    opened()
    page.locator("[name=b]").fill("many")
    page.get_by_role("button", name="Copy link").click()  # at once: the address itself follows a moment later
    expect(page.locator(".copier [role=status]")).to_have_text("Copied.")
    assert page.evaluate("copied").endswith("/small/#1&b=many")


def test_copy_result(page, opened):
    page.add_init_script(f"({CLIPBOARD})()")
    metadata = models.LINEAR.replace("decimals: 2", "decimals: 2, unit: kg").replace(
        "{kind: number, default: 1}", "{kind: number, default: 1, unit: cm, missing: nan}"
    )
    opened(metadata=metadata)
    page.locator("[name=b]").fill("0,5")
    assert y(page) == "8.00"
    page.get_by_role("button", name="Copy result").click()
    expect(page.locator(".copier [role=status]")).to_have_text("Copied.")
    link = page.url.split("#")[0] + "#1&b=0%2C5"
    assert page.evaluate("copied") == f"Linear\ny: 8.00 kg\n\na: 1 cm\nb: 0,5\n\n{link}"


def test_copy_result_of_choices_and_switches(page, opened):
    page.add_init_script(f"({CLIPBOARD})()")
    opened(models.mixed, models.MIXED.replace("Zürich,", "{value: ZRH, label: Zürich},"))
    page.get_by_role("button", name="Copy result").click()
    expect(page.locator(".copier [role=status]")).to_have_text("Copied.")
    assert page.evaluate("copied") == f"Mixed\nwhere: ZRH\nsun: No\ncount: 3\n\ncity: Zürich\nsunny: No\nrooms: 3\n\n{page.url}"


def test_copy_result_of_classes(page, opened):
    page.add_init_script(f"({CLIPBOARD})()")
    opened(models.softmax, models.SOFTMAX.replace("top: 3", "top: 2"))
    page.get_by_role("button", name="Copy result").click()
    expect(page.locator(".copier [role=status]")).to_have_text("Copied.")
    shares = [each.inner_text().split("\n") for each in page.locator(".bars li").all()]
    assert "probabilities: " + ", ".join(f"{label} {share}" for label, share in shares) in page.evaluate("copied").split("\n")


def test_the_real_clipboard(page, opened, browser_name, context):
    if browser_name != "chromium":
        pytest.skip("only Chromium lets a test read the clipboard")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened()
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".copier [role=status]")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


@pytest.mark.parametrize("clipboard", [REFUSING, ABSENT])
def test_where_copying_is_not_allowed_the_text_is_selected(page, opened, clipboard):
    page.add_init_script(f"({clipboard})()")
    opened()
    page.locator("[name=a]").fill("4")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".copier [role=status]")).to_have_text(re.compile("did not allow copying. The text is selected"))
    box = page.locator(".copier textarea")
    expect(box).to_be_focused()
    selected = box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert selected.endswith("/small/#1&a=4")
