"""A language model in the page: the same tokens as in Python, a text that grows and can be stopped, sentences for what it can't go on from."""

import json

import numpy as np
import pytest
from playwright.sync_api import expect

import language_models
from mlweb import runner
from mlweb.engines.table import ENGINES

pytestmark = pytest.mark.slow

PROMPTS = ["so", "", "Déjà vu: 東京 👩‍🔬", "<s></s>", "\n\t ", "a\0b", "\ud800 alone", "e\u0301te\u0301 \u200d"]
RUN = """async (rows) => {
  const app = new URL('../', document.querySelector('script[type=module]').src);
  const load = (path) => import(new URL(path, app));
  const { Client } = await load('runtime/client.js');
  const address = new URL('manifest.json', app).href;
  const client = new Client(await (await fetch(address)).json(), address);
  const dtypes = { prompt: 'string', template: 'string', temperature: 'float32' };
  const make = { string: (value) => [value], float32: (value) => Float32Array.of(value), int64: (value) => BigInt64Array.of(BigInt(value)) };
  const tensor = (dtype, value) => ({ dtype, dims: [1], data: make[dtype](value) });
  const found = [];
  for (const row of rows) {
    const feeds = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, tensor(dtypes[name] ?? 'int64', value)]));
    const { outputs } = await client.run(feeds);
    found.push([outputs.text.data[0], Array.from(outputs.tokens.data, Number), Array.from(outputs.context.data, Number)]);
  }
  client.close();
  return found;
}"""
READY, SEED = "page.postMessage({ type: 'ready'", "library.random.seed(seed);"
# Each step of the model in the worker takes so long that a person can stop it, and after seed 666 all fail, as one that failed spoils the library.
SLOWLY = """const once = model.forward; let failed = false;
    model.forward = async (given) => {
      await new Promise((done) => setTimeout(done, 80));
      if (failed ||= globalThis.seed === 666) throw new Error('spoilt');
      return once(given);
    };
    """
WORKERS = "window.workers = 0; window.Worker = class extends Worker { constructor(...given) { super(...given); window.workers++; } };"


def rows() -> list[dict]:
    """Prompts of every script, with and without a template, the likeliest tokens and drawn ones."""
    plain = {"max_new_tokens": 20, "temperature": 0.0, "top_k": 0, "seed": 0}
    made = [{**plain, "prompt": prompt, "template": "{{ bos_token }}{{ prompt }}{% if add_generation_prompt %}?{% endif %}"} for prompt in PROMPTS]
    made += [{**plain, "prompt": prompt, "template": ""} for prompt in PROMPTS if prompt]
    chat = "{% for message in messages %}\n{{ message['role'] }}: {{ message['content'] | trim }}\n{% endfor %}\nmodel:"
    made += [{**plain, "prompt": "so", "template": chat}]
    draws = [(0.7, 0), (1.3, 5), (2.0, 50)]
    return made + [{**plain, "prompt": "so", "temperature": draws[seed % 3][0], "top_k": draws[seed % 3][1], "seed": seed * 2**29} for seed in range(10)]


def test_the_page_writes_the_tokens_that_python_writes(opened):
    page = opened(language_models.successors, language_models.METADATA, language_models.FILES)
    session = ENGINES["transformers"].session(language_models.successors().SerializeToString(), language_models.FILES)
    dtypes = {"prompt": object, "template": object, "temperature": np.float32}
    names, expected = ["text", "tokens", "context"], []
    for row in rows():
        outputs = runner.compute(session, names, {name: np.array([value], dtypes.get(name, np.int64)) for name, value in row.items()})
        expected.append([outputs["text"][0], outputs["tokens"][0].tolist(), outputs["context"][0].tolist()])
    found = page.evaluate(RUN, rows())
    for row, here, there in zip(rows(), found, expected, strict=True):
        assert here == there, row
    assert len({tuple(tokens) for _, tokens, _ in expected}) > 10

    # What the page shows is one of them, and says how long it is.
    result = page.locator("[data-output=text]")
    written = runner.compute(session, names, {name: np.array([value], object) for name, value in (("prompt", "so"), ("template", ""))})
    page.locator("[name=template]").fill("")
    expect(page.locator(".result .note")).to_have_text("Press “Write” for a text from these values.")
    expect(result).to_be_hidden()
    page.locator("[name=max_new_tokens]").fill("9")
    page.get_by_role("button", name="Write", exact=True).click()
    expect(result.locator(".help").first).to_have_text("9 tokens. The prompt has 3; the model holds 64, both together.")
    assert written["text"][0].startswith(result.locator(".written").text_content())
    expect(page.locator(".badge")).to_contain_text("tokens per second")
    page.locator("[name=max_new_tokens]").fill("1000")
    page.locator("[name=prompt]").press("Control+Enter")
    expect(result.locator(".help").first).to_contain_text("64 that the model holds.")

    for name, value, said in (
        ("prompt", "so" * 40, "The prompt has 81 tokens, and the model holds 64 together with its answer. Shorten it."),
        ("template", "{{ prompt ", "The template does not render:"),
        ("template", "{# #}", "The prompt is empty. Write something for the model to go on with."),
    ):
        page.locator(f"[name={name}]").fill(value)
        page.get_by_role("button", name="Write", exact=True).click()
        expect(page.locator(".result .note")).to_contain_text(said)
        expect(page.locator("#status")).to_be_empty()
        expect(page.locator("html")).to_have_attribute("data-state", "ready")


def test_a_text_grows_is_stopped_and_begun_anew_also_after_a_failure(page, served):
    url, folder = served(language_models.successors, language_models.METADATA.replace("default: 12", "default: 60"), language_models.FILES)
    [worker] = folder.glob("app-*/runtime/engines/transformers.js")
    text = worker.read_text(encoding="utf-8")
    assert text.count(READY) == text.count(SEED) == 1
    worker.write_text(text.replace(READY, SLOWLY + READY).replace(SEED, f"{SEED} globalThis.seed = seed;"), encoding="utf-8")
    page.add_init_script(WORKERS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("/")[-1]))
    page.goto(url)
    written, note = page.locator(".written"), page.locator(".result .note")
    page.wait_for_function("() => document.querySelector('.written')?.textContent.length > 2")
    assert written.get_attribute("aria-live") == "off"
    expect(page.locator(".result .live")).to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(note).to_have_text("Stopped. Press “Write” to begin anew.")
    page.get_by_role("button", name="Write", exact=True).click()
    page.wait_for_function("() => !document.querySelector('.result .values').hidden && document.querySelector('.written').textContent.length > 2")
    page.locator("[name=prompt]").fill("other")
    expect(note).to_have_text("Press “Write” for a text from these values.")
    write = page.get_by_role("button", name="Write", exact=True)
    expect(write).to_be_visible()
    assert page.evaluate("window.workers") == 1, "a stop keeps the worker"

    # What failed in the library has spoilt it: another worker goes on.
    page.locator("[name=max_new_tokens]").fill("3")
    page.locator("[name=seed]").fill("666")
    write.click()
    expect(page.locator("#status")).to_contain_text("The model could not compute a result from these values.")
    page.locator("[name=seed]").fill("1")
    write.click()
    expect(page.locator("[data-output=text] .help").first).to_contain_text("3 tokens.")
    expect(page.locator("#status")).to_be_empty()
    assert page.evaluate("window.workers") == 2
    assert not [name for name in asked if name == "onnx.js"], "of the engines the page loads its own"


def test_a_large_download_waits_for_a_word(page, served):
    url, folder = served()
    [manifest] = folder.glob("app-*/manifest.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["files"]["model"]["bytes"] += 60_000_000
    manifest.write_text(json.dumps(content), encoding="utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    button = page.get_by_role("button", name="Download 74.3 MB")
    expect(page.locator(".loading")).to_contain_text("Nothing of it has been downloaded yet.")
    assert not [each for each in asked if "/model/" in each or "/runtime/ort" in each]
    button.click()
    expect(page.locator("#status")).to_contain_text("The model is damaged")
    assert [each for each in asked if "/model/" in each]
