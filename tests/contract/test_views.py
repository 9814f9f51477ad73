"""Views: those given, those that suit a model, and the column of panels of older contracts; where fields start; texts of a recipe."""

import re

import pytest
from ruamel.yaml import YAML

import models
import models_image
from mlweb.contract import check, form, migrate, recipe_texts, schema
from mlweb.contract.views import PANELS, STANDARD, TABLE, standard
from mlweb.errors import UserError
from paths import ROOT

RECIPES = {path.parent.name.split("'")[1]: path for path in (ROOT / "template").glob("*recipe*/metadata.yml")}


@pytest.fixture
def contract(tmp_path):
    """contract(text) -> the contract that a metadata.yml of this text is."""

    def contract(text: str) -> schema.Contract:
        path = tmp_path / "metadata.yml"
        path.write_text(text, encoding="utf-8")
        return schema.load(path)

    return contract


def test_every_row_of_the_table_of_panels_is_read():
    loaded = re.findall(r"import\('\./([\w-]+)/\1\.js'\)", TABLE.read_text(encoding="utf-8"))
    assert loaded and sorted(loaded) == sorted(PANELS)
    assert [*STANDARD] == ["try", "explore", "rows", "about", "use"]  # those that strings/ has titles for


OF_NUMBERS = STANDARD | {"try": [panel for panel in STANDARD["try"] if panel != "search"]}  # there is no list to search


def named(views) -> dict[str, list[str]]:
    return {view.name: view.panels for view in views}


@pytest.mark.parametrize(
    ("fields", "outputs", "explore", "rows"),
    [
        ({"number", "choice"}, {"value"}, ["predict", "what-if", "explain"], True),
        ({"drawing"}, {"classes"}, ["predict", "explain"], False),
        ({"text"}, {"classes"}, None, True),
        ({"text"}, {"nearest"}, None, True),
        ({"image", "number"}, {"boxes"}, None, False),
        ({"series"}, {"series"}, None, False),
        ({"number"}, {"text"}, None, True),
        ({"number"}, {"value", "image"}, ["predict", "what-if", "explain"], False),
    ],
)
def test_a_model_without_views_has_those_that_suit_it(fields, outputs, explore, rows):
    views = named(standard(fields, outputs))
    assert views.get("explore") == explore and ("rows" in views) == rows
    assert {"try", "about", "use"} <= set(views) and list(views) == [name for name in STANDARD if name in views]


def test_what_is_given_is_taken_and_a_column_is_one_view(contract):
    assert named(contract(models.LINEAR).views()) == OF_NUMBERS
    column = contract(models.LINEAR + "page: {panels: [card, predict, own/hello]}\n")
    assert [view.panels for view in column.views()] == [["card", "predict", "own/hello"]] and column.panels() == ["card", "predict", "own/hello"]
    own = "page: {views: [{name: try, panels: [predict]}, {name: more, title: More of it, panels: [predict, card]}]}\n"
    given = contract(models.LINEAR + own)
    assert named(given.views()) == {"try": ["predict"], "more": ["predict", "card"]} and given.panels() == ["predict", "card"]
    assert given.modules() >= {("panels", "predict"), ("panels", "card")} and ("panels", "batch") not in given.modules()


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("{panels: [predict], views: [{name: try, panels: [predict]}]}", "page: give either views or panels, not both: panels is one column, views are tabs."),
        ("{views: [{name: more, panels: [predict]}]}", 'the view "more" needs a title; only try, explore, rows, about, use have titles already.'),
        ("{views: [{name: try, panels: [predict]}, {name: try, panels: [card]}]}", 'views lists "try" twice: each view has a name of its own.'),
        ("{views: [{name: try, panels: [card]}, {name: use, panels: [card]}]}", 'views list "card" twice'),
        ("{views: [{name: try, panels: [predict, predict]}]}", 'views list "predict" twice'),
        ("{views: [{name: try, panels: [predikt]}]}", 'there is no panel "predikt". Did you mean'),
        ("{views: [{name: try, panels: [predict], tittle: A}]}", 'unknown key "tittle". Did you mean "title"?'),
    ],
)
def test_views_that_can_not_be(contract, page, sentence):
    with pytest.raises(UserError) as found:
        contract(f"{models.LINEAR}page: {page}\n")
    assert sentence in str(found.value), found.value


def test_a_panel_of_ones_own_in_a_view_needs_its_line(tmp_path):
    models.project(tmp_path, models.linear(), models.LINEAR + "page: {views: [{name: try, panels: [predict, own/hello]}]}\n")
    with pytest.raises(UserError) as found:
        check.check(tmp_path)
    assert found.value.sentences == ["metadata.yml:8: page.views.0.panels: web/own/index.js has no line for 'own/hello'."]


def test_what_is_no_number_starts_with_the_first_example(contract):
    examples = "examples:\n  - {label: One, values: {picture: one.png, threshold: 0.9}}\n  - {label: Two, values: {picture: two.png}}\n"
    given = contract(models_image.FOUND + examples)
    assert form.from_example(given) == {"picture": "one.png"}, "numbers start where they start"
    assert form.from_example(contract(models_image.FOUND + examples + "page: {start: empty}\n")) == {}
    defaulted = models_image.FOUND.replace("{kind: image,", "{kind: image, default: mine.png,", 1)
    assert form.from_example(contract(defaulted + examples)) == {}
    assert form.from_example(contract(models_image.FOUND)) == {}


def test_an_example_that_is_not_there_is_told_once(tmp_path):
    models.project(tmp_path, models_image.found(), models_image.FOUND + "examples:\n  - {label: One, values: {picture: one.png}}\n")
    with pytest.raises(UserError) as found:
        check.check(tmp_path)
    assert len(found.value.sentences) == 1 and found.value.sentences[0].endswith("metadata.yml:11: examples.0: there is no file one.png.")


def test_the_texts_of_the_recipes_are_known():
    """Of data and limits; where this fails, RECIPES is what is expected here."""
    cards = [YAML(typ="safe").load(path)["card"] for path in RECIPES.values()]
    assert {recipe_texts.digest(card[key]) for card in cards for key in recipe_texts.KEYS if key in card} == recipe_texts.RECIPES


def test_a_card_that_is_still_the_recipes_is_named(contract):
    text = RECIPES["tabular-regression"].read_text(encoding="utf-8")
    assert list(recipe_texts.unedited(contract(text))) == ["data", "limits"]
    assert list(recipe_texts.unedited(contract(text.replace("442 diabetes patients", "2,000 patients of ours")))) == ["limits"]
    assert list(recipe_texts.unedited(contract(models.LINEAR))) == []


COLUMN = models.LINEAR + "page:\n  # the order that we like\n  panels: [PANELS]\n  language: en\n"
ALL = ", ".join(dict.fromkeys(panel for panels in OF_NUMBERS.values() for panel in panels))


@pytest.mark.parametrize(
    ("panels", "views"),
    [
        (ALL, None),
        ("predict, card, own/hello", {"try": ["predict", "own/hello"], "about": ["card"]}),
        ("own/hello, card", {"try": ["own/hello"], "about": ["card"]}),
        ("predict, explain", {"try": ["predict"], "explore": ["predict", "explain"]}),
    ],
)
def test_a_column_becomes_views_when_that_is_asked_for(contract, tmp_path, monkeypatch, capsys, panels, views):
    given = contract(COLUMN.replace("PANELS", panels))
    monkeypatch.chdir(tmp_path)
    migrate.main()
    assert "uv run poe migrate --views" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["migrate", "--views"])
    migrate.main()
    text = (tmp_path / "metadata.yml").read_text(encoding="utf-8")
    made = schema.load(tmp_path / "metadata.yml")
    assert made.page.panels is None and named(made.views()) == (views or OF_NUMBERS) and set(made.panels()) == set(given.panels())
    assert ("views:" in text) == (views is not None) and "language: en" in text
    with pytest.raises(UserError, match="its page has views already"):
        migrate.main()
