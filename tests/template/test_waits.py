"""No test goes on before what it waits for: Playwright's wait_for_function takes a promise for a yes, whatever comes of it."""

import ast
import re

import pytest

from commands import git
from paths import ROOT

PROMISE = re.compile(r"\basync\b|\bawait\b|\bPromise\b|\.then\(|\bcaches\.")


def promises_waited_for(text: str) -> list[int]:
    """The lines of a module's calls of wait_for_function whose JavaScript makes a promise; a name stands for all that is assigned to it."""
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    assigned = [(target.id, each.value) for each in nodes if isinstance(each, ast.Assign) for target in each.targets if isinstance(target, ast.Name)]
    calls = [each for each in nodes if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "wait_for_function"]

    def written(value: ast.AST) -> str:
        names = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
        return ast.unparse([value, *(content for name, content in assigned if name in names)])

    return [call.lineno for call in calls if any(PROMISE.search(written(each)) for each in call.args)]


def test_no_wait_takes_a_promise_for_a_yes():
    files = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "*.py").splitlines()
    found = [f"{file}:{line}" for file in files if (ROOT / file).is_file() for line in promises_waited_for((ROOT / file).read_text())]
    assert not found, "these go on at once: wait with `until` of test_page_offline.py"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('page.wait_for_function("async () => window.heard")', [1]),
        ('page.wait_for_function("(url) => caches.match(url)", arg=url)', [1]),
        ('KEPT = "async () => 1"\n\ndef test(page):\n    page.wait_for_function(KEPT)', [4]),
        ('PART = "caches.has(1)"\npage.wait_for_function(f"() => {PART}")', [2]),
        ('ASYNC = "async () => 1"\npage.wait_for_function("() => window.heard")\nuntil(page, ASYNC)', []),
    ],
)
def test_a_promise_is_found(text, lines):
    assert promises_waited_for(text) == lines
