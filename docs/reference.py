"""Writes what is generated of docs/reference/: python docs/reference.py

metadata.md comes from the contract's own schema; the lists of commands, names and sentences from the code (listings.py, sentences.py).
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "template"), str(HERE)]

import listings  # noqa: E402
import sentences  # noqa: E402

from mlweb.codec.kinds import KINDS  # noqa: E402
from mlweb.contract import schema  # noqa: E402
from mlweb.contract.kinds import SHOWN  # noqa: E402

FIELDS = (*(kind.__name__ for kind in KINDS.values()), "Vector")
OUTPUTS = tuple(kind.__name__ for kind in SHOWN.values())
REST = ("Option", "Tokenizer", "Items", "Quantity", "Time", "Model", "Example", "Parity", "Page", "View", "Map", "Card")

START = """# metadata.yml

The contract: what the model takes, what it returns, and what the page shows. `uv run poe check` compares it with the model, and
editors that understand the first line of the file complete its keys. Unknown keys are errors.

This page is generated from `mlweb/contract/`. `uv run poe describe` drafts the file from a [table that was trained on](../how-to/own-table.md),
`uv run poe describe model/model.onnx` from any ONNX model. With `--update` it takes over what came and went, and keeps all that you wrote.
"""
NOTES = {
    "Inputs": "Each key is the name of an input of the graph. Its `kind` decides which control people see; several values in one tensor are `fields`.",
    "Outputs": "Each key is the name of an output of the graph; outputs that are not listed are not computed.",
}


def words(node: dict, definitions: dict) -> str:
    """The type of a key in a few words."""
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join(f"`{each}`" for each in node["enum"])
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        return words(definitions[name], definitions) if "properties" not in definitions[name] else f"[{name.lower()}](#{name.lower()})"
    if options := node.get("anyOf") or node.get("oneOf"):
        said = [words(each, definitions) for each in options if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(said))
    if node.get("type") == "array":
        return f"list of {words(node.get('items', {}), definitions)}"
    if node.get("type") == "object":
        values = node.get("additionalProperties")
        if "propertyNames" in node:
            return "[one per language](../how-to/languages.md)"
        return "map" if not isinstance(values, dict) else f"map to {words(values, definitions)}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(node.get("type", ""), node.get("type", "anything"))


def rows(schema: dict, definitions: dict, without: tuple[str, ...] = ()) -> list[str]:
    """A table of the keys of one part of the contract."""
    lines = ["| key | takes | if absent | |", "|---|---|---|---|"]
    for key, node in schema["properties"].items():
        if key in without:
            continue
        absent = "required" if key in schema.get("required", []) else code(node.get("default"))
        lines.append(f"| `{key}` | {words(node, definitions)} | {absent} | {node.get('description', '')} |".replace("|  |", "| |"))
    return lines


def code(default) -> str:
    return "" if default in (None, "", [], {}) or isinstance(default, dict) else f"`{json.dumps(default, ensure_ascii=False)}`"


def section(name: str, definitions: dict) -> list[str]:
    """A kind or part with its keys; `kind` itself is in the heading."""
    part = definitions[name]
    kind = part["properties"].get("kind", {}).get("const")
    about = part.get("description", "").split("\n")[0]
    heading = f"### {kind or name.lower()}" if name not in REST else f"## {name.lower()}"
    return [heading, "", *([about, ""] if about else []), *rows(part, definitions, ("kind",)), ""]


def reference() -> str:
    """The page, as Markdown."""
    whole = schema.Contract.model_json_schema(by_alias=True)
    definitions = whole["$defs"]
    lines = [START, "## At the top", "", *rows(whole, definitions, ("inputs", "outputs", "model", "examples", "parity", "page", "card")), ""]
    for title, names in (("Inputs", FIELDS), ("Outputs", OUTPUTS)):
        lines += [f"## {title}", "", NOTES[title], ""]
        for name in names:
            lines += section(name, definitions)
    for name in REST:
        lines += section(name, definitions)
    return "\n".join(lines).rstrip() + "\n"


PAGES = {
    "metadata": reference,
    "commands": listings.commands,
    "python": listings.python,
    "javascript": listings.javascript,
    "sentences": sentences.page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / f"reference/{name}.md").write_text(page(), encoding="utf-8")
