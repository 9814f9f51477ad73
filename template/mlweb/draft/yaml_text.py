"""Entries of a YAML text, put in and taken out: every other character stays as it was, comments and blanks included.

ruamel.yaml says where each key and value stands; it is not asked to write the file, because it would write all of it anew.
"""

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import MappingNode, Node

ONE_LINE = 150  # characters of an entry that is written on one line
Keys = tuple[str | int, ...]


def dump(node: Any, width: int = 160) -> str:
    """Plain values as YAML, in blocks; what `compact` made stays on its line."""
    yaml, text = YAML(), io.StringIO()
    yaml.default_flow_style, yaml.width = False, width
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(node, text)
    return text.getvalue()


def compact(node: Any) -> Any:
    """The same map, with every entry that fits on one line written on one: `age: {kind: integer, label: Age}`."""
    return {key: fitted(value, len(str(key)) + 2) for key, value in node.items()}


def fitted(value: Any, before: int) -> Any:
    """A value on one line if it fits there, behind `before` characters, and no map is in it; else with a line for each of its keys."""
    if isinstance(value, dict) and (any(isinstance(each, dict) for each in value.values()) or not fits(value, before)):
        return compact(value)
    if isinstance(value, list) and any(isinstance(each, dict) for each in value) and not (all(flat(each) for each in value) and fits(value, before)):
        return [fitted(each, 4) for each in value]
    return in_braces(value)


def flat(value: Any) -> bool:
    """Whether nothing else is in a map."""
    return not (isinstance(value, dict) and any(isinstance(each, dict | list) for each in value.values()))


def fits(value: Any, before: int) -> bool:
    return len(dump([in_braces(value)], 100_000)) + before <= ONE_LINE


def in_braces(value: Any) -> Any:
    """A map or list that is written on one line, with all in it."""
    if isinstance(value, dict):
        written = CommentedMap({key: in_braces(each) for key, each in value.items()})
    elif isinstance(value, list):
        written = CommentedSeq([in_braces(each) for each in value])
    else:
        return value
    written.fa.set_flow_style()
    return written


def without(text: str, keys: Keys) -> str:
    """The text without the entry at this path; a comment right above it goes too."""
    entries = mapping(text, keys[:-1])
    index = place(entries, keys[-1])
    key, value = entries.value[index]
    if entries.flow_style:
        if index + 1 < len(entries.value):
            start, end = key.start_mark.index, entries.value[index + 1][0].start_mark.index
        else:
            start, end = entries.value[index - 1][1].end_mark.index if index else key.start_mark.index, value.end_mark.index
        return text[:start] + text[end:]
    lines = text.splitlines(keepends=True)
    start, end = first_line(lines, key), last_line(lines, entries, index)
    only = [f"{' ' * key.start_mark.column}{{}}\n"] if len(entries.value) == 1 else []
    return "".join([*lines[:start], *only, *lines[end:]])


def inserted(text: str, keys: Keys, value: Any, after: str | None) -> str:
    """The text with one more entry at this path, right behind the entry `after` of the same map, or in front of all for None."""
    entries, name = mapping(text, keys[:-1]), keys[-1]
    index = -1 if after is None else place(entries, after)
    if entries.flow_style:
        entry = dump(in_braces({name: value}), 100_000).strip()[1:-1]
        if index >= 0:
            at, entry = entries.value[index][1].end_mark.index, f", {entry}"
        else:
            at, entry = entries.start_mark.index + 1, f"{entry}, " if entries.value else entry
        return text[:at] + entry + text[at:]
    lines = text.splitlines(keepends=True)
    if not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    first = entries.value[0][0]
    at = last_line(lines, entries, index) if index >= 0 else first_line(lines, first)
    written = dump(compact({name: value})).splitlines(keepends=True)
    return "".join([*lines[:at], *(" " * first.start_mark.column + line for line in written), *lines[at:]])


def mapping(text: str, keys: Keys) -> MappingNode:
    """The map at a path of keys and indices, which must be there."""
    node: Node = YAML().compose(text)
    for key in keys:
        node = node.value[key] if isinstance(key, int) else node.value[place(node, key)][1]
    return node  # pyright: ignore[reportReturnType]  # by the contract of this function


def place(entries: Node, name: str | int) -> int:
    """Which entry of a map has this key."""
    return next(index for index, (key, _) in enumerate(entries.value) if key.value == str(name))


def first_line(lines: list[str], key: Node) -> int:
    """Where an entry begins: at the comment right above its key, or at its key."""
    start = key.start_mark.line
    while start and lines[start - 1].startswith(" " * key.start_mark.column + "#"):
        start -= 1
    return start


def last_line(lines: list[str], entries: MappingNode, index: int) -> int:
    """The line behind an entry. Blank lines, and comments that are indented no further than its key, belong to what follows."""
    key, value = entries.value[index]
    following = entries.value[index + 1 : index + 2]
    end = following[0][0].start_mark.line if following else value.end_mark.line
    if not following and lines[end : end + 1] and lines[end][: value.end_mark.column].strip():
        end += 1
    while end - 1 > key.start_mark.line and belongs_below(lines[end - 1], key.start_mark.column):
        end -= 1
    return end


def belongs_below(line: str, column: int) -> bool:
    bare = line.lstrip()
    return not bare.strip() or bare.startswith("#") and len(line) - len(bare) <= column
