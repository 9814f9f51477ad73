"""Series: how a text becomes numbers, in both twins; what a contract may say of them, and whether the graph fits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_result_kinds import agreed

import models
import models_of_each_kind
from codec_strategies import texts
from codec_twins import in_node, same, tagged
from mlweb.codec import media
from mlweb.codec.encode import sentence
from mlweb.codec.refusal import InvalidValue
from mlweb.codec.series import read_series
from mlweb.contract.sentences import SENTENCES
from mlweb.errors import UserError
from mlweb.proof import golden


def read(text: str, decimal: str = ".") -> dict:
    """What both twins make of a text; fails where they differ."""
    try:
        answer = {"numbers": read_series(text, decimal)}
    except InvalidValue as unfit:
        answer = {"unfit": [unfit.code, unfit.filled]}
    theirs = in_node({"text": text, "decimal": decimal})
    assert theirs == tagged(answer), (theirs, answer)
    return answer


def refused(answer: dict, language: str) -> str:
    code, filled = answer["unfit"]
    said = sentence({key: text[language] for key, text in SENTENCES.items()}, "Past", InvalidValue(code, **filled))
    return said.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("text", "decimal", "numbers"),
    [
        ("1\n2.5\r\n-3\r4e2", ".", [1, 2.5, -3, 400]),
        ("\ufeffkilowatts per hour\n\n1\n 2 \n\n", ".", [1, 2]),
        ("1; 2;3\t4  5", ".", [1, 2, 3, 4, 5]),
        ("1, 2.5, 3", ".", [1, 2.5, 3]),
        ("1,2,3", ".", [1, 2, 3]),
        ("1,2,3,\n4,5,6,", ".", [1, 2, 3, 4, 5, 6]),
        ("1,5\n2,25", ".", [1.5, 2.25]),
        ("1,5; 2,25", ",", [1.5, 2.25]),
        ("1,5 2,125", ",", [1.5, 2.125]),
        ("1 , 2", ".", [1, 2]),
        ("1\u202f234,5\n2\u00a0000", ",", [1234.5, 2000]),
        ("", ".", []),
    ],
)
def test_numbers_are_read_however_they_are_apart(text, decimal, numbers):
    assert read(text, decimal) == {"numbers": numbers}


@pytest.mark.parametrize(
    ("text", "said", "in_french"),
    [
        ("1\n2\nabc", "Past, line 3: “abc” is not a number, such as 12.5.", "Past, ligne 3 : « abc » n’est pas un nombre comme 12,5."),
        ("1;;3", "Past, line 1: “” is not a number, such as 12.5.", "Past, ligne 1 : «  » n’est pas un nombre comme 12,5."),
        ("1,,3", "Past, line 1: “” is not a number, such as 12.5.", "Past, ligne 1 : «  » n’est pas un nombre comme 12,5."),
        (
            "hour,bikes\n1,12\n2,15",
            "Past, line 1: “hour,bikes” is not a number, such as 12.5.",
            "Past, ligne 1 : « hour,bikes » n’est pas un nombre comme 12,5.",
        ),
        ("n/a", "Past, line 1: “n/a” is not a number, such as 12.5.", "Past, ligne 1 : « n/a » n’est pas un nombre comme 12,5."),
        (
            "1,500\n1,250",
            "Past, line 1: “1,500” can be read in two ways; write 1.500 or 1500.",
            "Past, ligne 1 : « 1,500 » peut se lire de deux façons ; écrivez 1.500 ou 1500.",
        ),
    ],
)
def test_what_is_no_number_is_named_with_its_line(text, said, in_french):
    assert (refused(read(text), "en"), refused(read(text), "fr")) == (said, in_french)


def test_on_a_french_page_a_comma_is_no_sign_of_thousands():
    assert read("1,500", ",") == {"numbers": [1.5]}


parts = st.lists(st.one_of(texts, st.sampled_from(["1", "2,5", "1,2,3", "hour"])), max_size=5)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(parts, max_size=4), st.sampled_from(["; ", ";", "\t", ", ", ",", " ", " ,"]), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from([".", ","])
)
def test_both_twins_read_any_text_alike(lines, between, end, decimal):
    read(end.join(between.join(words) for words in lines), decimal)


def form(dims: list, dtype: str = "float32", **more) -> dict:
    field = {"name": "past", "label": "Past", "kind": "series", **more}
    return {"inputs": [{"name": "past", "dtype": dtype, "dims": dims, "fields": [field]}], "outputs": [], "batch": False, "sentences": "en"}


def encoded(numbers, dims: list, **more) -> dict:
    answer = same({"form": form(dims, **more), "rows": [golden.packed({"past": np.array(numbers)})]})
    return {"feed": golden.unpack(answer["feeds"]["past"])} if "feeds" in answer else {"said": answer["refusals"][0]["message"]}


@pytest.mark.parametrize("dims", [[None, 3], [1, 3], [3], [None, 3, 1], [None, None], [None]])
def test_the_last_numbers_count_in_the_shape_that_the_graph_takes(dims):
    feed = encoded([9.0, 1.0, 2.0, 0.1], dims)["feed"]
    numbers = [9.0, 1.0, 2.0, 0.1] if None in dims[-1:] else [1.0, 2.0, 0.1]
    shape = [len(numbers)] if len(dims) == 1 else [1, len(numbers), 1][: len(dims)]
    assert feed.dtype == np.float32 and list(feed.shape) == shape and feed.reshape(-1).tolist() == np.float32(numbers).tolist()


@pytest.mark.parametrize(
    ("numbers", "more", "said"),
    [
        ([1.0, 2.0], {}, "Past needs 3 numbers, but has 2."),
        ([1.0, np.nan, 3.0], {}, "Past: number 2 is missing or infinite."),
        ([np.nan, 1.0, 2.0, 3.0], {}, None),
        ([0.0, 0.0, 1.0, -2.5], {"min": 0}, "Past: number 4, which is -2.5, must be at least 0."),
        ([1.0, 2.0, 9.0], {"max": 8.5}, "Past: number 3, which is 9, must be at most 8.5."),
        ([1.0, 2.0, 1e39], {}, "Past: number 3, which is 1e+39, is too large for the model (float32)."),
        ([1.0, 2.0, 1e39], {"dtype": "float64"}, None),
        (["a", "b", "c"], {}, "Past needs a series of numbers."),
        ([[1.0], [2.0], [3.0]], {}, "Past needs a series of numbers."),
    ],
)
def test_each_mistake_gets_its_sentence(numbers, more, said):
    assert encoded(numbers, [None, 3], **more).get("said") == said


def test_files_are_read_as_series(tmp_path):
    (tmp_path / "a.csv").write_bytes(models_of_each_kind.FILES["a.txt"])
    assert media.read(tmp_path, "a.csv", {"kind": "series"}).tolist() == [1, 2.5, -3, 400, 0.1, 7]
    (tmp_path / "b.csv").write_text("1\ntwo\n")
    with pytest.raises(UserError, match='can\'t be read as series: line 2: "two" is no number'):
        media.read(tmp_path, "b.csv", {"kind": "series"})


START = "schema: 1\nname: N\ninputs:\n  past: {kind: series, time: {label: {en: Hours}, step: 0.5}, min: 0}\noutputs:\n  "


def contract(folder, outputs: str, model=None, start: str = START) -> dict:
    """The form of a contract, or the UserError of what is wrong with it."""
    return agreed(folder, outputs, model or models_of_each_kind.ahead(), start)[1]


def test_a_series_goes_on_on_the_axis_of_the_one_before_it(tmp_path):
    made = contract(tmp_path, "next: {kind: series, after: past, interval: [low, high], unit: kW}")
    assert made["inputs"][0]["fields"][0]["time"] == {"label": "Hours", "step": 0.5}
    assert made["outputs"][0]["time"] == {"label": "Hours", "step": 0.5} and made["batch"]
    own = contract(tmp_path, "next: {kind: series, after: past, time: Days}")
    assert own["outputs"][0]["time"] == {"label": "Days", "step": 1}
    assert "time" not in contract(tmp_path, "next: {kind: series}")["outputs"][0]


WRONG = [
    ("next: {kind: series, after: pst}", None, 'outputs.next.after: there is no input of kind series "pst". Did you mean "past"?'),
    ("next: {kind: tensor, over: past}", None, 'outputs.next.over: there is no input of kind image or drawing "past". Leave it out, or name one of'),
    ("next: {kind: series, interval: [low, hgh]}", None, 'outputs.next.interval: the model has no output "hgh". Did you mean "high"?'),
    ("next: {kind: series, horizon: 3}", None, 'outputs.next.horizon: unknown key "horizon".'),
    ("y: {kind: series}", "float[N,2,3] past => int64[N] y", "kind series needs floats of the shape [N, steps], the model gives int64 [N]: use kind tensor."),
    ("y: {kind: series}", "float[N,2,3] past => float[N,2,3] y", "the shape [N, steps], the model gives float32 [N, 2, 3]: use kind tensor."),
    (
        "y: {kind: tensor}",
        "float[N,2,3] past => float[N,2,3] y",
        "kind series gives floats of the shape [N, window], [window] or [N, window, 1], the model takes",
    ),
    ("y: {kind: tensor}", "int64[N,3] past => int64[N,3] y", "the model takes int64 [N, 3]."),
    ("y: {kind: tensor}", "float[4,3] past => float[4,3] y", "the model takes only batches of 4 (float32 [4, 3])"),
]


@pytest.mark.parametrize(("outputs", "body", "said"), WRONG, ids=[said for _, _, said in WRONG])
def test_what_does_not_fit_the_graph_is_said(tmp_path, outputs, body, said):
    given, _, shown = (body or "").partition(" => ")
    operator = "Identity(past)" if shown.split("[")[0] == given.split("[")[0] else "Size(past)"
    model = models.text(f"other ({given}) => ({shown}) {{ y = {operator} }}") if body else None
    with pytest.raises(UserError) as problems:
        contract(tmp_path, outputs, model)
    assert any(said in each for each in problems.value.sentences), problems.value.sentences


def test_the_bounds_of_a_series_are_ordered(tmp_path):
    with pytest.raises(UserError, match="min 5 must be below max 1"):
        contract(tmp_path, "next: {kind: series}", start=START.replace("min: 0", "min: 5, max: 1"))
