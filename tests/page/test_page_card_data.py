"""What a model was trained on: the card says it as training left it, unless metadata.yml does."""

import json

import pytest
from playwright.sync_api import expect

import full_sites
import models

pytestmark = pytest.mark.slow

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


def test_what_training_saw_is_said_in_the_words_of_the_form(knowing):
    fields = {"c": {"categories": [1, 2]}, "d": {"categories": [False, True]}}
    page = knowing(full_sites.tabular, full_sites.TABULAR + "page: {panels: [predict, card]}\n", fields)
    assert page.locator(".card tr", has_text="Side of the street").locator("td").first.inner_text() == "Left, Right"
    assert page.locator(".card tr", has_text="With a balcony").locator("td").first.inner_text() == "No, Yes"
