"""Bring a metadata.yml up to date with other columns: new ones come, vanished ones go, and nothing else changes.

Whatever a person wrote stays as it stands: order, labels, comments, blanks. What has to be decided by a person is said, not done.
"""

import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

from mlweb.codec.scalars import same
from mlweb.console import say
from mlweb.contract import schema
from mlweb.draft.yaml_text import Keys, inserted, without
from mlweb.errors import UserError, nearest

NUMERIC = {"number", "integer", "toggle"}


def update(path: Path, drafted: dict, outputs: set[str], by_field: bool, unasked: bool = False) -> None:
    """Write what came and went into the file, after showing it; at a terminal, after asking.

    drafted: a contract as it would be drafted today. outputs: all that the model gives. by_field: whether names are those of fields (the
    columns of a table), or those of the graph's inputs, fields and all. unasked: whether nobody has asked for it, so that nothing is written
    without a yes. Raises UserError when the file is no contract to begin with.
    """
    schema.load(path)
    if several := [name for name in drafted["inputs"] if "\n" in name]:
        raise UserError(f"The column name {several[0]!r} has a line break, which an update can't place: rename it, or draft anew with: uv run poe describe")
    _, _, given = schema.read(path)
    newline = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
    before = path.read_text(encoding="utf-8")
    after = updated(before, given, drafted, outputs, by_field)
    notes = list(to_decide(given, drafted)) if by_field else []
    if after == before:
        say(f"{path} has what the model takes and gives: nothing came or went.")
    else:
        say(*unified_diff(before.splitlines(), after.splitlines(), f"{path} before", f"{path} now", lineterm=""))
        if not agreed_to(f"Write this to {path}?", by_default=not unasked):
            say("Nothing was written.")
            return
        path.write_text(after, encoding="utf-8", newline=newline)
        say(f"{path} is up to date.{'' if unasked else ' Next: uv run poe export'}")
    say(*(f"{path}: {note}" for note in notes))


def at_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def agreed_to(question: str, by_default: bool = True) -> bool:
    """What a person says at a terminal, where Enter alone is the default, which holds where there is no terminal, too."""
    if not at_terminal():
        return by_default
    try:
        answer = input(f"{question} [{'Y/n' if by_default else 'y/N'}] ").strip().lower()
        return answer in ("y", "yes") or (by_default and not answer)
    except EOFError:
        return False


def updated(text: str, given: dict, drafted: dict, outputs: set[str], by_field: bool) -> str:
    """The text of a metadata.yml with the inputs and outputs that came, without those that went, and without their values in examples."""
    there, wanted = places(given.get("inputs"), by_field), places(drafted["inputs"], by_field)
    text = with_new(text, there, wanted, drafted)
    gone = there.keys() - wanted.keys()
    for name in sorted(gone):
        text = without(text, there[name])
        for index, example in enumerate(given.get("examples") or []):
            for key in {name, *(entry(given, there[name]).get("fields") or {})} & (example.get("values") or {}).keys():
                text = without(text, ("examples", index, "values", key))
    shown = places(given.get("outputs"), by_field=False, table="outputs")
    if lost := sorted(shown.keys() - outputs):  # one that is there but not shown was left out by a person
        text = with_new(text, shown, places(drafted["outputs"], by_field=False, table="outputs"), drafted)
        for name in lost:
            text = without(text, shown[name])
    return text


def with_new(text: str, there: dict[str, Keys], wanted: dict[str, Keys], drafted: dict) -> str:
    """The text with each entry that it lacks, behind the one that it follows in the draft."""
    there, last = dict(there), None
    for name, keys in wanted.items():
        if name not in there:
            around = there[last][:-1] if last else keys[:1]
            text = inserted(text, (*around, name), entry(drafted, keys), last)
            there[name] = (*around, name)
        last = name
    return text


def places(entries: Any, by_field: bool, table: str = "inputs") -> dict[str, Keys]:
    """Where each input stands, or each field when inputs have several: name -> path of keys."""
    found: dict[str, Keys] = {}
    for name, given in (entries or {}).items():
        fields = given.get("fields") if by_field and isinstance(given, dict) else None
        found |= {key: (table, name, "fields", key) for key in fields} if fields else {name: (table, name)}
    return found


def entry(tree: Any, keys: Keys) -> Any:
    for key in keys:
        tree = tree[key]
    return tree


def to_decide(given: dict, drafted: dict) -> Iterator[str]:
    """What no update decides: choices that training did not see or saw anew, and fields of another kind than their column."""
    there, wanted = places(given.get("inputs"), by_field=True), places(drafted["inputs"], by_field=True)
    for name in [name for name in wanted if name in there]:
        old, new = entry(given, there[name]), entry(drafted, wanted[name])
        at = f"{'.'.join(map(str, there[name]))}: "
        if holds_words(new) is not None and holds_words(old) not in (None, holds_words(new)):
            has, was = ("words", "numbers") if holds_words(new) else ("numbers", "words")
            yield f"{at}kind {old['kind']} is one of {was}, but the column holds {has} now: make it kind {new['kind']}."
        elif old.get("kind") == new["kind"] == "choice":
            offered, seen = options(old), options(new)
            for value in offered if not old.get("unseen") else []:
                if not any(same(each, value) for each in seen):
                    yield f'{at}training did not see "{value}".{nearest(value, seen)} Take it out, or say unseen: true.'
            if come := [value for value in seen if not any(same(each, value) for each in offered)]:
                yield f"{at}training also saw {', '.join(map(str, come))}, which is not among the choices."


def options(field: dict) -> list:
    return [each.get("value") if isinstance(each, dict) else each for each in field.get("choices") or []]


def holds_words(field: Any) -> bool | None:
    """Whether a field is one of words (True) or numbers (False); None where it is neither."""
    kind = field.get("kind") if isinstance(field, dict) else None
    if kind == "choice":
        return any(isinstance(each, str) for each in options(field))
    return True if kind == "text" else False if kind in NUMERIC else None
