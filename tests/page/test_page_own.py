"""A panel of the project's own, in web/own/: it is on the page like ours, and a mistake in its name gets a sentence."""

import re
import shutil

import pytest
from playwright.sync_api import expect

import models
import served_sites
from mlweb.contract import check
from mlweb.errors import UserError
from mlweb.site import build
from old_projects import LINE, PANEL

METADATA = models.LINEAR + "page: {panels: [own/hello, predict]}\n"


@pytest.fixture
def root(tmp_path, made):
    """A project with web/ of its own, in which a panel lies that no table lists yet."""
    made(models.linear, models.LINEAR)  # so that the runtime is there
    root = models.project(tmp_path / "project", models.linear(), METADATA)
    (root / "pyproject.toml").write_text(served_sites.PYPROJECT)
    shutil.copytree(served_sites.ROOT / "template/web", root / "web")
    (root / "web/own/hello.js").write_text(PANEL)
    (root / ".vendor").symlink_to(served_sites.ROOT / "template/.vendor")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(served_sites.ROOT / "template" / name, root)
    return root


def test_a_panel_that_is_not_listed_gets_a_sentence(root):
    with pytest.raises(UserError) as found:
        check.check(root)
    assert found.value.sentences == ["metadata.yml:8: page.panels: web/own/index.js has no line for 'own/hello'."]


@pytest.mark.parametrize("quote", ["'", '"', "`"])
def test_a_formatter_may_choose_the_quotes_of_the_table(root, quote):
    table = root / "web/own/index.js"
    table.write_text(table.read_text().replace("\n};", f"\n{LINE.replace(chr(39), quote)}}};"))
    check.check(root)


@pytest.mark.slow
def test_a_panel_of_its_own_is_on_the_page(root, page):
    table = root / "web/own/index.js"
    table.write_text(table.read_text().replace("\n};", f"\n{LINE}}};"))
    build.build(root, root / "dist")
    with served_sites.serving(root / "dist") as url:
        page.goto(url)
        page.wait_for_selector("html[data-state=ready]", timeout=60_000)
        assert page.locator("#hello").inner_text() == "Hello from a panel of my own"
        assert page.locator("#hello + section").count() == 1, "the panels are in the order of metadata.yml"


@pytest.mark.slow
def test_the_example_of_the_documentation_works_as_it_is_written(root, page):
    panel, line = re.findall(r"^```js\n(.*?)^```", (served_sites.ROOT / "docs/how-to/own-panels.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    (root / "web/own/compare.js").write_text(panel)
    (root / "web/own/index.js").write_text(line)
    (root / "metadata.yml").write_text(models.LINEAR + "page: {panels: [predict, own/compare]}\n")
    build.build(root, root / "dist")
    with served_sites.serving(root / "dist") as url:
        page.goto(url)
        page.wait_for_selector("html[data-state=ready]", timeout=60_000)
        page.locator("[name=a]").fill("3")
        expect(page.locator(".compare dd").first).to_have_text("27.00")
        expect(page.locator(".compare dd").last).to_have_text("23.00")
        page.locator("[name=a]").fill("?")
        expect(page.locator(".compare")).to_contain_text("One of the values can’t be used yet.")
