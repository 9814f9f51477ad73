"""Requests to the codec for property tests: any form that a contract allows, with any value that a person, a link or a host page may give.

Every strategy is made once, here, and functions draw from them: to make strategies anew for each example would take most of the time.
"""

import math

import numpy as np
from hypothesis import strategies as st

from mlweb.codec import decode, nearest
from mlweb.codec.dtypes import BOUNDS, FLOATS, NUMERIC
from mlweb.codec.kinds import ARRAYS, SCALARS
from mlweb.codec.kinds.number import Numeric
from mlweb.codec.languages import LANGUAGES
from mlweb.codec.scalars import shown
from mlweb.proof import golden

LIST = nearest.written(["a", "b é", "c"], np.array([[0.6, 0.8], [-1, 0], [0, 1]]), "of a model")
EXACT = 2**53 - 1  # the largest whole number in a contract, as JavaScript reads it

TEXTS = ["", " ", "1", " 7.5 ", "1,5", "1,500", "1.500,2", "-0", "+.5", "5.", "1e3", "1E-7", "1e400", "1e39", "abc", "0x10", "NaN", "Infinity", "2.0"]
TEXTS += ["1 234", "1\u00a0234,5", "1\u202f234.5", "12 345 678", "0 500", "1 23", "1  234", "١٢", "\ufeff3\u00a0", "\x1c3", "16777217", "9007199254740993"]
TEXTS += ["true", "TRUE", "false", "İ", "Zürich", "👩‍🔬", "a\0b", "é", "constructor", "__proto__", "3.4028235677973366e38", "{label}", "$&"]
NAMES = ["constructor", "toString", "__proto__", "a b", "{x}", "1", "é", "x", "y"]
WHITE = ["", "", " ", "\t", "\u00a0", "\u202f", "\ufeff", "\x1c", "\u2028", "\x85"]
LARGE = [2**24 + 1, 2**53, 2**53 + 1, -(2**63), 2**63 - 1, 2**64, 10**21, 10**400, -(10**400)]


def joined(text: str) -> str:
    """Two halves of a pair of surrogates, which JSON can't tell from the character that they make, as that character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def spelled(number: float, comma: str, gap: str, before: str, behind: str) -> str:
    """A number as people write it, with a decimal comma, thousands apart and white around it."""
    return before + f"{number:,}".replace(",", "_").replace(".", comma).replace("_", gap) + behind


def quiet(number: float) -> float:
    """One NaN for all the many."""
    return math.nan if math.isnan(number) else number


def one_of(*choices):
    return st.sampled_from(choices)


small, exact, wide = st.integers(-300, 300), st.integers(-EXACT, EXACT), st.integers(-(2**64), 2**64)
whole = small | wide | st.sampled_from(LARGE)
simple = st.integers(-30_000, 30_000).map(lambda number: number / 100)
finite = st.floats(allow_nan=False, allow_infinity=False)
share = st.integers(0, 64).map(lambda number: number / 64)
numbers = st.builds(spelled, small | wide | simple | finite, one_of(".", ","), one_of("", " ", ",", "\u202f"), st.sampled_from(WHITE), st.sampled_from(WHITE))
digits = st.text("0123456789+-.,eE \u00a0\u202f", max_size=12)
texts = st.sampled_from(TEXTS) | numbers | digits | st.text(st.characters(), max_size=12).map(joined)
scalars = st.none() | st.booleans() | whole | simple | st.floats().map(quiet) | texts
chance = st.integers(0, 19)
labels = one_of("The x", "Größe", "{label}", "{min} $1 $&")
languages = st.sampled_from(LANGUAGES)
names = st.permutations(NAMES)
counts = st.integers(1, 3)
few = st.integers(0, 3)
yes = st.booleans()

ALL = sorted(NUMERIC | {"bool", "string"})
dtypes, numeric, floats = st.sampled_from(ALL), st.sampled_from(sorted(NUMERIC)), st.sampled_from(sorted(FLOATS))


def least(dtype: str) -> tuple[int, int]:
    """The whole numbers that a contract lets a dtype have."""
    return BOUNDS.get(dtype, (-EXACT, EXACT))


def option(dtype: str):
    """One choice's value."""
    if dtype == "string":
        return texts | small | exact | finite | yes
    if dtype == "bool":
        return yes | one_of(0, 1, 2, 0.5)
    bounded = st.integers(*least(dtype))
    narrow = st.floats(allow_nan=False, allow_infinity=False, width=int(dtype.removeprefix("float"))) if dtype in FLOATS else st.integers(0, 100)
    return bounded | narrow | simple if dtype in FLOATS else bounded | narrow


options = {dtype: st.lists(option(dtype), min_size=1, max_size=10) for dtype in ALL}
ends = {
    "number": st.lists(finite | simple, min_size=2, max_size=2, unique=True).map(sorted),
    "integer": st.lists(small | exact, min_size=2, max_size=2, unique=True).map(sorted),
}
fits_into = {dtype: [name for name, kind in SCALARS.items() if not [*kind.model_construct(kind=name, choices=[]).mismatches(dtype)]] for dtype in ALL}
fitting_kinds = {dtype: st.sampled_from(kinds) for dtype, kinds in fits_into.items()}
missing = {dtype: one_of("refuse", *(["nan"] if dtype in FLOATS else []), *(["empty"] if dtype == "string" else [])) for dtype in ALL}


def field(draw, dtype: str, name: str) -> dict:
    """A field of any kind that fits the dtype."""
    kind = draw(fitting_kinds[dtype])
    made = {"name": name, "label": draw(labels), "kind": kind, "missing": draw(missing[dtype])}
    if kind == "choice":
        made["choices"] = [{"value": value, "label": "one"} for value in draw(options[dtype])]
    if kind in ends:
        low, high = draw(ends[kind])
        made |= ({"min": low} if draw(yes) else {}) | ({"max": high} if draw(yes) else {})
    return made


def value(draw, field: dict, dtype: str):
    """Mostly what the field takes, as itself or as text; now and then one of its ends, or anything."""
    drawn = draw(chance)
    if drawn == 0:
        return draw(scalars)
    match field["kind"]:
        case "choice":
            fits = field["choices"][int(draw(share) * (len(field["choices"]) - 1))]["value"]
        case "toggle":
            fits = draw(yes)
        case "text":
            fits = draw(texts)
        case kind if issubclass(SCALARS[kind], Numeric):
            low = field.get("min", min(field.get("max", 1), 1) - 1)
            fits = low + draw(share) * (field.get("max", low + 100) - low) if drawn > 2 else low
            fits = round(fits) if kind == "integer" and math.isfinite(fits) else fits
        case kind:
            odd = [each for _, each in SCALARS[kind].odd_values(field, dtype)]
            fits = draw(st.sampled_from([SCALARS[kind].probable(field), *odd]))
    return shown(fits) if drawn % 2 else fits


@st.composite
def tabular(draw) -> dict:
    """{form, rows}: one to three inputs of one to three fields each."""
    free, count, inputs = iter(draw(names)), draw(counts), []
    for index in range(draw(counts)):
        dtype = draw(dtypes)
        listed = [field(draw, dtype, next(free)) for _ in range(draw(counts))]
        shapes = [[None, len(listed)], [None, None]] if count > 1 or len(listed) > 1 else [[], [1], [None], [None, 1], [1, 1]]
        inputs.append({"name": f"in {index}", "dtype": dtype, "dims": shapes[int(draw(share) * (len(shapes) - 1))], "fields": listed})
    rows = [{each["name"]: value(draw, each, source["dtype"]) for source in inputs for each in source["fields"] if draw(chance)} for _ in range(count)]
    return {"form": form(inputs, [], draw(languages)), "rows": rows}


def form(inputs: list[dict], outputs: list[dict], language: str = "en") -> dict:
    """A form, whose sentences `codec_twins.same` fills in: a failure is read more easily without them."""
    return {"inputs": inputs, "outputs": outputs, "batch": False, "sentences": language}


def element(dtype: str):
    """One element of a tensor."""
    if dtype == "string":
        return texts
    if dtype == "bool":
        return yes
    if dtype in FLOATS:
        return small.map(float) | share | one_of(math.nan, math.inf, -math.inf, -0.0) | st.floats(width=int(dtype.removeprefix("float"))).map(quiet)
    limits = np.iinfo(dtype)
    rounded_twice = one_of(2**54 + 2**30 + 1) if limits.bits == 64 else st.nothing()  # on its way to float32, if a double lies between
    return st.integers(max(limits.min, -3), 3) | st.integers(int(limits.min), int(limits.max)) | rounded_twice


elements = {dtype: st.lists(element(dtype), min_size=1, max_size=12) for dtype in ALL}
shapes = st.lists(counts, max_size=3)
mostly = one_of("same", "same", "same", "open", "open", "open", "other")


def tensor(draw, dtype: str, shape: list[int]) -> np.ndarray:
    """An array of a few elements, over and over."""
    return np.resize(np.array(draw(elements[dtype]), object if dtype == "string" else dtype), shape)


@st.composite
def whole_inputs(draw) -> dict:
    """{form, rows}: one input that takes an array, and one or two rows with such an array, now and then with anything else."""
    kind, leading = draw(one_of(*ARRAYS)), draw(one_of([], [None], [1]))
    match kind:
        case "audio":
            dtype, value_dtype, shape = draw(floats), "float32", [draw(counts)]
            dims = [draw(one_of(None, 2, 4))]
        case "series":
            dtype, value_dtype, shape = draw(floats), draw(numeric), [draw(counts)]
            dims = [draw(one_of(None, 2, 3)), *draw(one_of([], [1] if leading else []))]
        case "image" | "drawing":
            dtype, value_dtype, shape = draw(numeric), "uint8", [draw(counts), draw(counts), draw(one_of(1, 3))]
            channels = draw(one_of([], [1], [3], [None]))
            leading = leading if channels else []
            dims = [draw(one_of(None, 2)), draw(one_of(None, 2)), *channels]
        case _:
            dtype, shape = draw(dtypes), draw(shapes)
            value_dtype = dtype if draw(yes) else draw(dtypes)
            dims = [{"same": dim, "open": None, "other": 2}[draw(mostly)] for dim in shape]
    if draw(chance) == 0:
        value_dtype = draw(dtypes)
    count = draw(counts) if leading == [None] else 1
    asked = {"name": "x", "label": draw(labels), "kind": kind, "missing": "refuse"}
    if kind == "series":
        asked |= ({"min": -2} if draw(yes) else {}) | ({"max": 2.5} if draw(yes) else {})
        count = count if dims[0] else 1  # of any length, they would not fit into one tensor
    source = {"name": "in", "dtype": dtype, "dims": leading + dims, "fields": [asked]}
    given = [tensor(draw, value_dtype, shape) if draw(chance) else draw(scalars) for _ in range(count)]
    return {"form": form([source], [], draw(languages)), "rows": [golden.packed({"x": each}) for each in given]}


@st.composite
def computed(draw) -> dict:
    """{form, outputs, count}: what a graph gave for one to three rows, shown in every way; now and then an element or a row too many."""
    count, arrays, outputs = draw(counts), {}, []

    def put(name: str, dtype: str, *shape: int) -> str:
        arrays[name] = tensor(draw, dtype, [count, *shape])
        return name

    for index in range(draw(counts)):
        name, kind, off = f"out {index}", draw(one_of(*decode.RESULTS)), int(draw(chance) == 0)
        output: dict = {"name": name, "kind": kind}
        match kind:
            case "value":
                put(name, draw(dtypes), *([0] if off else []))
                if draw(yes):
                    output["interval"] = [put(f"{name} {end}", "bool" if draw(chance) == 0 else draw(numeric), 1) for end in ("low", "high")]
            case "values" | "point":
                width = 2 if kind == "point" else draw(counts)
                output["values"] = [{"name": each, "label": each} for each in NAMES[:width]]
                put(name, draw(dtypes), width + off)
            case "label":
                put(name, draw(dtypes), *([0] if off else []))
                named = dict.fromkeys(shown(each) for each in arrays[name].reshape(-1).tolist()[: draw(few)])
                output["names"] = [{"value": each, "label": f"the name of {each}"} for each in named]
            case "classes":
                output["classes"] = ["a", "b", "é", "d"][: 1 + draw(counts)]
                output |= {"scored": True} if draw(yes) else {}
                put(name, draw(floats), len(output["classes"]) + off)
            case "boxes":
                found = draw(few)
                output |= {"scores": put(f"{name} scores", draw(floats), found), "labels": put(f"{name} labels", draw(numeric), found)}
                output |= {"classes": ["cat", "dog"]} if draw(yes) else {}
                put(name, draw(floats), found + off, 4)
            case "mask":
                dtype = draw(dtypes.filter(lambda each: each != "string"))
                output |= {"classes": ["road", "sky", "é"][: draw(counts)]} if draw(yes) else {}
                layers = [len(output.get("classes", [0])) + off] if dtype in FLOATS else [2] if off else draw(one_of([], [1]))
                put(name, dtype, *layers, *(draw(few) for _ in range(2)))
            case "text":
                put(name, "string", draw(few))
            case "image":
                put(name, "uint8", draw(counts), draw(counts), 3)
            case "audio":
                put(name, draw(floats), draw(few))
            case "series":
                steps = draw(counts)
                put(name, draw(numeric), steps)
                if draw(yes):
                    output["interval"] = [put(f"{name} {end}", draw(numeric), steps + off) for end in ("low", "high")]
            case "nearest":
                output |= {"top": draw(counts), "items": {"sha256": nearest.register(LIST, "items.json"), "count": 3}}
                put(name, draw(floats.filter(lambda each: each != "float16")), 2 + off)
            case "tensor":
                put(name, draw(dtypes), *draw(shapes))
        outputs.append(output)
    return {"form": form([], outputs), "outputs": golden.packed(arrays), "count": count + int(draw(chance) == 0)}
