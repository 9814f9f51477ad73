"""Requests to the codec for property tests: any form that a contract allows, with any value that a person, a link or a host page may give."""

import math

import numpy as np
from hypothesis import strategies as st

from mlweb.codec import encode
from mlweb.codec.dtypes import BOUNDS, FLOATS, NUMERIC
from mlweb.contract.languages import LANGUAGES
from mlweb.proof import golden

EXACT = 2**53 - 1  # the largest whole number in a contract, as JavaScript reads it

TEXTS = ["", " ", "1", " 7.5 ", "1,5", "1,500", "1.500,2", "-0", "+.5", "5.", "1e3", "1E-7", "1e400", "1e39", "abc", "0x10", "NaN", "Infinity", "2.0"]
TEXTS += ["1 234", "1\u00a0234,5", "1\u202f234.5", "12 345 678", "0 500", "1 23", "1  234", "١٢", "\ufeff3\u00a0", "\x1c3", "16777217", "9007199254740993"]
TEXTS += ["true", "TRUE", "false", "İ", "Zürich", "👩‍🔬", "a\0b", "é", "constructor", "__proto__", "3.4028235677973366e38", "{label}", "$&"]
NAMES = ["constructor", "toString", "__proto__", "a b", "{x}", "1", "é"]


def joined(text: str) -> str:
    """Two halves of a pair of surrogates, which JSON can't tell from the character that they make, as that character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def spelled(number: float, comma: str, gap: str, before: str, behind: str) -> str:
    """A number as people write it, with a decimal comma, thousands apart and white around it."""
    return before + f"{number:,}".replace(",", "_").replace(".", comma).replace("_", gap) + behind


white = st.sampled_from(["", "", " ", "\t", "\u00a0", "\u202f", "\ufeff", "\x1c", "\u2028", "\x85"])
finite = st.floats(allow_nan=False, allow_infinity=False)
quiet = st.floats().map(lambda number: math.nan if math.isnan(number) else number)  # one NaN of the many
whole = st.integers(-300, 300) | st.integers(-(2**64), 2**64) | st.sampled_from([2**24 + 1, 2**53, 2**53 + 1, -(2**63), 2**63 - 1, 10**21, 10**400])
simple = st.floats(-300, 300) | st.decimals(-300, 300, places=2).map(float)
numbers = st.builds(
    spelled, whole.filter(lambda number: abs(number) < 10**30) | simple | finite, st.sampled_from(".,"), st.sampled_from(["", " ", ",", "\u202f"]), white, white
)
digits = st.text("0123456789+-.,eE \u00a0\u202f", max_size=12)
texts = st.sampled_from(TEXTS) | numbers | digits | st.text(st.characters(), max_size=12).map(joined)
scalars = st.none() | st.booleans() | whole | simple | quiet | texts
labels = st.sampled_from(["The x", "Größe", "{label}", "{min} $1 $&"]) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@st.composite
def limits(draw, number) -> dict:
    """min, max, both or neither, and a step, which the codec does not look at."""
    low, high = sorted(draw(st.lists(number, min_size=2, max_size=2, unique=True)))
    chosen = {"min": low, "max": high, "step": 1}
    return {key: chosen[key] for key in draw(st.sets(st.sampled_from(list(chosen))))}


def options(dtype: str):
    """Choices that a contract lets a dtype have."""
    low, high = BOUNDS.get(dtype, (-EXACT, EXACT))
    numeric = st.integers(max(low, -300), min(high, 300)) | st.integers(low, high)
    values = {"string": texts | numeric | finite | st.booleans(), "bool": st.booleans() | st.sampled_from([0, 1, 2, 0.5])}
    value = values.get(dtype, numeric | finite if dtype in FLOATS else numeric)
    return st.lists(value, min_size=1, max_size=10).map(lambda given: [{"value": each, "label": "one"} for each in given])


KINDS = {
    "number": (FLOATS, lambda dtype: limits(finite | simple)),
    "integer": (NUMERIC, lambda dtype: limits(st.integers(-300, 300) | st.integers(-EXACT, EXACT))),
    "choice": (NUMERIC | {"bool", "string"}, lambda dtype: st.fixed_dictionaries({"choices": options(dtype)})),
    "toggle": (NUMERIC | {"bool", "string"}, lambda dtype: st.just({})),
    "text": ({"string"}, lambda dtype: st.just({})),
}


@st.composite
def fields(draw, dtype: str, name: str) -> dict:
    """A field of any kind that fits the dtype."""
    kind = draw(st.sampled_from([kind for kind, (dtypes, _) in KINDS.items() if dtype in dtypes]))
    missing = ["refuse", *(["nan"] if dtype in FLOATS else []), *(["empty"] if dtype == "string" else [])]
    return {"name": name, "label": draw(labels), "kind": kind, "missing": draw(st.sampled_from(missing)), **draw(KINDS[kind][1](dtype))}


def fitting(field: dict):
    """What the field takes, as itself or as text."""
    match field["kind"]:
        case "number":
            value = st.floats(field.get("min", -1e30), field.get("max", 1e30))
        case "integer":
            value = st.integers(max(field.get("min", 0), -100), 100) if field.get("max", 0) >= 0 else st.just(field["max"])
        case "choice":
            value = st.sampled_from([option["value"] for option in field["choices"]])
        case "toggle":
            value = st.booleans()
        case _:
            value = texts
    return value | value.map(encode.shown)


def values(field: dict):
    """Mostly what the field takes; now and then one of its ends, or anything."""
    ends = [field[end] for end in ("min", "max") if end in field] or [0]
    return st.integers(0, 9).flatmap(lambda chance: scalars if chance == 0 else st.sampled_from(ends) if chance == 1 else fitting(field))


@st.composite
def tabular(draw) -> dict:
    """{form, rows} of one to three inputs of one to three fields each."""
    names = iter(draw(st.permutations(NAMES)) + ["x", "y"])
    count = draw(st.integers(1, 3))
    inputs = []
    for index in range(draw(st.integers(1, 3))):
        dtype = draw(DTYPES)
        listed = [draw(fields(dtype, next(names))) for _ in range(draw(st.integers(1, 3)))]
        shapes = [[None, len(listed)], [None, None]] if count > 1 or len(listed) > 1 else [[], [1], [None], [None, 1], [1, 1]]
        inputs.append({"name": f"in {index}", "dtype": dtype, "dims": draw(st.sampled_from(shapes)), "fields": listed})
    asked = [field for source in inputs for field in source["fields"]]
    rows = []
    for _ in range(count):
        absent = draw(st.sampled_from([None] * 9 + asked))
        rows.append({field["name"]: draw(values(field)) for field in asked if field is not absent})
    return {"form": formed(inputs, [], draw(st.sampled_from(LANGUAGES))), "rows": rows}


def formed(inputs: list[dict], outputs: list[dict], language: str = "en") -> dict:
    """A form, whose sentences `codec_twins.same` fills in: a failure is read more easily without them."""
    return {"inputs": inputs, "outputs": outputs, "batch": False, "sentences": language}


def elements(dtype: str):
    """One element of a tensor."""
    if dtype == "string":
        return texts
    if dtype in FLOATS:
        width = int(dtype.removeprefix("float"))
        quiet = st.floats(width=width).map(lambda number: math.nan if math.isnan(number) else number)
        return st.floats(-9, 9, width=width) | st.integers(-300, 300).map(float) | st.sampled_from([math.nan, math.inf, -math.inf, -0.0]) | quiet
    if dtype == "bool":
        return st.booleans()
    limits = np.iinfo(dtype)
    return st.integers(limits.min, limits.max) | st.integers(max(limits.min, -3), 3)


ALL = sorted(NUMERIC | {"bool", "string"})
DTYPES, NUMBERS, REALS = st.sampled_from(ALL), st.sampled_from(sorted(NUMERIC)), st.sampled_from(sorted(FLOATS))
ELEMENTS = {dtype: elements(dtype) for dtype in ALL}


@st.composite
def tensors(draw, dtype: str, shape) -> np.ndarray:
    size = math.prod(shape)
    drawn = draw(st.lists(ELEMENTS[dtype], min_size=size, max_size=size))
    return np.array(drawn, object if dtype == "string" else dtype).reshape(shape)


sides = st.integers(1, 3)
shapes = st.lists(sides, max_size=3).map(tuple)


@st.composite
def declared(draw, shape: tuple[int, ...]) -> list[int | None]:
    """A shape that a graph may declare for an array: perhaps with a batch dim, dims open, or others than it has."""
    dims: list[int | None] = [draw(st.sampled_from([dim, dim, None, None, None, 2])) for dim in shape]
    return draw(st.sampled_from([dims, dims, [None, *dims], [1, *dims]]))


@st.composite
def given_arrays(draw) -> dict:
    """{form, rows} of one input that takes an array, and one or two rows with one, or with anything else."""
    kind = draw(st.sampled_from(["image", "drawing", "audio", "tensor"]))
    if kind == "tensor":
        dtype, shape = draw(DTYPES), draw(shapes)
        value_dtype = draw(st.just(dtype) | DTYPES)
        dims = draw(declared(shape))
    elif kind == "audio":
        dtype, value_dtype, shape = draw(REALS), "float32", (draw(st.integers(1, 5)),)
        dims = draw(st.sampled_from([[None], [1, None], [None, None], [4], [1, 4]]))
    else:
        dtype, value_dtype, shape = draw(NUMBERS), "uint8", (draw(sides), draw(sides), draw(st.sampled_from([1, 3])))
        channels = draw(st.sampled_from([1, 3, None]))
        dims = draw(st.sampled_from([[None, None], [None, None, channels], [2, 2, channels], [None, None, None, channels], [1, 2, None, channels]]))
    if draw(st.integers(0, 9)) == 0:
        value_dtype = draw(DTYPES)
    count = draw(st.integers(1, 2)) if len(dims) == len(shape) + 1 and dims[0] is None else 1
    value = tensors(value_dtype, shape) | tensors(value_dtype, shape) | tensors(value_dtype, shape) | scalars
    rows = [golden.packed({"x": draw(value)}) for _ in range(count)]
    field = {"name": "x", "label": draw(labels), "kind": kind, "missing": "refuse"}
    return {"form": formed([{"name": "in", "dtype": dtype, "dims": dims, "fields": [field]}], [], draw(st.sampled_from(LANGUAGES))), "rows": rows}


@st.composite
def computed(draw) -> dict:
    """{form, outputs, count}: what a graph gave for one to three rows, shown in every way."""
    count = draw(st.integers(1, 3))
    arrays_, outputs = {}, []

    def put(name: str, dtype: str, *shape: int) -> str:
        arrays_[name] = draw(tensors(dtype, (count, *shape)))
        return name

    for index in range(draw(st.integers(1, 3))):
        name = f"out {index}"
        kind = draw(st.sampled_from(["value", "classes", "boxes", "text", "image", "audio", "tensor"]))
        output = {"name": name, "kind": kind}
        off = draw(st.sampled_from([0] * 19 + [1]))  # now and then an element too many
        match kind:
            case "value":
                put(name, draw(DTYPES), *draw(st.sampled_from([(), (1,), (0,)] if off else [(), (1,)])))
                if draw(st.booleans()):
                    number = sorted(NUMERIC | {"bool"})
                    output["interval"] = [put(f"{name} {end}", draw(st.sampled_from(number)), 1) for end in ("low", "high")]
            case "classes":
                output["classes"] = draw(st.lists(st.sampled_from(["a", "b", "c", "d", "é"]), min_size=2, unique=True))
                put(name, draw(REALS), len(output["classes"]) + off)
            case "boxes":
                found = draw(st.integers(0, 3))
                output |= {"scores": put(f"{name} scores", draw(REALS), found)}
                output |= {"labels": put(f"{name} labels", draw(NUMBERS), found)}
                output |= draw(st.sampled_from([{}, {"classes": ["cat", "dog"]}]))
                put(name, draw(REALS), found + off, 4)
            case "text":
                put(name, "string", draw(st.integers(0, 2)))
            case "image":
                put(name, "uint8", draw(sides), draw(sides), 3)
            case "audio":
                put(name, draw(REALS), draw(st.integers(0, 4)))
            case "tensor":
                put(name, draw(DTYPES), *draw(shapes))
        outputs.append(output)
    return {"form": formed([], outputs), "outputs": golden.packed(arrays_), "count": draw(st.sampled_from([count] * 9 + [count + 1]))}
