"""What a model was trained on: the card says it as training left it, unless metadata.yml does."""

import json

import pytest
from playwright.sync_api import expect

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
