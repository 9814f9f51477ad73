"""Texts of a list by meaning: the contract's own, and one of the visitor's, whose vectors are made in the page, kept and deleted; as Python ranks them."""

import json
import re

import pytest
from playwright.sync_api import expect
from test_page_accessible import Looks, axe  # noqa: F401
from test_page_batch import compute, saved, take
from test_page_faults import alert_of

import models
from models_nearest import METADATA, TEXTS, best, embedder, files

pytestmark = pytest.mark.slow

ALL = METADATA + "page: {panels: [predict, search, batch], language: [en, fr]}\n"
FELT = ("was so angry of", "feel wonderful today, of", "can't stop")
OWN = [f"{who} {felt} {what}" for who in ("I", "she") for felt in FELT for what in ("the dark", "the wind")]
QUERY = "so angry of the wind"
# Presses a button of the panel as soon as it can be seen: what it ends may be done before a test finds it.
CLICKED = """(name) => new MutationObserver((_, observer) => {
  const button = [...document.querySelectorAll('.search button')].find((each) => each.textContent === name && each.offsetHeight);
  if (button) { observer.disconnect(); button.click(); }
}).observe(document.querySelector('.search'), { subtree: true, childList: true, attributes: true })"""
KEPT = "caches.keys().then((names) => names.filter((name) => name.startsWith('own-list')).length)"


def ranking(place) -> list[tuple[str, float]]:
    """What a list shows: the texts, each with its similarity."""
    return [(row.locator("span").inner_text(), float(row.locator("data").get_attribute("value"))) for row in place.locator(".alike li").all()]


def same(shown: list[tuple[str, float]], wanted: list[tuple[str, float]]) -> None:
    assert [text for text, _ in shown] == [text for text, _ in wanted]
    assert [number for _, number in shown] == pytest.approx([number for _, number in wanted], abs=1e-5)


def give(page, name: str, content: str) -> None:
    page.locator("#search-file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content.encode()})


def test_a_list_of_ones_own_is_searched_as_one_types_and_kept(page, whole, axe):  # noqa: F811
    url = whole(embedder, ALL, files())
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    result, panel, said = page.locator("[data-output=vector]"), page.locator(".search"), page.locator(".search > .note")
    same(ranking(result), best("I feel wonderful today", TEXTS))
    assert result.locator("data").first.inner_text() == "1.00" and "%" not in result.inner_text()
    expect(result.locator(".help")).to_contain_text("The most alike of 6 texts.")
    expect(panel.locator(".found")).to_be_hidden()

    give(page, "odd.csv", "text\n" + "".join(f"text {at}\n" for at in range(100_000)))
    expect(said).to_have_text("It has 100,000 texts, and the page searches at most 20,000. Split the list, or choose a shorter one.")
    give(page, "odd.csv", "number,text\n1,\n")
    expect(said).to_contain_text("There are no texts in it.")
    give(page, "odd.csv", "number,text\n1,so, it\n")
    expect(said).to_contain_text("Row 2 has more cells than the first one names columns.")
    give(page, "odd.csv", 'text\n"so\n')
    expect(said).to_contain_text("A quotation mark in row")

    give(page, "mine.csv", "what,who\n" + "".join(f'"{text}",x\n' for text in [*OWN, OWN[0], " "]))
    expect(said).to_have_text("mine.csv has several columns: which holds the texts?")
    panel.get_by_label("Column with the texts").select_option("what")
    panel.get_by_role("button", name="Search this column").press("Enter")
    expect(said).to_have_text(re.compile(r"^mine\.csv: 12 texts, searched as you type\. Kept in this browser \([\d.]+\sk?B\) until you delete it\.$"))
    same(ranking(panel), best("I feel wonderful today", OWN))
    page.locator("[name=ids]").fill(QUERY)
    expect(panel.locator(".heard")).to_have_text(re.compile(r"\(similarity \d\.\d\d\)$"))
    same(ranking(panel), best(QUERY, OWN))
    same(ranking(result), best(QUERY, TEXTS))
    looks = Looks(page, axe)
    looks.at("a list of one's own")
    looks.nothing()
    page.locator("[name=ids]").fill(" ")
    expect(panel.locator(".found")).to_contain_text("This needs a result: check the values above.")
    assert not ranking(panel), "of what is no longer there"

    page.goto(f"{url}?lang=fr")
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    expect(said).to_contain_text("mine.csv : 12 textes, la recherche suit votre saisie. La liste est gardée dans ce navigateur")
    same(ranking(panel), best("I feel wonderful today", OWN))
    assert page.evaluate(KEPT) == 1
    panel.get_by_role("button", name="Supprimer cette liste").press("Enter")
    expect(page.locator("#search-file")).to_be_focused()
    expect(panel.locator(".found")).to_be_hidden()
    assert page.evaluate(KEPT) == 0

    many = [f"the wind was so angry {at}" for at in range(6000)]
    page.evaluate(CLICKED, "Arrêter")
    give(page, "many.txt", "\n".join(many))
    expect(said).to_have_text(re.compile(r"^Arrêté : la recherche ne porte que sur les [\d\s]+ premiers de 6\s000 textes\.$"))
    assert len(ranking(panel)) == 3 and page.evaluate(KEPT) == 0
    panel.get_by_role("button", name="Continuer").click()
    expect(said).to_contain_text("many.txt : 6 000 textes, la recherche", timeout=60_000)


def test_a_column_of_texts_has_the_closest_of_the_list_beside_it(page, whole):
    url = whole(embedder, ALL, files())
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    asked = [QUERY, "wonderful", "Zürich 東京"]
    take(page, "What was said\n" + "".join(f'"{text}"\n' for text in asked))
    assert "3" in compute(page)
    head, *rows = saved(page)
    assert head[1:] == ["vector", "vector_similarity", "vector_2", "vector_2_similarity", "vector_3", "vector_3_similarity"]
    for text, row in zip(asked, rows, strict=True):
        same([(row[at], float(row[at + 1])) for at in (1, 3, 5)], best(text, TEXTS))


def test_a_list_that_is_missing_on_the_host_is_said(page, served, complaints):
    url, folder = served(embedder, ALL, files())
    [file] = folder.glob("model/items-*.json")
    file.unlink()
    assert "The server returned HTTP 404 for the list of texts." in alert_of(page, url)
    complaints.clear()


def test_a_list_is_part_of_the_site_and_kept_for_the_next_visit(made):
    site = made(embedder, ALL, files())
    [manifest] = site.glob("app-*/manifest.json")
    about = json.loads(manifest.read_bytes())
    assert "model/items-" in " ".join(about["keep"])
    assert about["form"]["outputs"][0]["items"].keys() == {"sha256", "count", "url", "bytes"}
    [other] = made(models.linear, models.LINEAR).glob("app-*/manifest.json")
    assert "outputs/nearest" not in " ".join(json.loads(other.read_bytes())["keep"])
