"""Names, labels and answers that mean harm, put into every text that the template and the build write: they stay text."""

import re
import tomllib
from html.parser import HTMLParser

import pytest
import yaml
from copier._main import Worker
from hypothesis import example, given
from markdown_it import MarkdownIt
from pydantic import ValidationError

from hostile_text import ONE_LINE, TEXTS, examples
from mlweb.contract.schema import Contract
from mlweb.site import page
from mlweb.site.project import Project
from paths import ROOT
from small_project import METADATA
from template_copy import QUESTIONS

pytestmark = pytest.mark.slow

ANSWERS = {
    "project_slug": "small",
    "repository": "octo/small",
    "license": "MIT",
    "recipe": "tabular-regression",
    "hosting": "github-pages",
    "url": "",
    "extras": [],
}
FREE = ["project_name", "description", "author"]


class Tags(HTMLParser):
    """Every tag of a page with the names of its attributes."""

    def __init__(self, html: str):
        super().__init__()
        self.tags = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, *(name for name, _ in attributes)))


@pytest.fixture(scope="module")
def jinja(source, tmp_path_factory):
    """Copier's own Jinja environment over the template as it lies here."""
    with Worker(src_path=str(source), dst_path=tmp_path_factory.mktemp("none"), defaults=True, quiet=True) as worker:
        yield worker.jinja_env


@examples()
@given(title=TEXTS, description=TEXTS, author=TEXTS)
@example("x" * 65_536, "x" * 65_536, "x" * 65_536)
def test_an_answer_is_refused_in_one_line_or_written_as_it_is(jinja, title, description, author):
    answers = {"project_name": title, "description": description, "author": author, **ANSWERS}
    refused = [jinja.from_string(QUESTIONS[name]["validator"]).render(answers) for name in FREE]
    assert all("\n" not in sentence.strip() for sentence in refused)
    if any(sentence.strip() for sentence in refused):
        return
    conf = {"_copier_conf": {"answers_file": ".copier-answers.yml"}, "_copier_answers": answers}
    written = tomllib.loads(jinja.get_template("template/pyproject.toml.jinja").render(answers))
    assert written["tool"]["mlweb"]["title"] == title and written["project"]["description"] == description
    assert [each["name"] for each in written["project"].get("authors", [])] == ([author] if author else [])
    kept = yaml.safe_load(jinja.get_template("template/{{ _copier_conf.answers_file }}.jinja").render(conf | answers))
    assert kept == answers | {"last_time": {name: answers[name] for name in ("recipe", "hosting", "license")}}
    shown, plain = (Tags(readme(jinja, answers | texts)) for texts in ({}, dict.fromkeys(FREE, "x")))
    assert [tag for tag in shown.tags if tag != ("p",)] == [tag for tag in plain.tags if tag != ("p",)], "Markdown of an answer became a tag"


def readme(jinja, answers: dict) -> str:
    """The project's README as a forge shows it."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(jinja.get_template("template/README.md.jinja").render(answers))


@examples()
@given(TEXTS)
@example("x" * 65_536)
def test_a_slug_is_one_name_of_a_folder(jinja, title):
    slug = jinja.from_string(QUESTIONS["project_slug"]["default"]).render({"project_name": title})
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug) and len(slug) <= 58


@examples()
@given(name=ONE_LINE, description=TEXTS, title=ONE_LINE)
@example("x" * 65_536, "x" * 65_536, "x" * 65_536)
def test_the_head_of_the_page_holds_texts_as_texts(name, description, title):
    try:
        shown, plain = published(name, description, title), published(*letters(name, description, title))
    except ValidationError as error:
        assert len(name) > 120 or len(description) > 500, error
        return
    assert set(shown.tags) <= set(plain.tags), "a text became an attribute"
    assert others(shown) == others(plain), "a text became a tag"


def letters(*texts: str) -> list[str]:
    """A letter for each text, the same for the same one: a title that is the name is said once."""
    known = {text.strip(): chr(ord("a") + at) for at, text in enumerate(texts)}
    return [known[text.strip()] if text.strip() else "" for text in texts]


def others(html: Tags) -> list[tuple]:
    """The tags but <meta>, of which there is one less without a description."""
    return [tag for tag in html.tags if tag[0] != "meta"]


def published(name: str, description: str, title: str) -> Tags:
    """The page as the build writes it."""
    contract = Contract.model_validate(yaml.safe_load(METADATA) | {"name": name, "description": description})
    project = Project(title, "small", "", "", "", "", "other", "http://localhost/small/")
    return Tags(page.index((ROOT / "template/web/index.html").read_text(encoding="utf-8"), "app-0123456789ab", project, contract))
