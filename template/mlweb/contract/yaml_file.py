"""YAML files that people write, or that come from elsewhere: read whole, or refused in a sentence."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from mlweb.errors import UserError, first_line

MOST_BYTES = 1_000_000  # of a contract: longer lists of class names stand in a file of their own
MOST_DEPTH = 100  # of brackets
MOST_NODES = 200_000  # keys and values


def read(path: Path, keys: str) -> tuple[str, Any, dict]:
    """The text of a file that is there, as a tree that knows its lines, and as plain values; raises UserError when it is no map of `keys`."""
    if path.stat().st_size > MOST_BYTES:
        raise UserError(f"{path} has {path.stat().st_size:,} bytes, and a contract has at most {MOST_BYTES:,}: put long lists into files of their own.")
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        if nested(text) > MOST_DEPTH:
            raise UserError(f"{path} has brackets more than {MOST_DEPTH} deep: close those that are left open.")
        source = YAML().load(text)
        given = YAML(typ="safe", pure=True).load(text)
        readable(given)
    except UnicodeDecodeError:
        raise UserError(f"{path} is not UTF-8 text: save it with that encoding.") from None
    except MarkedYAMLError as error:
        raise UserError(f"{path}{yaml_mistake(error, text)}") from None
    except YAMLError as error:
        raise UserError(f"{path}: this is not valid YAML: {error}".replace("\n", " ")) from None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # What a tag, a date or a key of odd type makes the reader of YAML stumble over.
        raise UserError(f"{path}: this is not valid YAML: {first_line(error)}; put dates, numbers with many digits and texts with ! or & in quotes.") from None
    if not isinstance(given, dict):
        raise UserError(f"{path} must be a map {keys}.")
    return text, source, given


def nested(text: str) -> int:
    """How deep brackets are nested, at most: those in texts count too, because the reader of YAML takes minutes for thousands."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def readable(given: Any) -> None:
    """Raises ValueError for what no page can be made of: an alias that holds itself, aliases that unfold to millions, half a character."""
    count, todo = 0, [given]
    while todo:
        node = todo.pop()
        count += 1
        if count > MOST_NODES:
            raise ValueError("its aliases (&, *) unfold to too much")
        if isinstance(node, str):
            node.encode()
        elif isinstance(node, dict):
            todo += [*node.keys(), *node.values()]
        elif isinstance(node, list | tuple | set):
            todo += node


def yaml_mistake(error: MarkedYAMLError, text: str) -> str:
    """`:3: this is not valid YAML: …` with the likely cure, behind the name of the file that holds the text."""
    at = error.problem_mark or error.context_mark
    problem, lines = error.problem or error.context or "", text.splitlines()
    number = at.line if at else 0
    line = lines[min(number, len(lines) - 1)] if lines else ""
    quoted = 'put the whole text in quotes, such as label: "Price: in euros"'
    if "\t" in line[: len(line) - len(line.lstrip())]:
        cure = "indent with spaces, not with tabs"
    elif "duplicate key" in problem:
        cure = "leave one of the two out"
    elif "stream" in problem or "expected ',' or" in problem or "quoted scalar" in (error.context or ""):
        start = f" (it begins in line {error.context_mark.line + 1})" if error.context_mark else ""
        cure = f"close the quote or bracket that is left open{start}"
    elif "mapping values are not allowed" in problem or re.search(r":\s+[@`%&*!|>\[{\"']", line):
        cure = quoted
    else:
        cure = "check the indentation, colons and quotes there"
    return f":{number + 1}: this is not valid YAML: {problem}; {cure}."
