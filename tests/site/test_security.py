"""What the page's own files may contain: a strict policy, nothing inline, and no way from text to HTML or to code."""

import re

import pytest

from paths import ROOT

WEB = ROOT / "template/web"
PAGES = sorted(WEB.glob("*.html"))
SCRIPTS = sorted(WEB.rglob("*.js"))
# support.js writes a constant: it has to run where nothing newer does.
WAYS = ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "createContextualFragment", "srcdoc", "setHTMLUnsafe", "DOMParser"]
FROM_TEXT = re.compile("|".join(map(re.escape, [*WAYS, "eval(", "new Function"])))
CONSTANT = "status.innerHTML = '<div class=\"alert\"><p><strong></strong></p><p></p></div>';"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_policy_is_strict(page):
    html = page.read_text(encoding="utf-8")
    [policy] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["base-uri"] == "'none'" and rules["form-action"] == "'none'"
    assert not re.search(r"unsafe-inline|'unsafe-eval'|https?:|\*", policy)
    assert html.index("Content-Security-Policy") < min(html.index(tag) for tag in ("<link", "<script") if tag in html), "what stands above it is not bound"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_is_inline_and_nothing_is_from_elsewhere(page):
    html = page.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", html)


def test_no_script_makes_html_or_code_from_text():
    lines = [(path.name, line.strip()) for path in SCRIPTS for line in path.read_text(encoding="utf-8").splitlines() if FROM_TEXT.search(line)]
    assert lines == [("support.js", CONSTANT)]
