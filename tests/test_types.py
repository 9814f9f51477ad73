"""The page's JavaScript agrees with its JSDoc types."""

from checkers import NODE
from conftest import run


def test_types(node_modules):
    done = run(NODE, node_modules / "typescript/bin/tsc", "--project", "tsconfig.json", "--pretty", "false")
    assert done.returncode == 0, done.stdout
