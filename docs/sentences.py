"""The page of the reference with every sentence that a command or the page ends with, as the code has it; `python docs/reference.py` writes it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEADS = {  # room of mlweb -> what a person was doing
    "": "Any command",
    "contract": "`uv run poe check`: metadata.yml and the model",
    "codec": "A value, a file, a tokenizer",
    "graph": "An ONNX file",
    "tabular": "`to_onnx`: an estimator and its table",
    "proof": "`uv run poe export` and the proofs",
    "draft": "`uv run poe describe`: drafting metadata.yml",
    "site": "`uv run poe build`, `serve`, `single-file`",
}
RAISED = {"UserError", "InvalidValue"}


def text(node: ast.AST, constants: dict[str, str]) -> str:
    """A string of the code as people read it: `…` for what is filled in, `<name>` where the code has a name for it."""
    match node:
        case ast.Constant(value=str(said)):
            return said
        case ast.JoinedStr(values=parts):
            return "".join(text(part, constants) for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)):
            return constants.get(name, f"<{name}>")
        case ast.FormattedValue(value=ast.Attribute(attr=name)):
            return f"<{name}>"
        case ast.FormattedValue(value=ast.Call(func=ast.Attribute(attr="where"))):
            return "metadata.yml:<line>"
        case ast.FormattedValue():
            return "…"
        case ast.Call(func=ast.Name(id="Path"), args=[ast.Constant(value=str(said))]):
            return said
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return text(left, constants) + text(right, constants)
        case ast.IfExp(body=body, orelse=other):
            return text(body, constants) or text(other, constants)
        case ast.Name(id=name):
            return constants.get(name, "")
        case _:
            return ""


def said(path: Path) -> Iterator[str]:
    """The sentences of a module: what it raises and what it yields, in the order of its lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {node.targets[0].id: text(node.value, {}) for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}
    constants = {name: value for name, value in constants.items() if value}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=given) if name in RAISED:
                found = [each.value if isinstance(each, ast.Starred) else each for each in given]
                found = [each.elt if isinstance(each, ast.GeneratorExp | ast.ListComp) else each for each in found]
            case ast.Yield(value=value) if value is not None:
                found = [value]
            case _:
                continue
        for each in found:
            sentence = " ".join(text(each, constants).split())
            if len(re.findall(r"[^\W\d_]{2,}", sentence)) >= 4 and re.search(r"[.:!]|uv run", sentence):
                yield sentence


def of_python() -> Iterator[str]:
    """A section for each room of mlweb."""
    found: dict[str, list[str]] = {room: [] for room in HEADS}
    for path in sorted((ROOT / "template/mlweb").rglob("*.py")):
        room = path.parent.name if path.parent.name in HEADS else ""
        found[room] += [sentence for sentence in said(path) if sentence not in found[room]]
    for room, sentences in found.items():
        yield f"### {HEADS[room]}\n\n" + "\n".join(f"- {shown(sentence)}" for sentence in sentences)


def shown(sentence: str) -> str:
    """As Markdown has it literally; commands as code."""
    literal = re.sub(r"([\\*_\[\]<>|`~])", r"\\\1", sentence)
    return re.sub(r"uv run poe [a-z-]+", r"`\g<0>`", literal)


WHAT = re.compile(r"what: (?P<what>'(?:\\'|[^'])*'|`[^`]*`),\s*todo: (?P<todo>'(?:\\'|[^'])*'|`[^`]*`|PUBLISH)")


def of_page() -> str:
    """A table of what the page says went wrong, and what it says to do."""
    source = (ROOT / "template/web/strings/en.js").read_text(encoding="utf-8")
    [publish] = re.findall(r"const PUBLISH =\s*'((?:\\'|[^'])*)'", source)

    def plain(literal: str) -> str:
        words = publish if literal == "PUBLISH" else literal[1:-1].replace("\\'", "'")
        return re.sub(r"\$\{(\w+)\}", r"\\<\1\\>", words).replace("|", "\\|")

    rows = [f"| {plain(found['what'])} | {plain(found['todo'])} |" for found in WHAT.finditer(source)]
    return "| what it says | what to do |\n|---|---|\n" + "\n".join(rows)


def of_fields() -> str:
    """Why a field refuses a value, from the table that Python and the page share."""
    tree = ast.parse((ROOT / "template/mlweb/contract/sentences.py").read_text(encoding="utf-8"))
    [table] = [node.value for node in tree.body if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "SENTENCES" and node.value]
    sentences = [each["en"] for each in ast.literal_eval(table).values() if each["en"].endswith(".") and " " in each["en"]]
    return "\n".join("- " + re.sub(r"\{(\w+)\}", r"\\<\1\\>", sentence) for sentence in sentences)


def page() -> str:
    return f"""# What is said when something goes wrong

Every sentence says what is wrong, where, and what to do; so each is its own cure. Where a name stands in `<…>` or there are three dots, a command says
which one it is. [When something goes wrong](../faults.md) lists the cases that are tested.

## On the page

{of_page()}

## In a field

{of_fields()}

## In the terminal

{(chr(10) * 2).join(of_python())}
"""
