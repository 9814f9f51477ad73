"""A text that the model reads as tokens: cut where it is too long, shown on demand, in batches, on a host page, in French; and a tokenizer that fails."""

import hashlib
import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect
from test_page_batch import compute, saved, take
from test_page_faults import alert_of

import models
from mlweb import runner
from mlweb.codec import tokenize
from models_of_each_kind import SPLIT, TOKENS, encoder

pytestmark = pytest.mark.slow

ALL = TOKENS + "page: {panels: [predict, batch, embed], language: [en, fr]}\n"
LONG = "so angry " * 20
SHORT = "I feel wonderful"


def moods(*texts: str) -> np.ndarray:
    """Native onnxruntime's probabilities, each text alone."""
    sha256 = tokenize.register(SPLIT["tokenizer.json"], "tokenizer.json")
    split = {"sha256": sha256, "max": 12, "mask": "attention_mask", "types": "segments"}
    source = {"name": "ids", "dtype": "int64", "dims": [None, None], "fields": []}
    session = runner.strict_session(encoder().SerializeToString())
    return np.concatenate([runner.compute(session, ["mood"], tokenize.feeds([text], source, split))["mood"] for text in texts])


def test_a_text_is_cut_and_its_tokens_are_shown(page, whole):
    url = whole(encoder, ALL, SPLIT)
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    field, box = page.locator("[data-field=ids]"), page.locator("[name=ids]")
    expect(field.locator(".hint")).to_be_hidden()
    box.fill(LONG)
    expect(field.locator(".hint")).to_have_text(re.compile(r"^Only the first 12 of \d\d tokens are read\.$"))
    best = page.locator("[data-output=mood] li data").first
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    assert float(best.get_attribute("value")) == pytest.approx(moods(LONG).max(), abs=1e-5)

    field.locator("summary").click()
    expect(field.locator("details")).to_contain_text(re.compile(r"12 tokens:\[CLS\] so .* \[SEP\]$"))
    box.fill("wonderful")
    expect(field.locator("details")).to_contain_text("[CLS] wonderful [SEP]")
    expect(field.locator(".hint")).to_be_hidden()
    box.fill(" \n ")
    expect(field.locator(".refusal")).to_have_text("What was said is empty: fill it in.")
    expect(page.locator(".result .values")).to_be_hidden()

    code = page.locator(".embed").get_by_text("onnxruntime as ort")
    box.fill(SHORT)
    expect(code).to_contain_text('"attention_mask": np.array([1, 1')
    page.goto(f"{url}?lang=fr")
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    box.fill(LONG)
    expect(field.locator(".hint")).to_have_text(re.compile(r"^Seuls les 12 premiers jetons sur \d\d sont lus\.$"))


def test_a_column_of_texts_of_any_length_gives_what_each_gives_alone(page, whole):
    url = whole(encoder, ALL, SPLIT)
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    texts = ["wonderful", LONG.strip(), "afraid of the dark", "Zürich 東京"]
    take(page, "What was said\n" + "\n".join(f'"{text}"' for text in texts))
    assert "4" in compute(page)
    [_, *rows] = saved(page)
    told = [float(next(cell for cell in row[1:] if re.fullmatch(r"[0-9.e-]+", cell))) for row in rows[: len(texts)]]
    np.testing.assert_allclose(told, moods(*texts).max(1), atol=1e-5)


def test_a_tokenizer_that_the_page_does_not_know_is_said(page, served):
    url, folder = served(encoder, ALL, SPLIT)
    [file], [manifest] = folder.glob("model/tokenizer-*.json"), folder.glob("app-*/manifest.json")
    content = file.read_bytes().replace(b"BertNormalizer", b"OtherNormaliser")
    file.write_bytes(content)
    about = json.loads(manifest.read_bytes())
    about["form"]["inputs"][0]["fields"][0]["tokenizer"] |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest.write_text(json.dumps(about))
    assert "This page can’t split texts as this model’s tokenizer.json asks for." in alert_of(page, url)


def test_a_tokenizer_that_is_missing_on_the_host_is_said(page, served, complaints):
    url, folder = served(encoder, ALL, SPLIT)
    [file] = folder.glob("model/tokenizer-*.json")
    file.unlink()
    assert "The server returned HTTP 404 for the tokenizer of the model." in alert_of(page, url)
    complaints.clear()


def test_what_splits_texts_is_loaded_only_for_them_and_kept(made):
    site = made(encoder, ALL, SPLIT)
    [manifest] = site.glob("app-*/manifest.json")
    about = json.loads(manifest.read_bytes())
    kept = " ".join(about["keep"])
    assert "runtime/tokenizers-" in kept and "model/tokenizer-" in kept
    [other] = made(models.linear, models.LINEAR).glob("app-*/manifest.json")
    assert "tokenizer" not in " ".join(json.loads(other.read_bytes())["keep"])
    split = about["form"]["inputs"][0]["fields"][0]["tokenizer"]
    assert split.keys() == {"sha256", "max", "mask", "types", "url", "bytes"} and "file" not in json.dumps(split)
