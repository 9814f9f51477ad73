"""Lift metadata.yml to the schema of this version, and show what changed: `python -m mlweb.contract.migrate`.

With --views, turn the one column of `page.panels` into views; nobody has to.

STEPS holds, for each older schema, a function that turns the tree of its metadata.yml into that of the next one, in place. The tree
keeps comments and order: take a key over with `rename`, and ruamel.yaml writes the rest as it was.
"""

import io
import re
import sys
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.util import load_yaml_guess_indent

from mlweb.console import say
from mlweb.contract.schema import FILE, SCHEMA_VERSION, load, read
from mlweb.contract.views import SHARED
from mlweb.errors import UserError, run

NESTED = re.compile(r"^\w.*:\n(?: *#.*\n)*( +)[^ #-]", re.MULTILINE)  # a key, and how far the one below it is indented
STEPS: dict[int, Callable[[CommentedMap], None]] = {}  # there has been one schema so far


def rename(tree: CommentedMap, old: str, new: str) -> None:
    """Give a key another name; its place, its comments and its value stay."""
    if old not in tree:
        return
    index, comment = list(tree).index(old), tree.ca.items.pop(old, None)
    tree.insert(index, new, tree.pop(old))
    if comment:
        tree.ca.items[new] = comment


def migrated(path: Path = FILE) -> tuple[str, str]:
    """The text of a metadata.yml as it is and as this version wants it; raises UserError when there is no way from one to the other."""
    text, _, given = read(path)
    schema = given.get("schema")
    if type(schema) is not int:
        raise UserError(f"{path}: the key schema must be a whole number: the version of the format.")
    if schema > SCHEMA_VERSION:
        raise UserError(f"{path}: schema {schema} is newer than {SCHEMA_VERSION}: update the project first, with: uvx copier update")
    if lacking := [older for older in range(schema, SCHEMA_VERSION) if older not in STEPS]:
        raise UserError(f"{path}: there never was a schema {lacking[0]}: write schema: {SCHEMA_VERSION}, then see what uv run poe check says.")
    if schema == SCHEMA_VERSION:
        return text, text
    yaml, tree = styled(text)
    for older in range(schema, SCHEMA_VERSION):
        STEPS[older](tree)
        tree["schema"] = older + 1
    return text, written(yaml, tree)


def in_views(path: Path = FILE) -> tuple[str, str]:
    """The text of a metadata.yml as it is, and with its column of panels in views; raises UserError where it has no column."""
    text, _, _ = read(path)
    contract = load(path)
    column = contract.page.panels
    if not column:
        raise UserError(f"{path} has no page.panels: its page has views already.")
    suitable = [(view.name, view.panels) for view in contract.suitable_views()]
    views = [(name, [panel for panel in panels if panel in column]) for name, panels in suitable]
    views[0][1].extend(panel for panel in column if not any(panel in panels for _, panels in suitable))
    yaml, tree = styled(text)
    page = tree["page"]
    place = list(page).index("panels")
    del page["panels"]
    if views != suitable:
        kept = [(name, panels) for number, (name, panels) in enumerate(views) if panels and (number == 0 or panels != [SHARED])]
        page.insert(place, "views", [{"name": name, "panels": panels} for name, panels in kept])
    elif not page:
        del tree["page"]
    return text, written(yaml, tree)


def styled(text: str) -> tuple[YAML, CommentedMap]:
    """The tree of a YAML text, and what writes it in the same style."""
    _, sequence, dash = load_yaml_guess_indent(text)
    nested = NESTED.search(text)
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 1_000_000
    yaml.indent(mapping=len(nested[1]) if nested else 2)
    if dash is not None:
        yaml.indent(sequence=sequence, offset=dash)
    return yaml, yaml.load(text)


def written(yaml: YAML, tree: Any) -> str:
    text = io.StringIO()
    yaml.dump(tree, text)
    return text.getvalue()


def main() -> None:
    is_asked = "--views" in sys.argv[1:]
    before, after = in_views() if is_asked else migrated()
    if before == after:
        say(f"{FILE} already has schema {SCHEMA_VERSION}: nothing to do.")
        if load().page.panels:
            say("Its page is one column, as page.panels says. To have views in its place, each a tab: uv run poe migrate --views")
        return
    FILE.write_text(after, encoding="utf-8")
    say(*unified_diff(before.splitlines(), after.splitlines(), f"{FILE} before", f"{FILE} now", lineterm=""))
    say(f"{FILE} now has {'views' if is_asked else f'schema {SCHEMA_VERSION}'}. Check it with: uv run poe check")


if __name__ == "__main__":
    sys.exit(run(main))
