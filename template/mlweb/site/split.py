"""A WebAssembly module in two parts: what a first visit downloads, and the functions that are fetched when the first of them is called.

No function changes its number, so nothing else of the module changes either: the body of one that is left out becomes TRAP, which ends the run. The
page then puts all bodies back (web/runtime/whole.js, the twin of `join`) and begins again with the whole module. So which functions are left out
decides what is downloaded, never what is computed.

The rest is a module too, without any code: hosts and browsers know its type. Its one section, a custom one, holds the bodies in their order.
"""

from collections.abc import Collection, Iterable, Iterator

MAGIC = b"\0asm\1\0\0\0"
CUSTOM, IMPORT, GLOBAL, EXPORT, CODE = 0, 2, 6, 7, 10  # numbers of sections
TRAP = b"\x00\x00\x0b"  # no locals; unreachable, end: valid for any signature
REST = b"\x09functions"  # name of the section that holds what was left out
MARK = "called "  # and the number of a function: the export that is 1 once the function was called
GLOBAL_IMPORT, FUNCTION_IMPORT = 3, 0


class UnknownModule(ValueError):
    """These bytes are no module of the kind that is known here."""


def split(module: bytes, kept: Collection[int]) -> tuple[bytes, bytes]:
    """The module with the bodies of the functions `kept` (numbered from 0, without imported ones), and the rest; raises UnknownModule."""
    parts = sections(module, CODE)
    all_bodies = list(bodies(parts[CODE]))
    first = [body if number in kept else TRAP for number, body in enumerate(all_bodies)]
    rest = [sized(body) for number, body in enumerate(all_bodies) if number not in kept or body == TRAP]
    parted = assembled(parts | {CODE: vector(map(sized, first))}), assembled({CUSTOM: REST + b"".join(rest)})
    if join(*parted) != module:  # a number was written in more bytes than it needs, say
        raise UnknownModule("its parts do not make the module again")
    return parted


def join(first: bytes, rest: bytes) -> bytes:
    """The whole module of its two parts; raises UnknownModule."""
    parts = sections(first, CODE)
    left_out = entries(sections(rest, CUSTOM)[CUSTOM], len(REST))
    whole = [next(left_out, TRAP) if body == TRAP else body for body in bodies(parts[CODE])]
    return assembled(parts | {CODE: vector(map(sized, whole))})


def instrumented(module: bytes) -> bytes:
    """The module with an exported global for each of its functions, called `MARK` and its number, that the function sets to 1; raises UnknownModule."""
    parts = sections(module, IMPORT, GLOBAL, EXPORT, CODE)
    taken = sum(kind == GLOBAL_IMPORT for kind in imported(parts[IMPORT])) + leb(parts[GLOBAL], 0)[0]
    marked, marks = [], []
    for number, body in enumerate(bodies(parts[CODE])):
        start = after_locals(body)
        marked.append(sized(body[:start] + b"\x41\x01\x24" + uleb(taken + number) + body[start:]))  # i32.const 1, global.set
        marks.append(sized(f"{MARK}{number}".encode()) + b"\x03" + uleb(taken + number))
    globals_ = extended(parts[GLOBAL], [b"\x7f\x01\x41\x00\x0b"] * len(marks))  # a variable i32 that begins as 0
    return assembled(parts | {GLOBAL: globals_, EXPORT: extended(parts[EXPORT], marks), CODE: vector(marked)})


def count_functions(module: bytes) -> int:
    """How many functions a module defines; raises UnknownModule."""
    return leb(sections(module, CODE)[CODE], 0)[0]


def sections(module: bytes, *needed: int) -> dict[int, bytes]:
    """Number -> content of each section, in the module's order; raises UnknownModule, also where it lacks one of those that are needed."""
    if not module.startswith(MAGIC):
        raise UnknownModule("it does not begin as WebAssembly does")
    found: dict[int, bytes] = {}
    at = len(MAGIC)
    while at < len(module):
        number = module[at]
        size, at = leb(module, at + 1)
        if number in found or at + size > len(module):
            raise UnknownModule("a section comes twice, or is cut off")
        found[number] = module[at : at + size]
        at += size
    if not found.keys() >= set(needed):
        raise UnknownModule("a section is missing")
    return found


def assembled(parts: dict[int, bytes]) -> bytes:
    """The module of these sections."""
    return MAGIC + b"".join(bytes([number]) + sized(content) for number, content in parts.items())


def bodies(code: bytes) -> Iterator[bytes]:
    """The functions of a code section: locals and instructions, without their size."""
    return entries(code, leb(code, 0)[1])


def entries(content: bytes, at: int) -> Iterator[bytes]:
    """What follows each size, from here to the end."""
    while at < len(content):
        size, at = leb(content, at)
        yield content[at : at + size]
        at += size


def imported(content: bytes) -> Iterator[int]:
    """The kind of each import; raises UnknownModule for kinds that came later."""
    count, at = leb(content, 0)
    for _ in range(count):
        for _ in ("module", "name"):
            size, at = leb(content, at)
            at += size
        kind = content[at]
        if kind == FUNCTION_IMPORT:
            at = leb(content, at + 1)[1]
        elif kind == GLOBAL_IMPORT:
            at += 3
        elif kind in (1, 2):  # a table, whose type comes before its limits, or a memory
            flags, at = leb(content, at + (2 if kind == 1 else 1))
            for _ in range(1 + (flags & 1)):
                at = leb(content, at)[1]
        else:
            raise UnknownModule(f"it imports something of kind {kind}")
        yield kind


def after_locals(body: bytes) -> int:
    """Where the instructions of a function begin."""
    groups, at = leb(body, 0)
    for _ in range(groups):
        at = leb(body, at)[1] + 1  # how many, and their type
    return at


def vector(items: Iterable[bytes]) -> bytes:
    """Their count, then the items."""
    items = list(items)
    return uleb(len(items)) + b"".join(items)


def extended(content: bytes, items: list[bytes]) -> bytes:
    """A vector with more items."""
    count, at = leb(content, 0)
    return uleb(count + len(items)) + content[at:] + b"".join(items)


def sized(content: bytes) -> bytes:
    """A content behind its size."""
    return uleb(len(content)) + content


def uleb(number: int) -> bytes:
    """A whole number from 0 on as WebAssembly writes it: seven bits a byte, the lowest first (LEB128)."""
    digits = bytearray()
    while number > 127:
        digits.append(number & 127 | 128)
        number >>= 7
    return bytes([*digits, number])


def leb(data: bytes, at: int) -> tuple[int, int]:
    """The whole number that is written here, and where it ends; raises UnknownModule at the end of the data."""
    number = shift = 0
    for place in range(at, min(len(data), at + 5)):
        number |= (data[place] & 127) << shift
        if data[place] < 128:
            return number, place + 1
        shift += 7
    raise UnknownModule("a number is cut off")
