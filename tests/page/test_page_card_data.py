"""What a model was trained on: the card says it as training left it, unless metadata.yml does."""

import json

import pytest
from playwright.sync_api import expect

import full_sites
import models

pytestmark = pytest.mark.slow

MANY = {"levels": [full_sites.LEVELS[0] | {"cases": 12345}]}
CARD = models.LINEAR + "page: {panels: [predict, card]}\n"


@pytest.mark.parametrize(("card", "says"), [({}, "32 photos of 2 classes"), ({"data": "Ours"}, "Ours")])
def test_the_card_says_what_training_says(page, served, card, says):
    url, folder = served(metadata=CARD)
    [manifest] = folder.glob("app-*/manifest.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(content | {"card": card, "facts": {**content["facts"], "data": "32 photos of 2 classes"}}), encoding="utf-8")
    page.goto(url)
    expect(page.locator(".card dl").first).to_contain_text(says)
    assert page.get_by_text("32 photos").count() == (says != "Ours")


@pytest.mark.parametrize(("language", "says"), [("en", "on 12,345 held-out rows"), ("fr", "sur 12\u202f345 lignes mises de côté")])
def test_a_large_number_of_rows_is_read_in_groups(page, whole, language, says):
    page.route("**/manifest.json", lambda route: route.fulfill(json=full_sites.with_facts(route.fetch().json()) | {"parity": MANY}))
    page.goto(whole(metadata=CARD.replace("]}", f"], language: {language}}}")))
    expect(page.locator(".card .proof")).to_contain_text(says)


def test_what_training_saw_is_said_in_the_words_of_the_form(knowing):
    fields = {"c": {"categories": [1, 2]}, "d": {"categories": [False, True]}}
    page = knowing(full_sites.tabular, full_sites.TABULAR + "page: {panels: [predict, card]}\n", fields)
    assert page.locator(".card tr", has_text="Side of the street").locator("td").first.inner_text() == "Left, Right"
    assert page.locator(".card tr", has_text="With a balcony").locator("td").first.inner_text() == "No, Yes"
