"""Whatever fields are called and hold, the code that the page shows means it: read as HTML, JavaScript, Python and an address."""

import ast
import json
import subprocess
from functools import cache
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from hostile_text import TEXTS, examples
from node_tools import NODE
from paths import ROOT

NAMES = TEXTS.filter(bool) | st.sampled_from(["`", "a\nb", "</SCRIPT >", "<!-- <script>", "\u2028", "*/", "\\", "'''"])


@cache
def node() -> subprocess.Popen:
    """The process; it ends with ours, when its input does."""
    return subprocess.Popen([NODE, "--no-warnings", ROOT / "tests/support/snippets_in_node.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def snippets(row: dict[str, str], title: str, engine: str = "onnx") -> dict:
    """The four snippets for a row of texts, each an input of the graph of its own, and what the module's code computes with."""
    inputs = [
        {"name": name, "dtype": "string", "dims": [None, 1], "fields": [{"name": name, "label": name, "kind": "text", "missing": "empty"}]} for name in row
    ]
    request = {"row": row, "form": {"inputs": inputs, "outputs": [], "sentences": {"decimal": "."}}, "page": {"name": title}, "engine": engine}
    process = node()
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


class Tags(HTMLParser):
    """The tags of a piece of HTML with their attributes, and the text within scripts."""

    def __init__(self, html: str):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@examples(300)
@given(st.dictionaries(NAMES, TEXTS.filter(lambda text: "\0" not in text), min_size=1, max_size=3), TEXTS)
@example({"__proto__": "4", "constructor": "5", "</script>": "<!-- <script>"}, "</iframe>")
def test_snippets_mean_the_values_of_the_form(row, title):
    made = snippets(row, title)
    assert made["given"] == [[name, row[name]] for name, _ in made["given"]] and dict(made["given"]) == row

    [(_, attributes)] = [tag for tag in Tags(made["element"]).tags if tag[0] == "ml-model"]
    assert json.loads(attributes["values"]) == row
    assert [tag for tag, _ in Tags(made["element"]).tags] == ["script", "ml-model"]

    page = Tags(f'<script type="module">{made["module"]}</script><p>after</p>')
    assert [tag for tag, _ in page.tags] == ["script", "p"] and not ({"</", "<!"} & {made["module"][at : at + 2] for at in range(len(made["module"]))})

    [(_, attributes)] = Tags(made["frame"]).tags
    assert attributes["title"] == title
    filled = dict(parse_qsl(urlsplit(attributes["src"]).fragment.removeprefix("1&"), keep_blank_values=True))
    assert filled == {name: value for name, value in row.items() if value}

    [feeds] = [node.value for node in ast.parse(made["python"]).body if isinstance(node, ast.Assign) and node.targets[0].id == "feeds"]
    arrays = [value.func.value.args[0] for value in feeds.values]
    assert {key.value: ast.literal_eval(array) for key, array in zip(feeds.keys, arrays, strict=True)} == {name: [value] for name, value in row.items()}


def test_what_a_language_model_writes_comes_piece_by_piece():
    made = snippets({"prompt": "so"}, "Words", "transformers")
    assert 'for await (const piece of model.stream({\n  "prompt": "so",\n})) {\n  console.log(piece);\n}' in made["module"]
    assert made["given"] == [["prompt", "so"]]
