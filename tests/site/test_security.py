"""What the page's own files may contain: a strict policy, nothing inline, and no way from text to HTML or to code."""

import re

import pytest

from paths import ROOT

WEB = ROOT / "template/web"
PAGES = sorted(WEB.glob("*.html"))
SCRIPTS = sorted(WEB.rglob("*.js"))
WAYS = ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "createContextualFragment", "srcdoc", "setHTMLUnsafe", "DOMParser"]
FROM_TEXT = re.compile("|".join(map(re.escape, [*WAYS, "eval(", "new Function"])))
# What a page that asks for Trusted Types takes from its one policy only.
FROM_ADDRESS = re.compile(r"new Worker\(|\.register\(|script\.src =")
TRUSTED = re.compile(r"withScriptUrl\(")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_policy_is_strict(page):
    html = page.read_text(encoding="utf-8")
    [policy] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["base-uri"] == "'none'" and rules["form-action"] == "'none'"
    assert not re.search(r"unsafe-inline|'unsafe-eval'|https?:|\*", policy)
    assert rules["require-trusted-types-for"] == "'script'" and rules["trusted-types"] in ("mlweb", "'none'")
    assert html.index("Content-Security-Policy") < min(html.index(tag) for tag in ("<link", "<script") if tag in html), "what stands above it is not bound"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_is_inline_and_nothing_is_from_elsewhere(page):
    html = page.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", html)


def test_no_script_makes_html_or_code_from_text():
    lines = [(path.name, line.strip()) for path in SCRIPTS for line in path.read_text(encoding="utf-8").splitlines() if FROM_TEXT.search(line)]
    assert not lines


def test_scripts_are_started_by_the_one_policy():
    lines = [(path.name, line.strip()) for path in SCRIPTS for line in path.read_text(encoding="utf-8").splitlines() if FROM_ADDRESS.search(line)]
    plain = [name for name, line in lines if not TRUSTED.search(line)]
    assert len(lines) == 4 and plain == ["support.js"], "it asks only where there are no Trusted Types"
