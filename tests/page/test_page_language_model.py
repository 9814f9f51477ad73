"""A language model in the page: a text that grows and can be stopped, sentences for what it can't go on from."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

import gguf_models
import language_models
from mlweb import runner
from mlweb.engines.table import ENGINES

pytestmark = pytest.mark.slow

READY, SEED = "const row = (", "library.random.seed(seed);"
# Each step of the model in the worker takes so long that a person can stop it, and after seed 666 all fail, as one that failed spoils the library.
SLOWLY = """const once = model.forward; let failed = false;
    model.forward = async (given) => {
      await new Promise((done) => setTimeout(done, 80));
      if (failed ||= globalThis.seed === 666) throw new Error('spoilt');
      return once(given);
    };
    """
STEP = "    await asked(wllama.decode([token], {}));"
SLOW_STEP = f"""    await new Promise((done) => setTimeout(done, 80));
    if (seed === 666) throw new Error('spoilt');
{STEP}"""
SLOWED = {"transformers": {READY: SLOWLY + READY, SEED: f"{SEED} globalThis.seed = seed;"}, "llama": {STEP: SLOW_STEP}}
SITES = {
    "transformers": (language_models.successors, language_models.METADATA, language_models.FILES),
    "llama": (gguf_models.model, gguf_models.METADATA, {}),
}
# How many workers there were, and of each run that ended, also of one that was stopped, of which a page shows no more: its tokens and its `context`.
WATCHED = """window.workers = 0;
window.ended = [];
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    window.workers++;
    this.addEventListener('message', ({ data }) => {
      if (data.type === 'ran') window.ended.push({ tokens: data.outputs.tokens.data.length, context: Array.from(data.outputs.context.data, Number) });
    });
  }
};"""


def test_what_is_shown_is_what_python_writes(opened):
    page = opened(language_models.successors, language_models.METADATA, language_models.FILES)
    session = ENGINES["transformers"].session(language_models.successors().SerializeToString(), language_models.FILES)
    result = page.locator("[data-output=text]")
    written = runner.compute(session, ["text"], {name: np.array([value], object) for name, value in (("prompt", "so"), ("template", ""))})
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


@pytest.mark.parametrize("engine", SITES)
def test_a_text_grows_is_stopped_and_begun_anew_also_after_a_failure(page, served, engine):
    model, metadata, files = SITES[engine]
    url, folder = served(model, metadata.replace("default: 12", "default: 60"), files)
    [script] = folder.glob(f"app-*/runtime/engines/{engine}.js")
    text = script.read_text(encoding="utf-8")
    for there, slowed in SLOWED[engine].items():
        assert text.count(there) == 1
        text = text.replace(there, slowed)
    script.write_text(text, encoding="utf-8")
    page.add_init_script(WATCHED)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("/")[-1]))
    page.goto(url)
    written, note = page.locator(".written"), page.locator(".result .note")
    page.wait_for_function("() => document.querySelector('.written')?.textContent.length > 2")
    assert written.get_attribute("aria-live") == "off"
    expect(page.locator(".result .live")).to_have_attribute("aria-busy", "true")
    assert written.evaluate("each => getComputedStyle(each.closest('.values')).opacity") == "1", "it is read while it grows"
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(note).to_have_text("Stopped. Press “Write” to begin anew.")
    expect(written).to_be_visible()
    page.wait_for_function("() => window.ended.length === 1")
    assert page.evaluate("window.ended[0].tokens") < 60, "nothing is written behind a stop"
    page.get_by_role("button", name="Write", exact=True).click()
    page.wait_for_function("() => !document.querySelector('.result .values').hidden && document.querySelector('.written').textContent.length > 2")
    page.locator("[name=prompt]").fill("other")
    expect(note).to_have_text("Press “Write” for a text from these values.")
    expect(written).to_be_hidden()
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
    scripts = {f"{name}.js" for name in ENGINES}
    assert scripts & {*asked} == {f"{engine}.js"}, "of the engines the page loads its own"


def test_a_conversation_goes_on_is_cut_and_begun_anew_and_no_address_tells_it(opened):
    page = opened(language_models.successors, language_models.CHAT_METADATA.replace("default: 12", "default: 8"), language_models.FILES)
    session = ENGINES["transformers"].session(language_models.successors().SerializeToString(), language_models.FILES)
    template = "{% for message in messages %}{{ message.content }};{% endfor %}"
    prompt, write, reply = page.locator("[name=prompt]"), page.get_by_role("button", name="Write", exact=True), page.get_by_role("button", name="Reply")
    written, turns, history = page.locator(".written"), page.locator(".turns > li"), []
    expect(page.locator(".field.conversation")).to_contain_text("The conversation begins with your text.")
    for question in ("so", "and now?", "why", "no", "go on"):
        prompt.fill(question)
        write.click()
        expect(reply).to_be_visible()
        feeds = {"prompt": question, "template": template, "history": json.dumps(history), "max_new_tokens": 8}
        outputs = runner.compute(
            session, ["text", "context"], {name: np.array([value], object if isinstance(value, str) else np.int64) for name, value in feeds.items()}
        )
        expect(written).to_have_js_property("textContent", outputs["text"][0])
        left_out = int(outputs["context"][0, 2])
        expect(page.locator(".turns > .left-out")).to_have_count(left_out)
        assert ("did not fit" in page.locator("[data-output=text]").inner_text()) == bool(left_out)
        history.append([question, outputs["text"][0]])
        if question != "go on":
            reply.click()
            expect(prompt).to_be_focused()
            expect(prompt).to_have_value("")
            expect(turns).to_have_count(len(history))
            expect(reply).to_be_hidden()
    assert left_out > 0, "or nothing was cut"
    page.wait_for_function("() => location.hash.includes('prompt=go')")  # the address follows the form
    assert "history" not in page.url and "seed" not in page.url
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.kept = text; }")
    page.get_by_role("button", name="Copy link").first.click()
    link = page.wait_for_function("() => window.kept").json_value()
    assert "history=" in link
    page.get_by_role("button", name="New conversation").click()
    expect(turns).to_have_count(0)
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".turns > li")).to_have_count(4)
    expect(page.locator(".written")).to_have_js_property("textContent", history[-1][1])
    page.locator("[name=prompt]").fill("more")
    page.wait_for_function("() => !location.href.includes('history')")


@pytest.mark.parametrize("engine", SITES)
def test_a_long_text_is_read_part_by_part_and_stopped_between_them(page, served, engine):
    model, given, files = SITES[engine]
    text = "".join(f"This is sentence number {number}. " for number in range(15)).strip()
    metadata = given.replace("  template:", "  in_parts: {kind: toggle, default: true}\n  template:").replace("default: 12", "default: 2")
    url, folder = served(model, metadata.replace("default: so", f"default: {text}"), files)
    [worker] = folder.glob(f"app-*/runtime/engines/{engine}.js")
    code = worker.read_text(encoding="utf-8")
    for place, slowly in SLOWED[engine].items():
        code = code.replace(place, slowly.replace("80", "500"))
    worker.write_text(code, encoding="utf-8")
    page.add_init_script(WATCHED)
    page.goto(url)
    result = page.locator("[data-output=text]")
    expect(result).to_contain_text(re.compile(r"This is of part [23] of 8\."), timeout=20_000)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".result .note")).to_have_text("Stopped. Press “Write” to begin anew.")
    page.wait_for_function("() => window.ended.length === 1")
    done, parts = page.evaluate("window.ended[0].context")[3:]
    assert parts == 8 and done < 8, "what was stopped goes on with no further part"
    page.get_by_role("button", name="Write", exact=True).click()
    expect(result).to_contain_text("The text was longer than the model holds: it was read in 8 parts.", timeout=20_000)


STREAM = """async (site) => {
  const { load } = await import(`${site}embed.js`);
  const model = await load(site);
  const [pieces, few] = [[], []];
  const rest = { template: '{{ bos_token }}{{ prompt }}!', max_new_tokens: 12, temperature: 1.5, top_k: 0, seed: 48 }; // which writes letters, too
  for await (const piece of model.stream({ prompt: 'so', temperature: 1.5, seed: 48 })) pieces.push(piece);
  const whole = (await model.predict({ ...rest, prompt: 'so' })).text;
  for await (const piece of model.stream({ ...rest, prompt: 'so', max_new_tokens: 55 })) {
    few.push(piece);
    if (few.length === 2) break;
  }
  const next = (await model.predict({ ...rest, prompt: 'so', max_new_tokens: 1 })).text.tokens;
  let plain = '';
  for await (const piece of model.stream('so')) plain += piece;
  const refused = await model.stream({ prompt: 'so', seed: 'x' }).next().catch(({ message }) => message);
  model.close();
  return { pieces, whole, few, left: window.ended.at(-3).tokens, next, plain, refused };
}"""


def test_a_text_comes_piece_by_piece_until_the_loop_is_left(page, served):
    url, folder = served(language_models.successors, language_models.METADATA, language_models.FILES)
    [worker] = folder.glob("app-*/runtime/engines/transformers.js")
    worker.write_text(worker.read_text(encoding="utf-8").replace(READY, SLOWLY + READY), encoding="utf-8")
    page.add_init_script(WATCHED)
    page.goto(url)
    found = page.evaluate(STREAM, url)
    assert len(found["pieces"]) > 3 and "".join(found["pieces"]) == found["whole"]["text"]
    assert found["whole"]["tokens"] == 12 and found["next"] == 1
    assert len(found["few"]) == 2 and found["left"] < 28, "nothing is written for a loop that was left"
    assert found["plain"] == language_models.expected([{"prompt": "so", "template": "{{ bos_token }}{{ prompt }}!", "max_new_tokens": 12}])[0][0]
    assert "seed" in found["refused"].lower()


def enlarge(site: Path) -> None:
    """Have the manifest of a site say that its model is large."""
    [manifest] = site.glob("app-*/manifest.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["files"]["model"]["bytes"] += 60_000_000
    manifest.write_text(json.dumps(content), encoding="utf-8")


def test_a_large_download_waits_for_a_word(page, served):
    url, folder = served()
    enlarge(folder)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    button = page.get_by_role("button", name=re.compile("^Download 66.6.MB$"))
    page.set_viewport_size({"width": 390, "height": 600})
    page.locator(".strip", has_text=re.compile("This model is large: 66.6.MB to download.")).click()
    expect(button).to_be_in_viewport()
    expect(page.locator(".loading")).to_contain_text("Nothing of it has been downloaded yet.")
    assert not [each for each in asked if "/model/" in each or "/runtime/ort" in each]
    button.click()
    expect(page.locator("#status")).to_contain_text("The model is damaged")
    assert [each for each in asked if "/model/" in each]


HOST_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Elsewhere</title><link rel="icon" href="data:,">
<script type="module" src="embed.js"></script><ml-model src="./" panels="{}"></ml-model>"""


@pytest.mark.parametrize("panels", ["predict", "about"])
def test_so_it_does_on_a_page_of_others_and_where_no_panel_shows_it(page, served, panels):
    url, folder = served()
    enlarge(folder)
    (folder / "host.html").write_text(HOST_PAGE.format(panels), encoding="utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for address in ("host.html", f"?panels={panels}"):
        asked.clear()
        page.goto(url + address)
        button = page.get_by_role("button", name=re.compile("^Download 66.6.MB$"))
        expect(button).to_be_visible()
        assert not [each for each in asked if "/model/" in each or "/runtime/ort" in each], address
        button.click()
        expect(page.get_by_role("alert").filter(has_text="The model is damaged")).to_be_visible()
        assert [each for each in asked if "/model/" in each], address
