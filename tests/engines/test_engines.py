"""The page in three engines, through one contract (engine_tabs.py): it opens, computes what native onnxruntime computes, and loses nothing."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

import full_sites
import gguf_models
import language_models
import mlweb
import models
from engine_tabs import watched
from mlweb.codec import encode, media, scalars
from mlweb.codec.decode import decode, output_names
from mlweb.codec.languages import localised
from mlweb.contract.form import defaults
from mlweb.engines import llama
from mlweb.engines.following import Follower
from mlweb.engines.table import ENGINES
from mlweb.proof import golden, parity
from mlweb.runner import strict_session
from models_of_each_kind import ALL_NUMBERS, ARRAYS, EACH, PICTURES, Each
from parity_levels import PROBE
from running_engines import missing
from served_sites import serving

pytestmark = pytest.mark.slow

ALL = f"page: {{panels: [{', '.join(full_sites.PANELS)}]}}\n"
LINEAR = models.LINEAR.replace("decimals: 2", "decimals: 2, unit: kg") + "page: {panels: [predict, batch], language: [en, fr]}\n"
# The last results that the page told of, arrays as lists, with what is seen of each.
SHOWN = """() => Object.fromEntries(Object.entries(window.told).map(([name, { array, ...result }]) => {
  const view = document.querySelector(`[data-output=${JSON.stringify(name)}]`);
  const canvas = view.querySelector('canvas');
  const pixels = () => Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((_, at) => at % 4 < 3));
  return [name, {
    ...result, array: array && { dims: array.dims, elements: Array.from(array.data, Number) },
    seen: [...view.querySelectorAll('data')].map((data) => data.value), says: view.querySelector('data')?.textContent,
    written: view.querySelector('.written')?.textContent,
    pixels: result.kind === 'image' ? pixels() : undefined,
  }];
}))"""


def manifest_of(folder: Path) -> Path:
    [manifest] = folder.glob("app-*/manifest.json")
    return manifest


def form_of(folder: Path) -> dict:
    return localised(json.loads(manifest_of(folder).read_text(encoding="utf-8"))["form"], "en")


@pytest.mark.parametrize(
    ("model", "metadata"), [(full_sites.tabular, full_sites.TABULAR + ALL), (full_sites.media, full_sites.MEDIA + ALL)], ids=["tabular", "media"]
)
def test_every_panel_and_kind_opens(tab, hosted, model, metadata):
    url, _ = hosted(model, metadata)
    tab.open(url)
    assert tab.call("() => document.querySelectorAll('main > section').length") == len(full_sites.PANELS)


PLAIN = """() => {
  if (!('trustedTypes' in window)) return 'no Trusted Types here';
  try {
    document.createElement('script').src = 'foreign.js';
    return 'taken';
  } catch {
    return 'refused';
  } finally {
    setTimeout(() => { window.wrong = []; window.isOver = true; });
  }
}"""


def test_a_plain_text_starts_no_script_and_pasted_rows_are_computed(tab, hosted, subtests):
    url, _ = hosted(models.linear, LINEAR)
    tab.open(url)
    with subtests.test("the page asks for Trusted Types, and works all the same: what an engine without them makes of that is nothing"):
        said = tab.call(PLAIN)
        assert said in ("refused", "no Trusted Types here")
        if said == "refused":
            tab.until("() => window.isOver")
    with subtests.test("pasted rows are computed"):
        tab.paste(".batch textarea", "a;b\n1;2\n-3;0,5\n")
        tab.until("() => document.querySelector('.batch > .note').innerText.includes('2 rows')")
        tab.click(".batch button.main")
        tab.until("() => document.querySelectorAll('.batch .results tbody tr').length === 2")
        assert tab.call("() => [...document.querySelectorAll('.batch .results tbody td:nth-child(2)')].map((cell) => cell.innerText)") == ["23.00", "0.00"]


# How often the page has asked for a part of the runtime beyond the first.
RESTS = "() => performance.getEntriesByType('resource').filter(({ name }) => /runtime\\/rest-/.test(name)).length"


def rests(folder: Path) -> int:
    """How many parts of the runtime beyond the first are on the site."""
    return len(list(folder.glob("runtime/rest-*.wasm")))


# What can stand on one page does, for a visit costs more than what is computed in it; that of a table has more to show (below).
KINDS = {kind: EACH[kind] for kind in ("text", "tokens", "nearest")} | {"numbers": ALL_NUMBERS, "pictures": PICTURES, "arrays": ARRAYS}


def test_every_kind_is_given_to_a_form():
    def kinds(each: Each) -> set[str]:
        contract = yaml.safe_load(each.metadata)
        return {f"{of} {field.get('kind')}" for of in ("inputs", "outputs") for field in contract[of].values()}

    given = {each for kind in [*KINDS.values(), EACH["tabular"]] for each in kinds(kind)}
    assert given == {each for kind in EACH.values() for each in kinds(kind)}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_given_to_the_form_gives_the_numbers_of_native_onnxruntime(tab, hosted, tmp_path, kind):
    each = KINDS[kind]
    url, folder = hosted(each.model, each.metadata, each.files)
    tab.open(url)
    equals_native(tab, folder, each, tmp_path)


def equals_native(tab, folder: Path, each: Each, tmp_path: Path) -> None:
    """Level 2: what the open page shows of each row is what native onnxruntime computes."""
    form, session = form_of(folder), strict_session(each.model().SerializeToString())
    for name, content in each.files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    row, expected, actual = dict.fromkeys(golden.names(form)) | defaults(form), [], []
    for given in each.rows:
        paths = {name: tmp_path / value if value in each.files else value for name, value in given.items()}
        row |= {name: str(value) if isinstance(value, Path) else value for name, value in paths.items()}
        feeds = encode.encode(form, [media.resolve(form, typed(on_disk(row, folder)), Path("/"))])
        names = output_names(form)
        expected.append(decode(form, dict(zip(names, session.run(names, feeds), strict=True)))[0])
        tab.fill(paths)
        shown = tab.call(SHOWN)
        actual.append({name: told(result) for name, result in shown.items()})
        assert all(is_seen(result) for result in shown.values()), shown
    native, browser = arrays(expected), arrays(actual)
    differences, failed = parity.browser(native, browser)
    assert not failed, failed
    print(parity.table(differences))


def on_disk(row: dict, folder: Path) -> dict:
    """The row with the address that a default has on the site as the path of its file."""
    app = manifest_of(folder).parent
    return {name: str((app / value).resolve()) if str(value).startswith("../") else value for name, value in row.items()}


def typed(row: dict) -> dict:
    """The row with nested lists as the array that they mean."""
    return {name: np.array(json.loads(value), np.float64) if str(value).startswith("[[") else value for name, value in row.items()}


def told(result: dict) -> dict:
    """A result of the page as `decode` has it."""
    array = result.get("array")
    return result | {"array": np.array(array["elements"]).reshape(array["dims"])} if array else result


def is_seen(result: dict) -> bool:
    """Whether what is seen on the page is the result."""
    match result["kind"]:
        case "value":
            return [float(value) for value in result["seen"]] == [result["value"]]
        case "values" | "point":
            return result["seen"] == [scalars.shown(each["value"]) for each in result["values"]]
        case "label":
            return result["seen"] == [scalars.shown(result["value"])] and result["says"] == result["label"]
        case "classes":
            return [float(value) for value in result["seen"]] == [each["probability"] for each in result["classes"]]
        case "boxes":
            return [float(value) for value in result["seen"]] == [each["score"] for each in result["boxes"]]
        case "nearest":
            return [float(value) for value in result["seen"]] == [each["similarity"] for each in result["nearest"]]
        case "text":
            return result["written"] == result["text"]
        case "series":
            numbers = zip(result["values"], *result.get("interval", []), strict=True)
            return result["seen"] == [scalars.shown(each) for line in numbers for each in line]
        case "image":
            return result["pixels"] == result["array"]["elements"]
    return True


def arrays(rows: list[dict]) -> dict[str, np.ndarray]:
    """Results of several rows as arrays by name, a row of the array each."""
    parts = [{f"{name}.{part}": values for name, result in row.items() for part, values in flat(result).items()} for row in rows]
    return {name: parity.stack_runs([np.asarray(part[name]).reshape(1, -1) for part in parts]) for name in parts[0]}


def flat(result: dict) -> dict[str, list]:
    """The numbers and the words of a result."""
    match result["kind"]:
        case "value":
            return {"value": [result["value"]]}
        case "values" | "point":
            exact = any(isinstance(each["value"], str) for each in result["values"])
            return {"values": np.array([each["value"] for each in result["values"]], object if exact else None)}
        case "label":
            return {"label": np.array([result["label"]], object)}
        case "classes":
            ranked = sorted(result["classes"], key=lambda each: each["label"])
            return {"probabilities": [each["probability"] for each in ranked]}
        case "boxes":
            words = np.array([each["label"] for each in result["boxes"]], object)
            return {"labels": words, "numbers": [[each["score"], *each["box"]] for each in result["boxes"]]}
        case "nearest":
            words = np.array([each["text"] for each in result["nearest"]], object)
            return {"texts": words, "similarities": [each["similarity"] for each in result["nearest"]], "vector": result["array"]}
        case "text":
            return {"text": np.array([result["text"]], object)}
        case "series":
            return {"values": result["values"], "interval": result.get("interval", [])}
    return {"dims": list(result["array"].shape), "elements": np.asarray(result["array"], np.float64)}


@cache
def written(by: str) -> list[list]:
    """What Python writes from the rows of language_models, which is the same for each engine."""
    return language_models.expected(language_models.rows(), gguf_models.session() if by == "llama" else None)


@cache
def read(by: str) -> list[list[int]]:
    """The tokens that Python reads in each of PROMPTS."""
    model, _, files = READERS[by]
    native = gguf_models.session(WIDE) if by == "llama" else ENGINES[by].session(model().SerializeToString(), files)
    return [native.tokens(row["prompt"], row["template"], []) for row in PROMPTS]


def test_a_language_model_writes_the_tokens_that_python_writes(tab, hosted):
    """The likeliest and drawn ones, of prompts, conversations and texts in parts."""
    url, _ = hosted(language_models.successors, language_models.METADATA, language_models.FILES)
    tab.open(url)
    rows = language_models.rows()
    expected, found = written("transformers"), tab.call(language_models.RUN, json.dumps(rows))
    for row, here, there in zip(rows, found, expected, strict=True):
        assert here == there, row
    assert len({tuple(tokens) for _, tokens, _ in expected}) > 20
    assert max(course[2] for _, _, course in expected) > 1 and max(course[4] for _, _, course in expected) > 3


def test_llama_writes_the_tokens_that_native_llama_writes(tab, hosted):
    """The same in a GGUF file. Of the tokens of a prompt a page tells how many they are; the scores of the next one go by all of them."""
    url, _ = hosted(gguf_models.model, gguf_models.METADATA)
    tab.open(url)
    rows = language_models.rows()
    expected, found = written("llama"), tab.call(language_models.RUN, json.dumps(rows))
    for row, here, there in zip(rows, found, expected, strict=True):
        assert here == there, row
    assert len({tuple(tokens) for _, tokens, _ in expected}) > 20
    assert max(course[2] for _, _, course in expected) > 1 and max(course[4] for _, _, course in expected) > 3


def test_with_weights_of_few_bits_llama_writes_what_native_llama_could_have_written(tab, hosted):
    """Whether a text parts is a matter of the processor here."""
    url, _ = hosted(gguf_models.of_few_bits, gguf_models.METADATA)
    tab.open(url)
    rows = language_models.rows()
    native, found = gguf_models.session(kind=gguf_models.FEW), tab.call(language_models.RUN, json.dumps(rows))
    for row, there in zip(rows, found, strict=True):
        follower = Follower(there[1], llama.TIE)
        written = native.write({name: np.array([value], language_models.DTYPES.get(name, np.int64)) for name, value in row.items()}, follower)
        assert [written["text"][0], *(written[name][0].tolist() for name in ("tokens", "context"))] == there, (row, follower.lost)


PROMPTS = language_models.prompts(600)
WIDE = 512  # tokens, for prompts of any length
WIDE_FILES = language_models.FILES | {"config.json": json.dumps(language_models.CONFIG | {"max_position_embeddings": WIDE}).encode()}


def wide_llama() -> bytes:
    return gguf_models.model(WIDE)


READERS = {
    "transformers": (language_models.successors, language_models.METADATA, WIDE_FILES),
    "llama": (wide_llama, gguf_models.METADATA, {}),
}


@pytest.mark.parametrize("by", READERS)
def test_a_prompt_is_read_as_the_tokens_that_python_reads(tab, made, tmp_path, by):
    """Level 0 of words, token by token: scripts, emoji and what joins them, control characters, tokens that are written out."""
    model, metadata, files = READERS[by]
    folder = watched(made(model, metadata, files), tmp_path / "dist")
    [worker] = folder.glob("app-*/runtime/engines/language-model.js")
    code = worker.read_text(encoding="utf-8")
    assert language_models.WRITES in code
    worker.write_text(code.replace(language_models.WRITES, language_models.TELLS + language_models.WRITES), encoding="utf-8")
    with serving(folder) as url:
        tab.go(url)
        tab.until("() => ['form', 'ready'].includes(document.documentElement?.dataset.state)")
        found = tab.call(language_models.RUN, json.dumps(PROMPTS))
    for row, expected, (_, tokens, _) in zip(PROMPTS, read(by), found, strict=True):
        assert tokens == expected, row
    assert len({token for _, tokens, _ in found for token in tokens}) > 90, "or few tokens were met"


def test_the_page_of_a_table(tab, hosted, tmp_path, subtests):
    each = EACH["tabular"]
    url, folder = hosted(each.model, each.metadata)
    tab.open(url)
    with subtests.test("what is given to the form gives the numbers of native onnxruntime"):
        equals_native(tab, folder, each, tmp_path)
    with subtests.test("all that it computes is in the first part of the runtime"):
        assert (rests(folder), tab.call(RESTS)) == (1, 0)
    with subtests.test("both encoders give the same bytes to ugly values"):
        form, session = form_of(folder), strict_session(each.model().SerializeToString())
        cases = [golden.case(form, session, name, values) for name, values in golden.invalid_inputs(form)]
        answers = tab.call(PROBE, {"call": "encode", "form": form, "rows": [case["values"] for case in cases]})
        for case, answer in zip(cases, answers, strict=True):
            assert answer == {key: case[key] for key in ("feeds", "refusals") if key in case}, case["name"]
    with subtests.test("a link restores what was given"):
        tab.fill(each.rows[1] | {"sunny": True})
        tab.until("() => location.hash.includes('sunny')")
        link, shown = tab.call("() => location.href"), tab.call(SHOWN)
        tab.open(link)
        tab.settled()
        assert tab.call(SHOWN) == shown
        assert tab.call("() => document.querySelector('[name=size]').value") == "1,25"


def test_the_page_in_french(tab, hosted):
    url, _ = hosted(models.linear, LINEAR)
    tab.open(f"{url}?lang=fr")
    tab.fill({"a": "1,25"})
    tab.says("[data-output=y] data", "23,50")
    tab.write("[name=b]", "beaucoup")
    tab.says("#field-b-refusal", "b : « beaucoup » n’est pas un nombre comme 12,5.")


def test_a_missing_model_gets_a_sentence(tab, made, tmp_path):
    folder = watched(made(models.linear, LINEAR), tmp_path / "dist")
    [model] = folder.glob("model/*.onnx")
    model.unlink()
    with serving(folder) as url:
        tab.open(url, "error")
        assert tab.text("#status strong") == "The server returned HTTP 404 for the model."


def test_the_second_visit_needs_no_network(tab, made, tmp_path):
    built = made(models.linear, LINEAR)
    watched(built, tmp_path / "dist")
    shutil.copy(built.parent / "pyproject.toml", tmp_path)
    environment = os.environ | {"PYTHONPATH": str(Path(mlweb.__file__).parents[1])}
    command = [sys.executable, "-m", "mlweb.site.serve", "--port", "0"]
    server = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        url = server.stdout.readline().split()[0]
        tab.open(url)
        tab.until("() => navigator.serviceWorker.controller !== null")
    finally:
        server.kill()  # only a process that is gone is offline for every engine
        server.wait()
    tab.again(url)
    tab.fill({"a": "2"})
    tab.says("[data-output=y] data", "25.00")
    assert tab.call("(url) => fetch(url).then(() => 'there', () => 'gone')", f"{url}not-kept.txt") == "gone", "the server still answers: this proves nothing"


@pytest.mark.parametrize("engine", ["wpe"], indirect=True)
def test_an_old_browser_is_told_in_words(tab, hosted):
    url, _ = hosted(models.linear, LINEAR)
    tab.open(url, "error")
    tab.until("() => document.querySelector('#status strong') !== null")
    tab.until("() => getComputedStyle(document.body).backgroundColor === 'rgb(246, 246, 243)'")  # light, where there is no light-dark()
    assert tab.text("#status strong") == "This browser can't run the model: it has no WebAssembly with SIMD."
    assert "update this browser" in tab.text("#status")


def test_a_missing_engine_has_a_sentence(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("running_engines.browsers.find", lambda engine: None)
    assert missing("chromium") == "There is no chromium here: get it with: python -m mlweb.browsers chromium"
    assert missing("webkit").startswith("webkit can't run here without WebKitWebDriver, Xvfb")
