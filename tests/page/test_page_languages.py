"""The page in French and in two languages: its sentences, its numbers, the contract's own texts, and the choice between them."""

import re

import pytest
from playwright.sync_api import expect

import models

pytestmark = pytest.mark.slow

FRENCH = """schema: 1
name: Linéaire
inputs:
  a: {kind: number, default: 1, label: Premier}
  b: {kind: number, default: 2, min: 0, max: 10}
outputs:
  y: {kind: value, decimals: 2}
page: {language: fr, panels: [predict, batch, card]}
"""
BOTH = """schema: 1
name: {en: Flowers, fr: Fleurs}
description: {en: Which iris is it?, fr: Quel iris est-ce ?}
inputs:
  features:
    label: {en: Measures, fr: Mesures}
    fields:
      sepal_length: {kind: number, unit: cm, default: 5.1, label: {en: Sepal length, fr: Longueur du sépale}, help: {en: In all., fr: En tout.}}
      sepal_width: {kind: number, unit: {en: inches, fr: pouces}, default: 3.5}
      petal_length: {kind: number, default: 1.4}
      petal_width: {kind: number, default: 0.2}
outputs:
  probabilities: {kind: classes, classes: [{en: bristly, fr: soyeux}, versicolor, virginica], top: 3}
examples:
  - {label: {en: A large one, fr: Un grand}, values: {sepal_length: 7}}
card: {limits: {en: Only flowers., fr: Seulement des fleurs.}}
page: {language: [en, fr], panels: [predict, card]}
"""


def words(locator) -> str:
    """What it says, with plain spaces."""
    return re.sub(r"\s", " ", locator.inner_text())


def settled(page):
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")


def ready(page, url):
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=60_000)


def tables(page) -> list[str]:
    """Watch which tables of sentences the page fetches beside those of its first language, which come with it."""
    found = []
    page.on("request", lambda request: found.extend(re.findall(r"/strings/(\w\w)\.js", request.url)))
    return found


def test_a_french_page_from_end_to_end(page, knowing):
    fetched = tables(page)
    knowing(models.linear, FRENCH, {"b": {"min": 1.5, "max": 8.25, "median": 2}})
    assert page.locator("html").get_attribute("lang") == "fr" and page.title() == "Linéaire · Small things"
    assert page.locator(".predict form h2").inner_text() == "Vos valeurs"
    assert page.locator(".languages").count() == 0
    data, box = page.locator("[data-output=y] data"), page.locator("[name=a]")
    assert words(data) == "23,00"
    box.fill("1 234,5")
    settled(page)
    assert words(data) == "2 490,00" and data.get_attribute("value") == "2490"
    box.fill("1,500")
    settled(page)
    assert words(data) == "24,00"

    page.locator("[name=b]").fill("9,5")
    assert words(page.locator("#field-b-hint")) == "Hors de la plage vue à l’entraînement (1,5\u2060–\u20608,25)."
    assert page.get_by_role("slider").input_value() == "9.5"
    page.locator("[name=b]").fill("10,5")
    assert words(page.locator("#field-b-refusal")) == "b : la valeur doit être d’au plus 10."
    assert words(page.locator(".result .note")) == "Pas de résultat : une valeur est à corriger."
    box.fill("beaucoup")
    assert words(page.locator("#field-a-refusal")) == "Premier : « beaucoup » n’est pas un nombre comme 12,5."
    assert words(page.locator(".result .note")) == "Pas de résultat : 2 valeurs sont à corriger."

    given = "a;b\n1 234,5;2\n1,500;0,5\nx;1\n"
    page.locator(".batch input[type=file]").set_input_files({"name": "lignes.csv", "mimeType": "text/csv", "buffer": given.encode()})
    page.locator(".batch button.main", has_text="Calculer 3 lignes").click()
    expect(page.locator(".batch .job > .note")).to_contain_text("2 lignes sur 3 calculées en", timeout=60_000)
    column = page.locator(".batch .results tbody tr td:nth-child(2)")
    assert [words(cell) for cell in column.all()] == ["2 490,00", "9,00", "Premier : « x » n’est pas un nombre comme 12,5."]
    assert fetched == []


def test_what_goes_wrong_is_said_in_french(page, served):
    url, folder = served(metadata=FRENCH)
    [model] = folder.glob("model/*.onnx")
    model.write_bytes(model.read_bytes()[:-9])
    page.goto(url)
    expect(page.get_by_role("alert").filter(visible=True).first).to_contain_text(re.compile(r"Le modèle est endommagé\s: il fait \d+ octets"), timeout=60_000)
    assert page.get_by_role("button", name="Recharger").is_visible()


@pytest.mark.parametrize(("metadata", "said"), [(FRENCH, "Une partie de cette page n’a pas pu être chargée"), (models.LINEAR, "A part of this page could")])
def test_a_page_without_its_sentences_has_words_all_the_same(context, served, metadata, said):
    page = context.new_page()  # Firefox reports the missing file as an uncaught error
    url, folder = served(metadata=metadata)
    [joined] = folder.glob("app-*/joined/first.js")
    joined.unlink()
    page.goto(url)
    expect(page.get_by_role("alert")).to_contain_text(said, timeout=60_000)


def test_a_number_that_the_page_fills_in_has_a_comma_and_in_links_a_point(opened):
    page = opened(metadata=FRENCH.replace("default: 2", "default: 2.5"))
    box = page.locator("[name=b]")
    assert box.input_value() == "2,5" and "#" not in page.url
    box.press("ArrowUp")
    assert box.input_value() == "2,6"
    page.locator("input[type=range]").fill("7.5")
    assert box.input_value() == "7,5"
    expect(page).to_have_url(re.compile("#1&b=7.5$"))
    page.reload()
    page.wait_for_selector("html[data-state=ready]")
    assert box.input_value() == "7,5"
    box.fill("7,25")
    expect(page).to_have_url(re.compile("#1&b=7%2C25$"))


def test_the_menu_keeps_what_the_form_holds(page, whole):
    fetched = tables(page)
    url = whole(models.softmax, BOTH)
    ready(page, url)
    assert fetched == [] and page.locator("html").get_attribute("lang") == "en"
    assert page.locator(".languages [aria-current]").inner_text() == "English"
    page.locator("[name=sepal_length]").fill("6,25")
    page.locator("[name=petal_width]").fill("many")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html[lang=fr]")).to_have_attribute("data-state", "ready", timeout=60_000)
    assert page.locator("[name=sepal_length]").input_value() == "6,25"
    assert "« many » n’est pas un nombre" in words(page.locator("#field-petal_width-refusal"))
    assert page.locator(".languages [aria-current]").inner_text() == "Français" and fetched == ["fr"]
    page.reload()
    expect(page.locator("html[lang=fr]")).to_have_attribute("data-state", "ready", timeout=60_000)
    assert page.locator("[name=sepal_length]").input_value() == "6,25"
    page.get_by_role("link", name="English").focus()
    page.keyboard.press("Enter")
    expect(page.locator("html[lang=en]")).to_have_attribute("data-state", "ready", timeout=60_000)
    assert page.locator("[name=petal_width]").input_value() == "many"


@pytest.mark.browser_context_args(locale="fr-CA")
def test_a_french_browser_gets_french_labels(page, whole):
    url = whole(models.softmax, BOTH)
    ready(page, url)
    assert page.locator("html").get_attribute("lang") == "fr" and page.title() == "Fleurs · Small things"
    assert page.locator("h1").inner_text() == "Fleurs" and page.locator("#lead").inner_text() == "Quel iris est-ce ?"
    assert page.locator(".predict legend").first.inner_text() == "Mesures"
    field = page.locator("[data-field=sepal_length]")
    assert "Longueur du sépale" in field.inner_text() and "En tout." in field.inner_text()
    assert "pouces" in page.locator("[data-field=sepal_width]").inner_text()
    assert "Seulement des fleurs." in page.locator(".card").inner_text()
    settled(page)
    shares = words(page.locator("[data-output=probabilities]"))
    assert "soyeux" in shares and "bristly" not in shares and re.search(r"\d,\d %", shares), shares
    page.get_by_role("button", name="Un grand").click()
    expect(page.locator("[name=sepal_length]")).to_have_value("7")
    page.goto(f"{url}?lang=en")
    expect(page.locator("html[lang=en]")).to_have_attribute("data-state", "ready", timeout=60_000)
    assert page.locator("h1").inner_text() == "Flowers" and "bristly" in page.locator("[data-output=probabilities]").inner_text()


@pytest.mark.browser_context_args(locale="de-DE")
def test_a_browser_of_another_language_gets_the_first(page, whole):
    url = whole(models.softmax, BOTH.replace("[en, fr]", "[fr, en]"))
    ready(page, url)
    assert page.locator("html").get_attribute("lang") == "fr"
    page.goto(f"{url}?lang=xx")
    page.wait_for_selector("html[data-state=ready][lang=fr]", timeout=60_000)


def test_the_element_speaks_the_language_around_it(page, served):
    url, folder = served(models.softmax, BOTH)
    head = '<!doctype html><html lang="en"><title>.</title><script type="module" src="embed.js"></script>'
    (folder / "other.html").write_text(f'{head}<p lang="fr-FR"><ml-model src="./"></ml-model></p>')
    page.goto(f"{url}other.html")
    form = page.locator("ml-model form")
    expect(form.locator("h2")).to_have_text("Vos valeurs", timeout=60_000)
    expect(form.locator("legend").first).to_have_text("Mesures")


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_the_menu_fits(page, whole, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    url = whole(models.softmax, BOTH.replace("{en: Flowers, fr: Fleurs}", "{en: Flowers with rather a long name, fr: Fleurs}"))
    ready(page, url)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
