"""The second visit works without a network, and a new deploy replaces the old one whole."""

import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import expect

import models

pytestmark = pytest.mark.slow


@pytest.fixture
def process(made, tmp_path):
    """A site in a server process of its own, which can be killed: only that is offline for every engine."""
    shutil.copytree(made(models.linear, models.LINEAR), tmp_path / "dist")
    (tmp_path / "pyproject.toml").write_text((made(models.linear, models.LINEAR).parent / "pyproject.toml").read_text())
    from test_page_traps import path_of_mlweb

    command = [sys.executable, "-m", "mlweb.serve", "--port", "0"]
    server = subprocess.Popen(command, cwd=tmp_path, env=path_of_mlweb(), stdout=subprocess.PIPE, encoding="utf-8")
    yield server.stdout.readline().split()[0], server, tmp_path / "dist"
    server.kill()
    server.wait()


def test_13_the_second_visit_needs_no_network(page, process):
    url, server, _ = process
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    server.kill()
    server.wait()
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.locator("[name=a]").fill("2")
    expect(page.locator("[data-output=y] data")).to_have_text("25.00")
    gone = page.evaluate("url => fetch(url + 'not-kept.txt').then(() => 'there', () => 'gone')", url)
    assert gone == "gone", "the server still answers: the test proves nothing"


def test_a_new_deploy_is_seen_at_once_and_takes_the_old_cache_away(page, process, made):
    url, _, folder = process
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    newer = made(models.linear, models.LINEAR.replace("name: Linear", "name: Newer"))
    shutil.rmtree(folder)
    shutil.copytree(newer, folder)
    page.goto(url)
    expect(page.locator("h1")).to_have_text("Newer")
    page.wait_for_selector("html[data-state=ready]")
    [app] = [path.name for path in folder.glob("app-*")]
    page.wait_for_function("async app => { const names = await caches.keys(); return names.length === 1 && names[0].endsWith(app); }", arg=app)
