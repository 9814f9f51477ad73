"""The types of Python and of the page's JavaScript are the same: the same keys, optional in both or in neither, and the same kinds."""

import re
from typing import Literal, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from mlweb.codec import types
from mlweb.contract import facts
from mlweb.proof import parity
from paths import ROOT

WEB = ROOT / "template/web"
INLINE = {"Option": ("Field", "choices")}  # no typedef of their own in JavaScript: what holds them
TENSORS = {"Feed"}  # numpy's arrays in Python

Keys = dict[str, tuple[bool, str]]  # key -> whether it is optional, and its type in JavaScript


def typedefs(path: str) -> dict[str, Keys]:
    """The objects that the JSDoc of a file defines, by name."""
    text = re.sub(r"\n \* ?", "\n", (WEB / path).read_text(encoding="utf-8"))
    found: dict[str, Keys] = {}
    for part in text.split("@typedef ")[1:]:
        shape, rest = braced(part)
        name = rest.split()[0]
        if shape == "object":
            properties = [braced(each) for each in rest.split("@property ")[1:]]
            words = [(behind.split()[0], type_) for type_, behind in properties]
            found[name] = {word.strip("[]"): (word.startswith("["), type_) for word, type_ in words}
        elif shape.startswith("{"):
            found[name] = keys(shape)
    return found


def braced(text: str) -> tuple[str, str]:
    """What the braces at the start of a text hold, and what follows them."""
    depth = 0
    for at, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return text[1:at], text[at + 1 :]
    raise ValueError(text)


def keys(shape: str) -> Keys:
    """The keys of `{kind: 'value', interval?: [number, number]}`."""
    parts, depth = [""], 0
    for character in braced(shape)[0]:
        depth += (character in "{[(<") - (character in "}])>")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    pairs = [part.strip().partition(":") for part in parts]
    return {name.rstrip("?"): (name.endswith("?"), type_.strip()) for name, _, type_ in pairs}


def python(module) -> dict[str, type]:
    return {name: each for name, each in vars(module).items() if is_typeddict(each) and each.__module__ == module.__name__}


CODEC, RUNTIME = typedefs("codec/types.js"), typedefs("runtime/types.js")
TYPES = python(types)
PAIRS = [(name, each, CODEC[name]) for name, each in TYPES.items() if name not in INLINE]
PAIRS += [(name, TYPES[name], keys(CODEC[holder][key][1])) for name, (holder, key) in INLINE.items()]
PAIRS += [(name, each, RUNTIME[name]) for name, each in python(facts).items() if name != "ModelFile"]
PAIRS += [("Level", parity.Level, RUNTIME["Level"])]


def test_every_object_of_the_codec_has_its_twin():
    assert set(CODEC) - TENSORS == set(TYPES) - set(INLINE)
    assert len(PAIRS) > 14


@pytest.mark.parametrize(("theirs", "there"), [(each, there) for _, each, there in PAIRS], ids=[name for name, _, _ in PAIRS])
def test_the_keys_are_the_same(theirs, there):
    assert {key: is_optional for key, (is_optional, _) in there.items()} == {
        **dict.fromkeys(theirs.__required_keys__, False),
        **dict.fromkeys(theirs.__optional_keys__, True),
    }
    for key, hint in get_type_hints(theirs).items():
        if get_origin(hint) is Literal:
            assert set(re.findall(r"'(\w+)'", there[key][1])) == set(get_args(hint)), key
