"""Pages of the reference that list what the code says of itself: the tasks of pyproject.toml, the names of `mlweb` and of web/api.js.

`python docs/reference.py` writes them; nothing is imported or run for it.
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TASK = re.compile(r"^\[tool\.poe\.tasks\.([\w-]+)\]\n((?:\w+ = .*\n)+)", re.MULTILINE)
PARAGRAPH = "\n\n"


def read(path: str) -> str:
    return (ROOT / "template" / path).read_text(encoding="utf-8")


def commands() -> str:
    """commands.md: every task of a project, with what it runs."""
    rows = ["| command | what it does | it runs |", "|---|---|---|"]
    for name, body in TASK.findall(read("pyproject.toml.jinja")):
        keys = dict(line.split(" = ", 1) for line in body.splitlines())
        steps = [f"poe {task}" for task in re.findall(r'"([\w-]+)"', keys.get("deps", ""))]
        steps += re.findall(r'"([^"]+)"', keys.get("cmd", "")) or [
            step if " -m " in step else f"poe {step}" for step in re.findall(r'"([^"]+)"', keys.get("sequence", ""))
        ]
        rows.append(f"| `uv run poe {name}` | {ast.literal_eval(keys['help'])} | {', '.join(f'`{step}`' for step in steps)} |")
    return f"""# Commands

Each of them is run in the folder of a project; `uv run poe` alone lists them. A command that can't do its work ends with one sentence that says what is wrong,
where, and what to do ([all of them](sentences.md)), and with exit code 1. Without uv, in an environment of your own, leave `uv run` out.

{chr(10).join(rows)}

In the template's own repository `make` lists what there is: see [CONTRIBUTING.md](../../CONTRIBUTING.md).
"""


def python() -> str:
    """python.md: the names that scripts and notebooks may import from mlweb, with their signatures and docstrings."""
    tree = ast.parse(read("mlweb/__init__.py"))
    [table] = [node.value for node in tree.body if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_MODULES"]
    parts = []
    for name, module in ast.literal_eval(table).items():
        path = f"mlweb/{module.replace('.', '/')}.py"
        [node] = [node for node in ast.parse(read(path)).body if getattr(node, "name", "") == name]
        parts.append(f"## {name}\n\n```python\n{signature(node)}\n```\n\n{prose(ast.get_docstring(node) or '')}\n\n[`{path}`](../../template/{path})")
    return f"""# Names of mlweb

What `export_onnx.py`, notebooks and scripts of yours may import: `from mlweb import export`. These names go on taking what they take. Everything else in
`mlweb/` may change with any update.

{PARAGRAPH.join(parts)}
"""


def signature(node: ast.AST) -> str:
    if isinstance(node, ast.ClassDef):
        init = next((each for each in node.body if getattr(each, "name", "") == "__init__"), None)
        return f"class {node.name}({ast.unparse(init.args).removeprefix('self, ')})" if isinstance(init, ast.FunctionDef) else f"class {node.name}"
    assert isinstance(node, ast.FunctionDef)
    line = f"{node.name}({ast.unparse(node.args)})" + (f" -> {ast.unparse(node.returns)}" if node.returns else "")
    return line if len(line) <= 100 else re.sub(r", (?=\*|\w+: )", ",\n    ", line.replace("(", "(\n    ", 1)).replace(") ->", ",\n) ->", 1)


def prose(docstring: str) -> str:
    """A docstring as Markdown: its lists keep their lines, and nothing in it is taken for HTML."""
    return re.sub(r"<(?=\w)", r"\\<", re.sub(r"(?<!\n)\n(- )", r"\n\n\1", docstring, count=1))


DOC = re.compile(r"/\*\*((?:(?!\*/)[\s\S])*)\*/\s*\n(?:export )?(?:async )?(function\*?|class|const) (\w+)\s*(\([^)]*\))?")


def javascript() -> str:
    """javascript.md: what web/api.js gives to panels, from the JSDoc of each name, and the types that a panel sees."""
    api = read("web/api.js")
    parts = []
    for group in re.split(r"^// ", api, flags=re.MULTILINE)[1:]:
        title, _, lines = group.partition("\n")
        parts.append(f"## {title.partition(';')[0].strip()}")
        for names, path in re.findall(r"export \{ ([\w, ]+) \} from '\./(.+?)'", lines):
            found = {name: (doc, kind, arguments) for doc, kind, name, arguments in DOC.findall(read(f"web/{path}"))}
            for name in names.split(", "):
                doc, kind, arguments = found[name]
                parts.append(f"### {name}\n\n" + described(doc, f"class {name}" if kind == "class" else f"{name}{arguments}"))
    types = []
    for name, path in re.findall(r"@typedef \{import\('\./(.+?)'\)\.\w+\} (\w+)", api):
        if about := defined(read(f"web/{name}"), path):
            types.append(f"### {path}\n\n{about}")
    return f"""# Names of web/api.js

What [a panel of your own](../how-to/own-panels.md) may import: `import {{ h, encode }} from '../api.js'`. These names keep their meaning from one update to the
next; every other file of `web/` may change.

{PARAGRAPH.join(parts)}

## Types

{PARAGRAPH.join(types)}
"""


def stripped(doc: str) -> str:
    return "\n".join(re.sub(r"^\s*\* ?", "", line) for line in doc.strip().splitlines()).strip()


def described(doc: str, line: str) -> str:
    """One name's JSDoc: how it is written, what it is, and a table of what it takes and gives."""
    text = stripped(doc)
    about, *tags = re.split(r"(?:^|(?<=\s))@(?=param|returns|template|throws)", text)
    rows = [row(tag) for tag in tags if not tag.startswith("template")]
    table = "\n\n| | type | |\n|---|---|---|\n" + "\n".join(rows) if rows else ""
    return f"```js\n{line}\n```\n\n{prose(about.strip())}{table}".replace("\n\n\n", "\n")


def row(tag: str) -> str:
    """`param {type} name what it is` as a row; a type may hold braces of its own."""
    kind, _, rest = tag.partition("{")
    depth, end = 1, 0
    while depth:
        depth += {"{": 1, "}": -1}.get(rest[end], 0)
        end += 1
    said = rest[end:].split()
    name, about = (f"`{said[0]}`", said[1:]) if kind.strip() in ("param", "property") and said else ("gives", said)
    cells = [name, f"`{' '.join(rest[: end - 1].split())}`", " ".join(about)]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |".replace("|  |", "| |")


def defined(source: str, name: str) -> str:
    """What a file of types says of one of them; "" where it only passes it on."""
    for block in re.findall(r"/\*\*((?:(?!\*/)[\s\S])*)\*/", source):
        for each in re.split(r"(?:^|(?<=\n))@(?=typedef|file|callback)", stripped(block)):
            if found := re.match(rf"typedef \{{(.*?)\}} {name}\b[ ]?((?:(?!@property)[\s\S])*)", each):
                rows = [row(tag) for tag in re.split(r"\n@(?=property)", each)[1:]]
                about = prose(" ".join(found[2].split()))
                kind = "" if found[1] == "object" or "import(" in found[1] else f"`{found[1]}` "
                table = "\n\n| | type | |\n|---|---|---|\n" + "\n".join(rows) if rows else ""
                return (kind + about + table).strip()
    return ""
