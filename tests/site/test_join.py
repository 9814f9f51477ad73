"""Modules that were joined do what they do as they were written: both run under Node, and tell the same."""

import json
import random
import re
import subprocess
from pathlib import Path

import pytest

from mlweb.errors import UserError
from mlweb.site import javascript
from mlweb.site.join import FIRST, LATER, Plan, join
from paths import ROOT

INDEX = '<link rel="stylesheet" href="./style.css"><script type="module" src="./app/main.js"></script>'
RUNNER = ROOT / "tests/support/modules_in_node.mjs"
EVERYTHING = {
    "app/main.js": """
/** @file The entry. @typedef {import('../nowhere.js').Nothing} Nothing */
import first, { a as renamed, default as again, f } from '../lib/named.js';
import * as space from '../lib/named.js';
import '../lib/effect.js'
import { deep, own, star, x } from '../lib/again.js';
import Klass, { count } from '../lib/klass.js'; import { spaced } from '../lib/again.js';
import { HERE, SHEET, UP } from '../deep/er/place.js';
import { TABLE as table } from '../inputs/index.js';

log('main', this === undefined, first(), again === first, renamed, f(), f.name, Object.keys(space));
log(space[Symbol.toStringTag], 'toString' in space, Object.isExtensible(space));
log(deep.a, own, star, x, spaced, new Klass().name, count(), count());
log(HERE, SHEET, UP, import.meta.url, new URL('../style.css?a=1#b', import.meta.url));
log(new URL('./', import.meta.url), new URL('https://example.org/x', import.meta.url));
try { space.a = 2; } catch (error) { log(error.constructor.name); }
const name = 'number';
globalThis.done = (async () => {
  log(Object.keys(await import('../lib/again.js')));
  const { TABLE } = await import('../inputs/index.js');
  log(TABLE === table, await TABLE.number(), await TABLE.text(), await TABLE.text());
  log(await import('../inputs/number.js') === await import('../inputs/number.js'));
  log(await import('../lib/named.js') === space, (await import('../lib/named.js')).f === f);
  for (let time = 0; time < 2; time++) await import('../lib/throws.js').catch((error) => log('caught', error.message, globalThis.last === error), 0);
  const { waited } = await import('../lib/waits.js');
  const { now, tick } = await import('../lib/changes.js');
  tick();
  const changed = await import('../lib/changes.js');
  const ring = await import('../lib/ring-a.js');
  log(waited, now, changed.now, ring.all(), (await import('../lib/uses-waits.js')).twice);
  log((await import('../lib/traps.js')).told());
})();
""",
    "lib/named.js": """log('named');
export default function () { return 'default'; }
export const a = 1, b = [1, 2].map((x) => x * 2), c = { a, b }
export function f() { return g(); }
function g() { return helper; }
var helper = 'hoisted';
export { b as class, three as delete };
const three = 3;
""",
    "lib/effect.js": "log('effect');\n",
    "lib/again.js": """export { a as own } from './named.js'; export * from './star.js'
export * as deep from './named.js';
export * from './star2.js'; export * from "./star3.js";
export { default as spaced } from './expression.js';
""",
    "lib/star.js": "log('star'); export const star = 'star', x = 'twice', own = 'hidden';\n",
    "lib/star3.js": "import { star as same } from './star.js'; export const twice2 = 'ambiguous'; export { same as star };\n",
    "lib/star2.js": "export { x } from './star.js'; export const twice2 = 1;\nexport default 7;\n",
    "lib/expression.js": "const y = 4\nexport default y\n/ 2 + `${[1, `${2}`].map((each) => `${each}}`)}`.length\n",
    "lib/klass.js": """export default class extends Array { name = 'field'; #private = 1; static { log('static') } get private() { return this.#private } }
let calls = 0
export const count = () => ++calls
""",
    "deep/er/place.js": """export const HERE = import.meta.url;
export const SHEET = new URL('../../style.css', import.meta.url).href, UP = new URL(`../${'up'}.txt`, import.meta.url).href;
""",
    "inputs/index.js": """export const TABLE = {
  number: async () => (await import('./number.js')).number(),
  text: async () => (await import('./text.js')).text(),
};
""",
    "inputs/number.js": "import { shared } from '../lib/shared.js'; log('number');\nexport const number = () => `number ${shared}`;\n",
    "inputs/text.js": """import { shared } from '../lib/shared.js'; import { only } from './only.js'; log('text');
export const text = () => `text ${shared} ${only}`;
""",
    "inputs/only.js": "export const only = 'only';\n",
    "lib/shared.js": "log('shared');\nexport const shared = 'shared';\n",
    "lib/throws.js": "log('throws'); globalThis.last = new Error('as meant'); throw globalThis.last;\n",
    "lib/waits.js": "export const waited = await Promise.resolve('waited');\n",
    "lib/uses-waits.js": "import { waited } from './waits.js'; import { a } from './named.js';\nexport const twice = waited + waited + a;\n",
    "lib/changes.js": "export let now = 1;\nexport const tick = () => { now++; };\n",
    "lib/ring-a.js": "import { b } from './ring-b.js';\nexport const a = () => 'a';\nexport const all = () => a() + b();\n",
    "lib/ring-b.js": "import { a } from './ring-a.js';\nexport function b() { return a() + 'b'; }\n",
    "lib/traps.js": r"""// import { nothing } from './nowhere.js'; `
/* export const none = 1; { */
export const text = "import x from './nowhere.js'" + '\'' + `export ${"}"} ${`{ ${1} }`} \` import('./nowhere.js')`;
const quotes = /["'`/]/g, slash = 4 / 2 / 1, nested = [/[/\]]+/.test('/'), (1) / 2];
if (slash) /}/.test('}');
const object = { one: 1, two: 2, get three() { return 3; }, async *gen() { yield await 4; }, if(x) { return x / 2 / 1; } };
let from = object.one / object.two, as = 1, $own = 'mine', of = 2;
label: for (const each of [1, 2]) { if (each > 1) continue label; }
const late = async () =>
  (await import('./shared.js')).shared;
async function waits() { for await (const x of object.gen()) return x + (await late()).length; }
export const told = () => [text, 'a"b'.replace(quotes, ''), nested, from, as, of, $own, object.three, object.if(8), typeof late, waits.name].join();
""",
    "style.css": "",
}


def told(folder: Path, sites: list[dict[str, bytes]]) -> list[list[str]]:
    """What the modules of each site tell, run from folders of their own."""
    for number, files in enumerate(sites):
        for name, data in (files | {"package.json": b'{"type": "module"}'}).items():
            path = folder / str(number) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    done = subprocess.run(["node", RUNNER, "app/main.js", *(folder / str(number) for number in range(len(sites)))], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def both(tmp_path: Path, webs: list[dict[str, str]], first: list[tuple[str, str]]) -> list[dict[str, bytes]]:
    """The files that come of joining each of the webs; they tell what the modules tell as they were written."""
    written = [{name: text.encode() for name, text in web.items()} for web in webs]
    joined = [join(files, INDEX, set(first)).files for files in written]
    for before, after in zip(told(tmp_path / "written", written), told(tmp_path / "joined", joined), strict=True):
        assert len(before) > 5 and after == before
    return joined


def test_joined_modules_tell_what_they_told_before(tmp_path):
    [joined] = both(tmp_path, [EVERYTHING], [("inputs", "number")])
    alone = {"lib/waits.js", "lib/uses-waits.js", "lib/changes.js", "lib/ring-a.js", "lib/ring-b.js"}
    assert {name for name in EVERYTHING if joined.get(name) == EVERYTHING[name].encode()} == alone | {"style.css"}, "these only are not joined for sure"
    assert {FIRST, "app/main.js", "inputs/text.js", "lib/named.js"} <= joined.keys()
    assert "inputs/only.js" not in joined, "it is a part of inputs/text.js alone"
    assert b"// web/inputs/number.js" in joined[FIRST] and b"// web/inputs/only.js" in joined["inputs/text.js"]


def test_an_import_that_is_computed_finds_its_module(tmp_path):
    table = """const names = ['number'], [name] = names;
export const TABLE = { number: async () => (await import(`./${name}.js`)).number(), text: async () => (await import('./text.js')).text() };
"""
    [joined] = both(tmp_path, [EVERYTHING | {"inputs/index.js": table}], [("inputs", "text")])
    assert b"$lib_star" in joined["lib/star.js"], "it may be any of them"


def test_each_line_stays_a_line(tmp_path):
    joined = join({name: text.encode() for name, text in EVERYTHING.items()}, INDEX, {("inputs", "number")}).files
    for name in ("lib/named.js", "lib/again.js", "inputs/number.js"):
        [text] = [data.decode() for data in joined.values() if f"\n// web/{name}\n".encode() in data]
        part = re.split(r"\n// web/", text.split(f"\n// web/{name}\n")[1])[0]
        assert len(EVERYTHING[name].rstrip().splitlines()) == len(part[: part.rindex("\nreturn {")].splitlines()) - 1


DOCUMENTED = """/** @file What it is. */
log('/** no comment */', `${/** @type {any} */ ('a')} /** nor this */`); // kept /** as it is */
/**
 * Long.
 */
export const two = /** @type {any} */(2) /** after */; /* kept, too */
export function f() { return/** one */1; }
for (const each of [two, f(), /[/**]x/.source, two /** after */, 4, 5]) log(each);
"""


def test_documentation_stays_in_web(tmp_path):
    [joined] = both(tmp_path, [{"app/main.js": DOCUMENTED}], [])
    [text] = [data.decode() for data in joined.values() if b"// web/app/main.js" in data]
    assert [word for word in ("What it is", "Long", "@type", "after", "one") if word in text] == []
    assert text.count("/** no comment */") == text.count("/** nor this */") == text.count("// kept /** as it is */") == text.count("/* kept, too */") == 1


def generated(seed: int) -> dict[str, str]:
    """Modules of many kinds that import each other in many ways: at once and later, in rings, waiting, with values that change."""
    draw = random.Random(seed)
    count = draw.randint(8, 40)
    files = {}
    for index in range(count):
        earlier = draw.sample(range(index), min(index, draw.randint(0, 3)))
        if draw.random() < 0.02 and index + 1 < count:
            earlier.append(index + 1)  # perhaps a ring
        lines, uses, exports = [], [], draw.choice(["const"] * 20 + ["function", "list"] * 5 + ["let"])
        for other in earlier:
            how, ring = draw.choice(["name", "as", "all", "effect", "again", "default"]), other > index
            match "name" if ring else how:
                case "name":
                    lines.append(f"import {{ v{other} }} from './m{other}.js';")
                case "as":
                    lines.append(f"import {{ v{other} as w{other} }} from './m{other}.js'")
                case "all":
                    lines.append(f"import * as all{other} from './m{other}.js';")
                case "effect":
                    lines.append(f"import './m{other}.js'")
                case "default":
                    lines.append(f"import d{other}, {{\n  v{other} as x{other},\n}} from './m{other}.js';")
                case "again":
                    lines.append(f"export {{ v{other} as r{other} }} from './m{other}.js';")
            used = {"name": ["v*()"], "as": ["w*()"], "all": ["all*.v*()", "Object.keys(all*)"], "default": ["d*", "x*()"]}
            uses += [] if ring else [use.replace("*", str(other)) for use in used.get(how, [])]
        lines.append(f"log('m{index}'{''.join(f', attempt(() => {use})' for use in uses)});")  # in a ring, what others give may not be there yet
        lines.append(draw.choice([""] * 20 + [f"await log('waited {index}');"] + [f"var kept = {index};", "log(import.meta.url);"] * 3))
        value = f"() => {index}"
        lines += {
            "const": [f"export const v{index} = {value};"],
            "function": [f"export function v{index}() {{ return {index}; }}"],
            "list": [f"const inner = {value};", f"export {{ inner as v{index} }}"],
            "let": [f"export let v{index} = {value};", f"v{index} = () => {-index};"],
        }[exports]
        lines.append(draw.choice([f"export default {index}", f"const named = {index}; export {{ named as default }};"]))
        if index and draw.random() < 0.4:
            lines.append(f"export const later = async () => (await import('./m{draw.randrange(index)}.js')).default;")
        files[f"lib/m{index}.js"] = "\n".join(lines) + "\n"
    later = [index for index in range(count) if draw.random() < 0.3]
    body = "".join(f"  log('later {index}', (await import('../lib/m{index}.js')).default);\n" for index in later)
    files["lib/index.js"] = "export const TABLE = [" + "".join(f"() => import('./m{index}.js'), " for index in later) + "];\n"
    files["app/main.js"] = (
        f"import {{ v{count - 1} }} from '../lib/m{count - 1}.js';\nimport {{ TABLE }} from '../lib/index.js';\nlog('main', v{count - 1}());\n"
        f"globalThis.done = (async () => {{\n{body}  for (const get of TABLE) log((await get()).default, await (await get()).later?.());\n}})();\n"
        "log(1, 2, 3);\n"
    )
    return files


def test_generated_modules_tell_the_same(tmp_path):
    joined = both(tmp_path, [generated(seed) for seed in range(60)], [("lib", f"m{index}") for index in range(0, 40, 2)])
    joins = [sum(files.get(place, b"").count(b"\n// web/lib/m") for files in joined) for place in (FIRST, LATER, "app/main.js")]
    assert min(joins) > 20, "generated modules must end in each kind of file"


def test_what_is_joined_keeps_its_address(tmp_path):
    joined = join({name: text.encode() for name, text in EVERYTHING.items()}, INDEX, {("inputs", "number")}).files
    asking = b"import * as space from '../lib/star.js';\nlog(space.star, Object.keys(space));\n"
    assert told(tmp_path, [joined | {"app/main.js": asking}]) == [["star", "star", "own,star,x"]]


def test_our_own_modules_are_all_joined():
    """What stays a file of its own would cost each visit a request."""
    web = ROOT / "template/web"
    files = {path.relative_to(web).as_posix(): path.read_bytes() for path in sorted(web.rglob("*")) if path.is_file()}
    index = files.pop("index.html").decode()
    plan = Plan(files, index, set(), set())
    assert {name for name in files if name.endswith(".js")} - plan.modules.keys() == {"single-file.js"}


LINK = "import { h } from './h.js';\nexport const it = () => h('link', { rel: 'stylesheet', href: new URL('card.css', import.meta.url).href });\n"
STYLED = {
    "app/main.js": "import { it } from '../ui/card.js';\nimport('../ui/later.js');\nit();\n",
    "ui/card.js": LINK,
    "ui/later.js": LINK.replace("card.css", "later.css"),
    "ui/h.js": "export const h = () => {};\n",
    "ui/card.css": ".card { background: url('paper.png'), url(data:,x); }\n",
    "ui/later.css": ".later {}\n",
    "style.css": "body {}\n",
    "ui/paper.png": "",
}


def test_style_sheets_of_the_first_view_are_part_of_the_pages_own():
    files = {name: text.encode() for name, text in STYLED.items()}
    joined = join(files, INDEX, set())
    assert joined.files["style.css"] == b"body {}\n\n/* web/ui/card.css */\n.card { background: url('ui/paper.png'), url(data:,x); }\n"
    assert "ui/card.css" not in joined.files and joined.files["ui/later.css"] == b".later {}\n"
    assert b"new URL" not in joined.files["app/main.js"] and b"new URL('./later.css', import.meta.url)" in joined.files["ui/later.js"]
    assert joined.where(["ui/card.css", "ui/card.js", "ui/later.js", "ui/h.js"]) == ["app/main.js", FIRST, "style.css", "ui/later.js"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("app/other.js", "new URL('../ui/card.css', import.meta.url);"), ("ui/card.css", "@import 'later.css';"), ("ui/later.css", "a { b: url(card.css) }")],
)
def test_a_style_sheet_that_is_needed_otherwise_stays(name, text):
    joined = join({each: content.encode() for each, content in (STYLED | {name: text}).items()}, INDEX, set())
    assert "ui/card.css" in joined.files and b"card.css" in joined.files["app/main.js"]


@pytest.mark.parametrize(
    "text",
    [
        "export let a = 1;",
        "let a = 1; export { a };",
        "export const { a } = {};",
        "export function a() {} a = 2;",
        "await 1;",
        "const f = async () => 1\nawait f()",
        "f(); import './b.js';",
        "import a from './a.json' with { type: 'json' };",
        "import.meta.env;",
        "import('./b.js', {});",
        "const a = `${",
        "({ [);",
        "const $module = 1;",
        "import './nowhere.js';",
        "import { nothing } from './b.js';",
        "import 'package';",
        "export * from './b.js?version=2';",
    ],
)
def test_what_is_not_joined_for_sure_stays_as_it_is(text):
    """As it is, the browser does with it what it always did."""
    web = {"app/main.js": "import('./a.js');", "app/a.js": text, "app/b.js": "export const b = 1;", "style.css": ""}
    joined = join({name: content.encode() for name, content in web.items()}, INDEX, set()).files
    assert joined["app/a.js"] == text.encode()
    if "./b.js'" in text:
        assert b"export" in joined["app/b.js"], "what it imports is still there"


def test_a_folder_of_that_name_is_refused():
    with pytest.raises(UserError, match="web/joined/mine.js: the build itself writes a folder joined/"):
        join({"joined/mine.js": b""}, INDEX, set())


def test_a_module_is_read_once(monkeypatch):
    javascript.module.cache_clear()
    for _ in range(2):
        join({"app/main.js": b"export {};"}, INDEX, set())
    assert javascript.module.cache_info()[:2] == (1, 1)
