"""The documentation is true to the letter: a site without a dead link, the same as GitHub shows, French as English, and each block seen to."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from ruamel.yaml import YAML
from spellchecker import SpellChecker

from mlweb.contract.schema import Contract
from paths import ROOT
from site_links import lost
from template_copy import tracked

spec = importlib.util.spec_from_file_location("website", ROOT / "docs/website.py")
website = importlib.util.module_from_spec(spec)
spec.loader.exec_module(website)

WRITTEN = ["README.md", *(f"docs/{page}" for page in website.pages() if (ROOT / "docs" / page).exists())]
GENERATED = {f"docs/reference/{name}.md" for name in ("commands", "estimators", "javascript", "metadata", "python", "sentences")}
BLOCKS = tomllib.loads((ROOT / "tests/template/doc_blocks.toml").read_text(encoding="utf-8"))
FRENCH = sorted(path.name for path in (ROOT / "docs/workshop/fr").glob("*.md"))
# Words that the dictionary of French lacks: names, units, and terms of the field.
NAMES = {
    *("chromium", "cliquerait", "cliquez", "codespaces", "ctrl", "dev", "edge", "estimateur", "export", "firefox", "git", "github"),
    *("hosting", "html", "javascript", "markdown", "marp", "mo", "node", "notebook", "npm", "onnxruntime", "powershell", "python"),
    *("pytorch", "qr", "template", "tenseurs", "triglycérides", "uv", "windows", "workflow", "yaml", "zip"),
    *("english", "in", "title", "true", "vs"),
}
SHAPES = ("li", "ol", "ul", "pre", "table", "tr", "td", "th", "h1", "h2", "h3", "h4", "em", "strong", "img", "blockquote")
LOADED = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=[\"']?(https?:)?//", re.IGNORECASE)
FENCE = re.compile(r"^[ ]*(?:\d+\. )?```(\w*)\n(.*?)^[ ]*```", re.DOTALL | re.MULTILINE)


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assert website.main(folder) == 0, "a page has a dead link: see what is printed"
    return folder


def test_every_link_of_the_site_leads_somewhere(site):
    assert {path.name for path in site.rglob("*.html")} >= {"index.html", "recipes.html", "metadata.html", "changelog.html"}
    assert not lost(site)


def test_the_site_loads_nothing_from_elsewhere(site):
    loaded = {
        path.name: found[0]
        for path in site.rglob("*.html")
        if (found := LOADED.search(re.sub(r'<link rel="?(canonical|next|prev)"?[^>]*>', "", path.read_text())))
    }
    assert not loaded
    assert not [path for path in site.rglob("*.html") if 'data-md-component="source"' in path.read_text(encoding="utf-8")], "it asks GitHub for the stars"
    assert not [path for path in site.rglob("*.css") if re.search(r"url\([\"']?(https?:)?//|@import", path.read_text(encoding="utf-8"))]


def test_nothing_moves_when_a_picture_comes(site):
    """Each says its size. GitHub's pages need none."""
    pictures = re.findall(r"<img\b[^>]*>", (site / "index.html").read_text(encoding="utf-8"))
    assert pictures and all('width="1280" height="800"' in tag for tag in pictures if "screenshot.png" in tag)


def test_every_page_is_in_the_navigation():
    listed = re.findall(r'"([\w/-]+\.md)"', text("zensical.toml"))
    assert len(listed) == len(set(listed))
    assert set(website.pages()) - set(listed) == {"workshop/slides.md", "workshop/fr/slides.md"}, "slides are for Marp; every other page is in zensical.toml"
    assert set(listed) <= set(website.pages())


def shapes(html: str) -> dict[str, int]:
    found = Counter(re.findall(r"<(\w+)[\s>]", html))
    return {tag: found[tag] for tag in SHAPES}


def test_the_site_shows_what_github_shows(site):
    """Zensical reads Markdown by other rules than GitHub: a list without a blank line before it would run into the text."""
    parser = MarkdownIt("commonmark").enable("table")
    for page, path in website.pages().items():
        html = (site / page.replace("README.md", "index.md")).with_suffix(".html").read_text(encoding="utf-8")
        article = html[html.index("<article") : html.index("</article>")]
        source = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert shapes(article) == shapes(parser.render(source)), page


def test_a_link_out_of_the_documentation_leads_to_github():
    assert website.target("../SECURITY.md", "docs/index.md", "index.md") == website.REPOSITORY + "SECURITY.md"
    assert website.target("../../CHANGELOG.md", "docs/how-to/a.md", "how-to/a.md") == "../changelog.md"
    assert website.target("docs/how-to/b.md", "CONTRIBUTING.md", "contributing.md") == "how-to/b.md"


def test_every_link_of_a_page_has_its_anchor():
    """As GitHub has them, where a page is read beside the code."""
    parser = MarkdownIt("commonmark")
    anchors = {}
    for path in [path for path in tracked(ROOT) if path.endswith(".md") and not path.startswith("template/")]:
        tokens = parser.parse(text(path))
        headings = [tokens[index + 1].content for index, token in enumerate(tokens) if token.type == "heading_open"]
        anchors[path] = {re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-") for heading in headings}
    for path in anchors:
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)", text(path)):
            there = (Path(path).parent / target).as_posix() if target else path
            there = str((ROOT / there).resolve().relative_to(ROOT))
            assert there not in anchors or anchor in anchors[there], f"{path}: {target}#{anchor}"


@pytest.mark.parametrize("name", FRENCH)
def test_french_mirrors_english(name):
    """The same headings in number and depth, the same tables, and the same blocks, but for what `poe step` says in French."""
    english, french = text(f"docs/workshop/{name}"), text(f"docs/workshop/fr/{name}")

    def outline(page: str) -> list[str]:
        return [re.match(r"#+|\||\d+\.|- |---", line)[0] for line in FENCE.sub("", page).splitlines() if re.match(r"#+ |\||\d+\. |- |---", line)]

    def blocks(page: str) -> list[tuple[str, str]]:
        return [(language, re.sub(r"^(Step|L’étape) .*$", "", body, flags=re.MULTILINE)) for language, body in FENCE.findall(page)]

    assert outline(english) == outline(french)
    assert blocks(english) == blocks(french)


@pytest.mark.parametrize("name", FRENCH)
def test_no_line_of_french_begins_with_its_punctuation(name):
    """A space that does not break stands before : ; ? ! » and after «. In code, signs are as they are typed and printed."""
    prose = re.sub(r"`[^`]*`", "`", FENCE.sub("", text(f"docs/workshop/fr/{name}")))
    assert not re.findall(r".* [:;?!»](?=[\s*.,]|$)|.*« .*", prose, re.MULTILINE)


def test_every_page_of_the_workshop_is_there_in_french():
    assert sorted(path.name for path in (ROOT / "docs/workshop").glob("*.md")) == FRENCH


def test_no_word_is_misspelt():
    """The words of pyproject.toml are meant."""
    done = subprocess.run(
        [sys.executable, "-m", "codespell_lib", *WRITTEN, *(path for path in tracked(ROOT) if re.fullmatch(r"[A-Z]+\.md|template/[^/]*\.md\S*", path))],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_no_word_of_french_is_misspelt():
    """Words in code, in links and in *italics* are not French."""
    french = SpellChecker(language="fr")
    for name in FRENCH:
        prose = re.sub(r"\A---.*?---|`[^`]*`|\]\([^)]*\)|(?<!\*)\*[^*]+\*(?!\*)|«[^»]*»", " ", FENCE.sub("", text(f"docs/workshop/fr/{name}")), flags=re.DOTALL)
        words = {word.lower() for word in re.findall(r"[^\W\d_]{2,}(?![^\W\d_]|’)", prose)}
        assert french.unknown(words) <= NAMES, name


@pytest.mark.parametrize("path", [path for path in WRITTEN if path not in GENERATED and FENCE.search(text(path)) and not path.startswith("docs/workshop/fr/")])
def test_every_block_is_run_or_says_why_not(path):
    """doc_blocks.toml: the beginning of each block, in order, and the test that runs it, or why none can."""
    firsts = [body.strip().splitlines()[0] for _, body in FENCE.findall(text(path))]
    listed = BLOCKS.get(path, [])
    assert len(listed) == len(firsts), f"{path}: {firsts}"
    for first, (begins, how) in zip(firsts, listed, strict=True):
        assert first.startswith(begins), f"{path}: {first}"
        if not how.startswith("not run: "):
            module, _, name = how.partition("::")
            assert re.search(rf"^def {name}\(", text(f"tests/{module}"), re.MULTILINE), how


def test_no_list_of_blocks_is_of_a_page_that_is_gone():
    assert set(BLOCKS) <= set(WRITTEN)


@pytest.mark.parametrize("path", ["docs/how-to/languages.md", "docs/how-to/own-panels.md", "docs/reference/page.md"])
def test_pieces_of_metadata_yml_are_taken(path, tmp_path):
    """Each by itself, beside the rest of a small contract; a line that begins anew with `page:` is an alternative."""
    rest = {"schema": 1, "name": "Small", "inputs": {"x": {"kind": "number"}}, "outputs": {"y": {"kind": "value"}}}
    pieces = [piece for language, body in FENCE.findall(text(path)) if language == "yaml" for piece in re.split(r"(?m)^(?=page:)", body) if piece.strip()]
    assert pieces
    (tmp_path / "data").mkdir()
    (tmp_path / "data/questions.csv").write_text("question\nWhere is it?\n")
    for piece in pieces:
        Contract.model_validate(rest | YAML(typ="safe", pure=True).load(piece), context={"root": tmp_path})
