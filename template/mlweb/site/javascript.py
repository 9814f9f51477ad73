"""One ES module as text: what it imports and exports, and where. Enough to join it with others, not a parser of JavaScript.

Whatever can't be told for sure is refused (`Unclear`): such a module is then published as it is, which is always right.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<line>\r\n|[\n\r\u2028\u2029])
      | (?P<space>[^\S\n\r\u2028\u2029]+|\ufeff)
      | (?P<comment>//[^\n\r\u2028\u2029]*|/\*.*?\*/)
      | (?P<name>(?:[^\W\d]|[$#])[\w$\u200c\u200d]*)
      | (?P<number>(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)n?)
      | (?P<string>"(?:[^"\\\n\r]|\\(?:\r\n|.))*"|'(?:[^'\\\n\r]|\\(?:\r\n|.))*')
      | (?P<punct>>>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|[-+*%&|^]=|<<|>>|\*\*
                  |[][{}();,<>+\-*%&|^!~?:=.@])
      | (?P<slash>/=?)
      | (?P<tick>`)""",
    re.VERBOSE | re.DOTALL,
)
REGEX = re.compile(r"/(?:[^/\\[\n\r]|\\.|\[(?:[^\]\\\n\r]|\\.)*\])+/[\w$]*")
TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(?P<end>`|\$\{)", re.DOTALL)
CLOSES = {")": "(", "]": "[", "}": "{"}
# Words after which an expression begins, and so a slash is a regular expression.
BEFORE_EXPRESSION = frozenset(
    ("return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "instanceof", "do", "else", "yield", "await", "extends", "default")
)
ASSIGNING = frozenset(("=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", "&&=", "||=", "??=", "++", "--"))
HEADS = frozenset(("if", "for", "while", "switch", "catch", "with"))  # what stands before brackets that are no parameters


class Unclear(Exception):
    """A module that can't be joined, and why."""


class Token(NamedTuple):
    """A token that counts: no blank, no comment. `within`: index of the bracket that it stands in, -1 at the top; `fresh`: first of its line."""

    kind: str
    text: str
    start: int
    end: int
    within: int
    fresh: bool


@dataclass(frozen=True)
class Statement:
    """An import or export that names another module: `names` are (theirs, here), `star` is what all of it is called here."""

    start: int
    end: int
    source: str
    names: tuple[tuple[str, str], ...] = ()
    star: str = ""
    exports: bool = False


@dataclass(frozen=True)
class Call:
    """`import(…)`: from where to where the argument goes, and the text that it is, if it is one."""

    start: int
    end: int
    argument: tuple[int, int]
    source: str | None


@dataclass(frozen=True)
class Place:
    """`import.meta.url`, from where to where; as `new URL('…', import.meta.url)` with the text and its place."""

    start: int
    end: int
    source: str | None = None
    text: tuple[int, int] = (0, 0)


@dataclass
class Module:
    """What a module has to do with others."""

    text: str
    statements: list[Statement] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    exports: dict[str, str] = field(default_factory=dict)  # name for others -> name here
    cuts: list[tuple[int, int, str]] = field(default_factory=list)  # what `export` becomes where it stands before a declaration
    docs: list[tuple[int, int]] = field(default_factory=list)  # its comments for tools and readers of web/: /** … */
    words: frozenset[str] = frozenset()
    computes: bool = False  # whether an import() may be of any module of web/


@lru_cache(1024)
def module(text: str) -> Module:
    """Read a module; raises Unclear."""
    return Reader(text).read()


class Reader:
    """Reads one module."""

    def __init__(self, text: str):
        self.module = Module(text)
        self.tokens, self.partner = tokens(text)

    def read(self) -> Module:
        """All of it; raises Unclear."""
        found, text = self.module, self.module.text
        found.docs = list(doc_comments(text, self.tokens))
        if re.search(r"^#!|[#@]\s*source(?:Mapping)?URL=", text):
            raise Unclear("it was made by another tool")
        begun = False  # whether code stands before
        at = 0
        while at < len(self.tokens):
            token, following = self.tokens[at], self.text(at + 1)
            top = token.within == -1
            if token.text == "import" and token.kind == "name" and self.text(at - 1) not in (".", "?."):
                if following == "(":
                    self.call(at)
                elif following == ".":
                    at = self.place(at)
                    begun = True
                    continue
                elif top and (following in ("{", "*") or self.kind(at + 1) in ("name", "string")):
                    if begun:
                        raise Unclear("an import stands behind other code")
                    at = self.declaration(at, at + 1, False)
                    continue
                else:
                    raise Unclear("an import is written in a way that is not known here")
            elif token.text == "export" and token.kind == "name" and top:
                after = self.export(at, begun)
                begun = begun or not self.module.statements or self.module.statements[-1].start != token.start
                at = after
                continue
            elif token.text == "await" and token.kind == "name" and self.text(at - 1) not in (".", "?.") and not self.in_function(at):
                raise Unclear("it waits at its top")
            begun = begun or token.text != ";"
            at += 1
        self.bindings()
        if any(call.source is None for call in found.calls):
            plain = Counter(each.source or "" for each in (*found.statements, *found.calls, *found.places))
            texts = Counter(token.text.strip("'\"") for token in self.tokens if token.kind in ("string", "template"))
            found.computes = any(text.startswith(("./", "../")) for text in texts - plain)
        found.words = frozenset(token.text for token in self.tokens if token.kind == "name")
        return found

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def expect(self, at: int, text: str) -> int:
        """The index behind the token, which must be this one."""
        if self.text(at) != text:
            raise Unclear(f"{text} is missing")
        return at + 1

    def declaration(self, start: int, at: int, exports: bool) -> int:
        """`import … from '…'` or `export … from '…'`, from behind its first word; the index behind it."""
        names: list[tuple[str, str]] = []
        star = ""
        if not exports and self.kind(at) == "name":
            names.append(("default", self.text(at)))
            at += 1
            if self.text(at) == ",":
                at += 1
        if self.text(at) == "*":
            at += 1
            star = "*"
            if self.text(at) == "as":
                star, at = self.name(at + 1), at + 2
        elif self.text(at) == "{":
            listed, at = self.listed(at)
            names += listed
        if self.kind(at) != "string":
            at = self.expect(at, "from")
        source = self.string(at)
        at += 1
        if self.text(at) in ("with", "assert"):
            raise Unclear("it imports something else than a module")
        end = self.tokens[at - 1].end
        if self.text(at) == ";":
            end, at = self.tokens[at].end, at + 1
        self.module.statements.append(Statement(self.tokens[start].start, end, source, tuple(names), star, exports))
        return at

    def listed(self, at: int) -> tuple[list[tuple[str, str]], int]:
        """`{ a, b as c }`: [(a, a), (b, c)], and the index behind it."""
        names = []
        at += 1
        while self.text(at) != "}":
            theirs = here = self.name(at)
            at += 1
            if self.text(at) == "as":
                here, at = self.name(at + 1), at + 2
            names.append((theirs, here))
            if self.text(at) == ",":
                at += 1
        return names, at + 1

    def name(self, at: int) -> str:
        if self.kind(at) != "name":
            raise Unclear("a name is not one that is known here")
        return self.text(at)

    def string(self, at: int) -> str:
        """The content of a string without escapes."""
        text = self.text(at)
        if self.kind(at) != "string" or "\\" in text:
            raise Unclear("an address is not a plain text")
        return text[1:-1]

    def call(self, at: int) -> None:
        """`import(…)`."""
        close = self.partner[at + 1]
        plain = self.kind(at + 2) == "string" and close == at + 3
        if self.text(close + 1) == "{" or (not plain and any(self.text(each) == "," and self.tokens[each].within == at + 1 for each in range(at + 2, close))):
            raise Unclear("an import() is written in a way that is not known here")
        argument = (self.tokens[at + 1].end, self.tokens[close].start)
        self.module.calls.append(Call(self.tokens[at].start, self.tokens[close].end, argument, self.string(at + 2) if plain else None))

    def place(self, at: int) -> int:
        """`import.meta.url`; the index behind it."""
        if self.text(at + 2) != "meta" or self.text(at + 3) != "." or self.text(at + 4) != "url" or self.text(at + 5) in ASSIGNING:
            raise Unclear("it asks for more of import.meta than the url")
        start, end = self.tokens[at].start, self.tokens[at + 4].end
        before = [self.text(each) for each in range(at - 5, at)]
        if before[:3] == ["new", "URL", "("] and before[4] == "," and self.kind(at - 2) == "string" and self.text(at + 5) == ")":
            quoted = self.tokens[at - 2]
            self.module.places.append(Place(start, end, self.string(at - 2), (quoted.start, quoted.end)))
        else:
            self.module.places.append(Place(start, end))
        return at + 5

    def export(self, at: int, begun: bool) -> int:
        """An export; the index where reading goes on."""
        start, following = self.tokens[at].start, self.text(at + 1)
        exports = self.module.exports
        if following == "*" or (following == "{" and self.text(self.partner[at + 1] + 1) == "from"):
            if begun:
                raise Unclear("an export … from stands behind other code")
            return self.declaration(at, at + 1, True)
        if following == "{":
            names, after = self.listed(at + 1)
            exports.update({here: theirs for theirs, here in names})
            end = self.tokens[after - 1].end
            if self.text(after) == ";":
                end, after = self.tokens[after].end, after + 1
            self.module.cuts.append((start, end, ""))
            return after
        if following == "default":
            return self.default(at)
        skipped = at + 2 if following == "async" else at + 1
        if self.text(skipped) in ("function", "class"):
            skipped += 1 + (self.text(skipped + 1) == "*")
            exports[self.name(skipped)] = self.name(skipped)
        elif following == "const":
            exports.update({self.name(each): self.text(each) for each in self.declared(at + 2)})
        else:
            raise Unclear("it exports what may change")
        self.module.cuts.append((start, self.tokens[at + 1].start, ""))
        return at + 1

    def default(self, at: int) -> int:
        """`export default …`; the index where reading goes on."""
        start, first = self.tokens[at].start, at + 2
        named = first + (self.text(first) == "async" and self.text(first + 1) == "function" and not self.tokens[first + 1].fresh)
        if self.text(named) in ("function", "class"):
            name = named + 1 + (self.text(named + 1) == "*")
            here = self.text(name) if self.kind(name) == "name" and self.text(name) != "extends" else ""
            self.module.exports["default"] = here or "$default"
            if not here:
                self.module.cuts.append((self.tokens[name - 1].end, self.tokens[name - 1].end, " $default"))
            self.module.cuts.append((start, self.tokens[first].start, ""))
        else:
            self.module.exports["default"] = "$default"
            self.module.cuts.append((start, self.tokens[at + 1].end, "const $default ="))
        return first

    def declared(self, at: int) -> list[int]:
        """Where the names of a declaration stand, from behind its keyword: of patterns, where these begin."""
        level, names = self.tokens[at].within if at < len(self.tokens) else -1, [at]
        while at < len(self.tokens) and self.tokens[at].within == level and self.text(at) not in (";", "of", "in") and not (at > names[0] and self.begins(at)):
            if self.text(at) == ",":
                names.append(at + 1)
            at = self.partner.get(at, at) + 1
        return names

    def begins(self, at: int) -> bool:
        """Whether a statement may begin with this token, as it stands on a new line and nothing calls for more."""
        token, before = self.tokens[at], self.tokens[at - 1]
        if not token.fresh:
            return False
        open_ended = before.kind == "punct" and before.text not in (")", "]", "}", "++", "--")
        goes_on = token.kind == "punct" and token.text not in ("{", "++", "--", "!", "~")
        return not (open_ended or goes_on)

    def in_function(self, at: int) -> bool:
        """Whether a token is in a function for sure."""
        while True:
            opening = self.tokens[at].within
            if self.in_arrow(at):
                return True
            if opening == -1:
                return False
            if self.text(opening) == "{" and self.is_body(opening):
                return True
            at = opening

    def in_arrow(self, at: int) -> bool:
        """Whether a token is in what an arrow gives, without braces: looking back at what stands in the same brackets."""
        level = self.tokens[at].within
        while at - 1 > level and self.tokens[at].within == level:
            before = at - 1
            if self.text(before) == "=>":
                return True
            if self.begins(at) or self.text(before) in (",", ";"):
                return False
            while self.tokens[before].within != level:  # over brackets
                before = self.tokens[before].within
            at = before
        return False

    def is_body(self, opening: int) -> bool:
        """Whether a brace opens the body of a function or method."""
        before = self.text(opening - 1)
        if before == "=>":
            return True
        if before != ")":
            return False
        parameters = self.partner[opening - 1]
        head = self.text(parameters - 1)
        return head not in HEADS and not (head == "await" and self.text(parameters - 2) == "for")

    def bindings(self) -> None:
        """Refuse exports that are given another value later: others would not see it."""
        here, declaring = set(self.module.exports.values()), set()
        for at, token in enumerate(self.tokens):
            if token.kind != "name":
                continue
            if token.text in ("const", "let", "var") and self.text(at - 1) not in (".", "?."):
                names = self.declared(at + 1)
                declaring.update(names)
                if token.text != "const" and token.within == -1 and any(self.kind(each) != "name" or self.text(each) in here for each in names):
                    raise Unclear("it exports what may change")
            changes = self.text(at + 1) in ASSIGNING or self.text(at - 1) in ("++", "--")
            if changes and token.text in here and at not in declaring and self.text(at - 1) not in (".", "?."):
                raise Unclear("it exports what changes")


def tokens(text: str) -> tuple[list[Token], dict[int, int]]:
    """(tokens, partner of each bracket); raises Unclear."""
    found: list[Token] = []
    partner: dict[int, int] = {}
    opened: list[int] = []
    at, fresh = 0, True

    def add(kind: str, end: int) -> None:
        nonlocal at, fresh
        found.append(Token(kind, text[at:end], at, end, opened[-1] if opened else -1, fresh))
        at, fresh = end, False

    def open_(end: int) -> None:
        add("punct", end)
        opened.append(len(found) - 1)

    def template() -> None:
        """The rest of a template up to its end or to its next ${."""
        piece = TEMPLATE.match(text, at)
        if not piece:
            raise Unclear("a template does not end")
        if piece["end"] == "`":
            return add("template", piece.end())
        add("template", piece.end() - 2)
        open_(piece.end())

    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Unclear(f"line {text.count(chr(10), 0, at) + 1} can't be read")
        kind = match.lastgroup or ""
        if kind == "slash" and is_expression_next(found, partner):
            match = REGEX.match(text, at)
            if not match:
                raise Unclear("a regular expression does not end")
            add("regex", match.end())
        elif kind in ("line", "space", "comment"):
            fresh = fresh or kind == "line" or (kind == "comment" and "\n" in match[0])
            at = match.end()
        elif kind == "tick":
            at += 1
            template()
        elif match[0] in ("(", "[", "{"):
            open_(match.end())
        elif match[0] in CLOSES and kind == "punct":
            if not opened or found[opened[-1]].text not in (CLOSES[match[0]], "${" if match[0] == "}" else ""):
                raise Unclear("brackets do not match")
            opening = opened.pop()
            partner[opening] = len(found)
            partner[len(found)] = opening
            add("punct", match.end())
            if found[opening].text == "${":
                template()
        else:
            add("punct" if kind == "slash" else kind, match.end())
    if opened:
        raise Unclear("brackets do not match")
    return found, partner


def doc_comments(text: str, found: list[Token]) -> Iterator[tuple[int, int]]:
    """From where to where each /** … */ between the tokens goes."""
    ends, starts = [0, *(token.end for token in found)], [*(token.start for token in found), len(text)]
    for gap, end in zip(ends, starts, strict=True):
        for match in TOKEN.finditer(text, gap, end):
            if match.lastgroup == "comment" and match[0].startswith("/**"):
                yield match.span()


def is_expression_next(found: list[Token], partner: dict[int, int]) -> bool:
    """Whether an expression begins here, so that a slash is a regular expression and no division."""
    if not found:
        return True
    last, index = found[-1], len(found) - 1
    before = found[index - 1].text if index else ""
    if last.kind == "name":
        return last.text in BEFORE_EXPRESSION and before not in (".", "?.")
    if last.kind != "punct":
        return False
    if last.text == ")":
        opening = partner[index]
        return opening > 0 and found[opening - 1].text in HEADS - {"catch", "switch"}
    if last.text == "}":
        opening = partner[index]
        ahead = found[opening - 1] if opening else None
        if ahead is None:
            return True
        is_block = ahead.text in (")", ";", "{", "}", "=>", "do", "else") or (ahead.kind != "punct" and ahead.text not in BEFORE_EXPRESSION)
        return is_block
    return last.text not in ("]", "++", "--")
