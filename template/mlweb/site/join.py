"""Join the modules of web/ into few files, since each request costs a visit about 4 ms of processor time and, one after another, a way to the host.

A joined module is its own text in a function that runs when the module is first needed, without its /** … */, which are a third of the bytes
that a visitor would wait for, and with `import` and `export` put into other words:

    import { h } from '../ui/dom.js';        const { h } = $ui_dom();
    export function part() {…}               function part() {…}        … return { get part() { return part; } };
    import('./number.js')                    $import($inputs_number)
    new URL('x.css', import.meta.url)        new URL('../ui/x.css', import.meta.url)

What comes of it: `joined/first.js` with all that the first view needs and others share, `joined/later.js` with what only later parts
share, and each entry at its own address: the page's script, embedded.js, api.js, and whatever is imported when it is needed, with what it
alone needs. What is in joined/ keeps its address as well: a file of three lines, for whoever asks for it there.

A module that can't be joined for sure (it waits at its top, exports a `let`, is in a ring of imports, …) stays a file of its own, and so
does each that imports it. So every module is there once, joined or not.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from urllib.parse import quote

from mlweb.errors import UserError
from mlweb.site.javascript import Module, Statement, Unclear, module
from mlweb.site.references import LINKED, STYLE, TABLE, leads_to, module_scripts, references

FIRST, LATER = "joined/first.js", "joined/later.js"
SHEET = "style.css"
ENTRIES = ("app/embedded.js", "api.js")  # whatever the page shows, others import these by their address
UNJOINABLE_STYLE = re.compile(r"@(?:import|charset|namespace)\b|\ufffd")
HEAD = """\
/* Modules of web/, joined by the build: `// web/…` says which is which, and there they have their documentation. Each runs once, when it is first needed. */
const sealed = (exports) => Object.seal(Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' }));
const $module = (run) => {
  let done;
  return () => {
    if (!done) try { done = { exports: sealed(run()) }; } catch (error) { done = { error }; }
    if ('error' in done) throw done.error;
    return done.exports;
  };
};
const $import = (module) => Promise.resolve().then(module);
const $from = (base, address) => (/^\\.{0,2}\\//.test(address) ? new URL(address, base).href : address);
"""
HELPERS = ("$module", "$import", "$from")
OURS = re.compile(r"\$(?:\$|module$|import$|from$|default$|star\d)")  # names that a joined file has beside those of its modules

Files = dict[str, bytes]
Chosen = set[tuple[str, str]]  # entries of tables, as ("inputs", "number")


@dataclass
class Joined:
    """What the build publishes of web/: files by name, and for each source the files that it is in now."""

    files: Files
    places: dict[str, list[str]] = field(default_factory=dict)

    def where(self, names: Iterable[str]) -> list[str]:
        """The files in which these files of web/ are."""
        return sorted({place for name in names for place in self.places.get(name, [name])})


def join(web: Files, index: str, first: Chosen, chosen: Chosen | None = None) -> Joined:
    """Join the files of web/; raises UserError. `index` is the page's HTML; `first` what its first view takes of the tables, `chosen` all its views."""
    if taken := next((name for name in web if name.startswith("joined/")), None):
        raise UserError(f"web/{taken}: the build itself writes a folder joined/: call yours something else.")
    return Plan(web, index, first, chosen or first).result()


class Plan:
    """Which module goes where, and the text that it becomes there."""

    def __init__(self, web: Files, index: str, first: Chosen, chosen: Chosen):
        self.web, self.first, self.chosen = web, first, chosen
        self.named = {leads_to(reference, "index.html", "") for _, reference in references("index.html", index)} | {*ENTRIES}
        scripts = [leads_to(reference, "index.html", "") for reference in module_scripts(index)]
        self.main = [name for name in scripts if name in web]
        self.modules: dict[str, Module] = {}
        self.asked: dict[str, set[str]] = {}  # module -> what it imports at once
        self.later: dict[str, set[str]] = {}  # module -> what it imports when it is needed
        scripts = [name for name in web if name.endswith(".js")]
        self.variables = Counter(map(variable, scripts))
        for name in scripts:
            self.look_at(name)
        self.drop_rings()
        self.drop_importers()

    def look_at(self, name: str) -> None:
        text = self.web[name].decode(errors="replace")
        try:
            found = module(text.removeprefix("\ufeff"))
            asked = {self.target(statement.source, name) for statement in found.statements}
            later = {self.target(call.source, name) for call in found.calls if call.source is not None}
            if None in asked or "\ufffd" in text:
                raise Unclear("it imports what is no module of web/, or is no text")
            if self.variables[variable(name)] > 1 or any(word[0] == "$" and (word in self.variables or OURS.match(word)) for word in found.words):
                raise Unclear("its names are used here")
            self.modules[name] = found
        except Unclear:
            asked = {self.target(reference, name) for _, reference in references(name, text, lazy=False)}
            later = {self.target(reference, name) for _, reference in references(name, text)} - asked
        self.asked[name], self.later[name] = ({each for each in targets if each} for targets in (asked, later))

    def target(self, source: str, name: str) -> str | None:
        """The module of web/ that an import in `name` means."""
        found = leads_to(source, name, "") if source.startswith((".", "/")) and not re.search(r"[?#]", source) else None
        return found if found in self.web and found.endswith(".js") else None

    def drop_rings(self) -> None:
        """Modules that import each other in a ring stay as they are: only the browser starts these rightly."""
        for name in [name for name in self.modules if any(name in self.closure(asked) for asked in self.asked[name])]:
            del self.modules[name]

    def drop_importers(self) -> None:
        """So does what imports at once a module that stays as it is, or a name that is not there: the browser says so."""
        self.forget()
        while alone := [name for name in self.modules if not self.asked[name] <= self.modules.keys() or not self.is_complete(name)]:
            for name in alone:
                del self.modules[name]
            self.forget()

    def forget(self) -> None:
        """Of the exports, what was known while more modules were to be joined."""
        self.known: dict[str, dict[str, tuple[str, tuple[str, str]]]] = {}
        self.__dict__.pop("exports", None)

    def is_complete(self, name: str) -> bool:
        """Whether the modules that this one imports have what it takes of them."""
        for statement in self.modules[name].statements:
            there = self.exports[self.target(statement.source, name) or ""]
            if not {theirs for theirs, _ in statement.names} <= there.keys():
                return False
        return True

    @cached_property
    def exports(self) -> dict[str, dict[str, str]]:
        """Module -> the names that it exports -> what gives them, within it."""
        return {name: {each: given for each, (given, _) in self.resolved(name).items()} for name in self.modules}

    def resolved(self, name: str) -> dict[str, tuple[str, tuple[str, str]]]:
        """The exports of a module: what gives each within it, and (module, name) where it comes from in the end."""
        if name in self.known:
            return self.known[name]
        own, starred, here = {}, {}, {}
        twice: set[str] = set()
        for index, statement in enumerate(self.modules[name].statements):
            target = self.target(statement.source, name)
            if target not in self.modules:
                continue
            there = self.resolved(target)
            if not statement.exports:
                here |= {ours: there.get(theirs, ("", (target, theirs)))[1] for theirs, ours in statement.names} | {statement.star: (target, "*")}
                continue
            if statement.star == "*":
                for each in there.keys() - {"default"}:
                    if each in starred and starred[each][1] != there[each][1]:
                        twice.add(each)  # two modules have one of that name: neither counts
                    starred[each] = f"$star{index}.{each}", there[each][1]
            elif statement.star:
                own[statement.star] = f"$star{index}", (target, "*")
            own |= {ours: (f"$star{index}.{theirs}", there.get(theirs, ("", (target, theirs)))[1]) for theirs, ours in statement.names}
        own |= {each: (given, here.get(given, (name, given))) for each, given in self.modules[name].exports.items()}
        self.known[name] = {each: given for each, given in starred.items() if each not in twice} | own
        return self.known[name]

    def closure(self, name: str) -> set[str]:
        """A module and all that it imports at once, and these."""
        found, todo = set(), [name]
        while todo:
            each = todo.pop()
            if each not in found:
                found.add(each)
                todo += self.asked.get(each, ())
        return found

    def reach(self, starts: Iterable[str], chosen: Chosen | None = None) -> list[str]:
        """All that some modules lead to, each behind what it imports; of what is imported when needed only what is chosen of the tables, if that is given."""
        found: dict[str, None] = {}
        begun: set[str] = set()

        def visit(name: str) -> None:
            if name in begun or name not in self.asked:
                return
            begun.add(name)
            for each in sorted(self.asked[name]):
                visit(each)
            found[name] = None
            for each in sorted(self.later[name]):
                if chosen is None or (name.endswith(TABLE) and (posixpath.dirname(name), posixpath.splitext(posixpath.basename(each))[0]) in chosen):
                    visit(each)

        for start in starts:
            visit(start)
        return list(found)

    def result(self) -> Joined:
        """All files of web/ as they are published."""
        self.divide()
        files = {name: data for name, data in self.web.items() if name not in self.chunk and name not in self.sheets}
        if self.sheets:
            files[SHEET] = b"\n".join([self.web[SHEET], *(self.sheet(name) for name in self.sheets)])
        held: dict[str, list[str]] = {FIRST: []}
        for name, place in self.chunk.items():
            held.setdefault(place, []).append(name)
        for place in dict.fromkeys([*held, *(name for name, place in self.chunk.items() if place in (FIRST, LATER))]):
            files[place] = self.text(place, held.get(place, [])).encode()

        asked = {place: {self.chunk[each] for name in names for each in self.asked[name]} for place, names in held.items()}
        places = {name: [FIRST, place, *asked[place], *([name] if name in self.addressed else [])] for name, place in self.chunk.items()}
        return Joined(files, places | {name: [SHEET] for name in self.sheets})

    def divide(self) -> None:
        """Say for each module in which file it is, and which style sheets are part of the page's own."""
        first = [name for name in self.reach(self.main, self.first) if name in self.modules]
        reached = self.reach([*self.main, *(name for name in ENTRIES if name in self.web)])
        # What is asked for by its address: by a page, when it is needed, or by what stays as it is.
        alone = [name for name in self.asked if name not in self.modules or name not in reached]
        asked = self.named | {each for name in reached for each in self.later[name] if each not in first}
        asked |= {each for name in alone for each in self.asked[name] | self.later[name]}
        if any(found.computes for found in self.modules.values()):
            asked |= self.modules.keys()
        self.addressed = [name for name in reached if name in self.modules and name in asked]
        closures = {entry: self.closure(entry) for entry in self.addressed}
        shared = {name for each in first for entry in self.later[each] & set(first) for name in self.closure(entry)}
        self.chunk: dict[str, str] = {}
        for name in reached:
            owners = [entry for entry, closure in closures.items() if name in closure]
            owner = owners[0] if len(owners) == 1 else LATER
            if name in self.modules:
                self.chunk[name] = FIRST if name in first and (name in shared or owner not in self.main) else owner
        self.origin = {variable(name): chunk for name, chunk in self.chunk.items()} | dict.fromkeys(HELPERS, FIRST)
        self.sheets = self.joined_sheets([name for name in self.reach(self.main, self.chosen) if name in self.chunk])

    def joined_sheets(self, modules: list[str]) -> list[str]:
        """The style sheets that these modules link and nothing else refers to: they become part of the page's own."""
        if SHEET not in self.web:
            return []
        linked = dict.fromkeys(sheet for name in modules for sheet in self.linked(name))
        texts = {name: self.web[name].decode(errors="replace") for name in self.web if name.endswith((".js", ".css", ".html"))}
        others: set[str | None] = set()
        for name, text in texts.items():
            rest = LINKED.sub("", text) if name in self.chunk else text
            others |= {leads_to(reference, name, "") for _, reference in references(name, rest)}
        return [name for name in linked if name not in others | self.named and not UNJOINABLE_STYLE.search(texts[name])]

    def linked(self, name: str) -> list[str]:
        sheets = [leads_to(found[1], name, "") for found in LINKED.finditer(self.web[name].decode())]
        return [sheet for sheet in sheets if sheet in self.web]

    def sheet(self, name: str) -> bytes:
        """A style sheet as part of the page's own: its references begin there."""

        def moved(found: re.Match) -> str:
            target = leads_to(found[1], name, "")
            return found[0] if target is None else found[0].replace(found[1], quoted(target))

        return f"/* web/{name} */\n{STYLE.sub(moved, self.web[name].decode())}".encode()

    def text(self, place: str, names: list[str]) -> str:
        """A joined file: what it takes from others, its modules, and what others take from it."""
        bodies = [self.body(name, place) for name in names]
        end = self.entry(place) if place in self.chunk else ""
        words = set(re.findall(r"\$\w+", "".join([*bodies, end])))
        lines = [HEAD] if place == FIRST else []
        for other in (FIRST, LATER):
            if taken := sorted(word for word in words if self.origin.get(word) == other != place):
                lines.append(f"import {{ {', '.join(taken)} }} from '{relative(other, place)}';\n")
        given = [*(variable(name) for name in names), *(HELPERS if place == FIRST else [])] if place in (FIRST, LATER) else []
        export = f"export {{ {', '.join(sorted(given))} }};\n" if given else ""
        return "".join([*lines, *bodies, export, end])

    def entry(self, name: str) -> str:
        """The end of an entry's file: the module runs, and gives under its own address what it exports."""
        call, names = f"{variable(name)}()", sorted(self.exports[name])
        if not names:
            return f"{call};\n"
        taken = ", ".join(f"{each}: $${each}" for each in names)
        return f"const {{ {taken} }} = {call};\nexport {{ {', '.join(f'$${each} as {each}' for each in names)} }};\n"

    def body(self, name: str, place: str) -> str:
        """A module as part of the joined file `place`. Each of its lines is still one line."""
        found = self.modules[name]
        text = found.text
        changes = list(found.cuts)
        for index, statement in enumerate(found.statements):
            source = self.target(statement.source, name) or ""
            lines = "\n" * text.count("\n", statement.start, statement.end)
            changes.append((statement.start, statement.end, imported(statement, f"{variable(source)}()", index) + lines))
        for call in found.calls:
            if call.source is None:
                changes.append((call.argument[0], call.argument[0], f"$from({self.address(name, place)}, "))
                changes.append((call.argument[1], call.argument[1], ")"))
            elif target := self.target(call.source, name):
                here = target in self.chunk and self.chunk[target] in (place, FIRST)
                changes.append((call.start, call.end, f"$import({variable(target)})" if here else f"import('{relative(target, place)}')"))
        for link in LINKED.finditer(text):
            if leads_to(link[1], name, "") in self.sheets:
                changes.append((*link.span(), f"document.createComment(' {posixpath.basename(link[1])} is part of {SHEET} ')"))
        for at in found.places:
            if any(start <= at.start < end for start, end, _ in changes):
                continue  # in such a link
            path, rest = re.split(r"(?=[?#]|$)", at.source or "", maxsplit=1)
            target = None if path.startswith("/") or path.endswith(("/", ".")) else leads_to(path, name, "")
            if target:
                changes.append((*at.text, f"'{relative(target, place)}{rest}'"))
            else:
                changes.append((at.start, at.end, self.address(name, place)))
        apart = [(start, end) for start, end in found.docs if not any(first < end and start < last for first, last, _ in changes)]
        changes += [(start, end, "\n" * text.count("\n", start, end) or " ") for start, end in apart]
        for start, end, new in sorted(changes, key=lambda change: change[:2], reverse=True):
            text = text[:start] + new + text[end:]
        exports = "".join(f", get {each}() {{ return {given}; }}" for each, given in sorted(self.exports[name].items()))
        return f"\n// web/{name}\nconst {variable(name)} = $module(() => {{\n{text.rstrip()}\nreturn {{ __proto__: null{exports} }};\n}});\n"

    @staticmethod
    def address(name: str, place: str) -> str:
        """What gives the address that a module would have, from within the file that it is joined into; works for blob:…#name too."""
        return f"(import.meta.url.slice(0, -{len(quoted(place))}) + '{quoted(name)}')"


def imported(statement: Statement, call: str, index: int) -> str:
    """An import or export … from in words that a function may have."""
    if statement.exports:
        return f"const $star{index} = {call};"
    parts = []
    if statement.star:
        parts.append(f"{statement.star} = {call}")
    if statement.names:
        parts.append(f"{{ {', '.join(here if theirs == here else f'{theirs}: {here}' for theirs, here in statement.names)} }} = {call}")
    return f"const {', '.join(parts)};" if parts else f"{call};"


@cache
def variable(name: str) -> str:
    """What a module is called in a joined file."""
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))


def relative(target: str, place: str) -> str:
    """The address of a file as another one names it."""
    path = quoted(posixpath.relpath(target, posixpath.dirname(place) or "."))
    return path if path.startswith(".") else f"./{path}"


def quoted(path: str) -> str:
    return quote(path, safe="/!$&()*+,;=:@~")
