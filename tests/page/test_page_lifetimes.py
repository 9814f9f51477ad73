"""What begins has an end, and what ended stays so: clients, sessions, downloads, elements on a host page, and what they said."""

import json

import pytest
from playwright.sync_api import expect
from test_page_faults_runs import NUMBER, loop

import models
import models_image
from served_sites import FRESH

pytestmark = [pytest.mark.slow, FRESH]

# A module of the site, imported by the page: what a path below the app folder exports.
MODULE = "(path) => import(new URL(`../${path}`, document.querySelector('script[type=module]').src).href)"
# Counts the blobs whose bytes are read.
READ = "window.read = 0; const bytes = Blob.prototype.arrayBuffer; Blob.prototype.arrayBuffer = function () { window.read += 1; return bytes.call(this); };"
LONG = "20000000"  # rounds, some seconds
ROUNDS = NUMBER + "page: {panels: [predict, privacy]}\n"
NAN = """schema: 1
name: Shares
inputs:
  a: {kind: number, default: 1}
outputs:
  y: {kind: classes, classes: [red, green, blue]}
"""


def shares():
    """[a, 1 - a, 0 log a]: NaN among the probabilities of a negative number."""
    return models.text("""shares (float[N,1] a) => (float[N,3] y) {
        one = Constant<value = float {1.0}>()
        rest = Sub(one, a)
        log = Log(a)
        zero = Sub(one, one)
        nothing = Mul(zero, log)
        y = Concat<axis = 1>(a, rest, nothing) }""")


@pytest.fixture
def host(page, served):
    """host(body) -> a page of the site's own origin that is no page of the site, with a body of its own; {src} is the model's address."""

    def host(body: str, model=models.linear, metadata=models.LINEAR):
        url, folder = served(model, metadata)
        script = "<script type=module src=embed.js></script>"
        (folder / "host.html").write_text(f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>{script}<body>{body}')
        page.goto(f"{url}host.html")
        return page

    return host


@pytest.fixture
def bare(page, whole):
    """A page with one client of its own, whose code the test calls."""
    page.goto(whole())
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    page.evaluate(
        f"""async () => {{
          const load = {MODULE};
          const [{{ Client, Superseded }}, {{ readManifest }}, {{ MANIFEST }}] = await Promise.all(
            ['runtime/client.js', 'runtime/download.js', 'runtime/address.js'].map(load));
          const manifest = await readManifest(MANIFEST);
          window.started = 0;
          window.Worker = class extends Worker {{ constructor(...given) {{ super(...given); window.started++; }} }};
          const tensor = (value) => ({{ dtype: 'float32', dims: [1, 1], data: new Float32Array([value]) }});
          Object.assign(window, {{ load, Client, Superseded, manifest, MANIFEST, feeds: (a, b) => ({{ a: tensor(a), b: tensor(b) }}) }});
        }}"""
    )
    return page


# ---------------------------------------------------------------- an element on a host page


def test_what_was_wrong_with_an_address_is_not_said_of_the_next_one(host):
    page = host('<ml-model src="nothing/"></ml-model>')
    alert = page.locator("ml-model [role=alert]").first
    expect(alert).to_contain_text("There is no model at", timeout=20_000)
    page.evaluate("() => document.querySelector('ml-model').setAttribute('src', '.')")
    expect(page.locator("ml-model data").first).to_have_text("23.00", timeout=30_000)
    expect(alert).to_be_empty()


def test_values_that_can_be_read_take_the_place_of_those_that_could_not(host):
    page = host("<ml-model src=\".\" values='{bad'></ml-model>")
    alert = page.locator("ml-model [role=alert]").first
    expect(alert).to_contain_text("must be JSON", timeout=20_000)
    expect(page.locator("ml-model data").first).to_have_text("23.00", timeout=30_000)
    expect(alert).to_contain_text("must be JSON")
    page.evaluate("() => document.querySelector('ml-model').setAttribute('values', '{\"a\": 3}')")
    expect(page.locator("ml-model data").first).to_have_text("27.00")
    expect(alert).to_be_empty()


def test_an_element_that_is_taken_away_while_it_loads_stops_loading(host, served):
    requests = {}
    page = host("")
    page.on("requestfailed", lambda request: requests.update({request.url: request.failure}))
    page.route("**/*.wasm", lambda route: None)  # never answered
    with page.expect_request("**/*.wasm"):
        page.evaluate("() => { document.body.innerHTML = '<ml-model src=\".\"></ml-model>'; }")
    with page.expect_event("requestfailed", lambda request: request.url.endswith(".wasm"), timeout=5_000):
        page.evaluate("() => document.querySelector('ml-model').remove()")


def test_elements_of_one_site_speak_the_language_around_each(host):
    metadata = models.LINEAR + "page: {language: [en, fr]}\n"
    page = host('<div lang="en"><ml-model src="."></ml-model></div><div lang="fr"><ml-model src="."></ml-model></div>', metadata=metadata)
    expect(page.locator("[lang=en] ml-model data").first).to_have_text("23.00", timeout=30_000)
    expect(page.locator("[lang=fr] ml-model data").first).to_have_text("23,00", timeout=30_000)
    assert page.locator("[lang=en] ml-model h2").first.inner_text() == "Your values"
    assert page.locator("[lang=fr] ml-model h2").first.inner_text() == "Vos valeurs"


def test_files_dropped_and_pasted_on_the_host_page_stay_its_own(host):
    page = host('<p id="own">The host</p><ml-model src="."></ml-model>', models_image.bright, models_image.BRIGHT)
    page.wait_for_selector("ml-model .source", timeout=30_000)
    outcome = """() => {
      const seen = {};
      const given = new DataTransfer();
      given.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
      for (const type of ['dragover', 'drop']) {
        const event = new DragEvent(type, { dataTransfer: given, bubbles: true, cancelable: true, composed: true });
        document.getElementById('own').dispatchEvent(event);
        seen[type] = event.defaultPrevented;
      }
      const event = new ClipboardEvent('paste', { clipboardData: given, bubbles: true, cancelable: true, composed: true });
      document.body.dispatchEvent(event);
      return { ...seen, paste: event.defaultPrevented };
    }"""
    assert page.evaluate(outcome) == {"dragover": False, "drop": False, "paste": False}
    page.evaluate("() => document.querySelector('ml-model').remove()")
    assert page.evaluate(outcome) == {"dragover": False, "drop": False, "paste": False}


# ---------------------------------------------------------------- stopping


def test_stopping_needs_no_network(opened, page, context):
    opened(loop, NUMBER)
    page.unroute_all()
    context.set_offline(True)
    page.locator("[name=n]").fill(LONG)
    page.locator(".result .slow button").click(timeout=20_000)
    expect(page.locator(".result .note")).to_have_text("Stopped. Change a value to compute again.")
    page.locator("[name=n]").fill("7")
    expect(page.locator(".result data")).to_have_text("7", timeout=30_000)
    assert page.locator("html").get_attribute("data-state") == "ready"
    context.set_offline(False)


def test_the_first_session_takes_the_bytes_as_they_arrived(page, whole):
    """To read what is kept of them is to copy them, the model too, however large it is."""
    page.add_init_script(READ)
    page.goto(whole())
    expect(page.locator(".result data")).to_have_text("23.00")
    assert page.evaluate("read") == 0


def test_what_still_loads_can_not_be_stopped(page, whole):
    url = whole()
    waiting = []
    page.route("**/*.wasm", lambda route: waiting.append(route))
    page.goto(url)
    page.wait_for_selector("[name=a]")
    page.locator("[name=a]").fill("3")
    page.wait_for_timeout(1_500)  # longer than a run may take before it can be stopped
    assert page.locator(".result .slow").is_hidden()
    waiting[0].continue_()
    expect(page.locator(".result data")).to_have_text("27.00", timeout=30_000)
    assert len(waiting) == 1, "the runtime was asked for once"


def test_the_offer_to_stop_is_announced(opened, page):
    opened(loop, NUMBER)
    page.locator("[name=n]").fill(LONG)
    page.locator(".result .slow button").wait_for(timeout=20_000)
    assert page.locator(".result .slow").evaluate("(element) => Boolean(element.closest('[role=status], [aria-live]'))")
    page.locator(".result .slow button").click()


def test_the_list_of_requests_is_complete_after_a_stop(page, whole):
    asked = []
    page.on("request", lambda request: request.url.startswith("http") and asked.append(request.url.split("/")[-1] or "index.html"))
    url = whole(loop, ROUNDS)
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    page.locator("[name=n]").fill(LONG)
    page.locator(".result .slow button").click(timeout=20_000)
    page.locator("[name=n]").fill("7")
    expect(page.locator(".result data")).to_have_text("7", timeout=30_000)
    expect(page.locator(".privacy-panel tbody tr")).not_to_have_count(0)
    page.workers[-1].evaluate("(url) => fetch(url).then(() => {})", url + "manifest.json?worker=2")  # of itself it asks for nothing: all bytes are kept

    def listed() -> list[str]:
        titles = page.locator(".privacy-panel tbody th").evaluate_all("(cells) => cells.map((cell) => cell.title)")
        return sorted(title.split("/")[-1] or "index.html" for title in titles)

    def ours() -> list[str]:
        return sorted(name for name in asked if not name.startswith("sw.js"))

    for _ in range(100):  # what a worker asks for when it is ended stays open for the driver, so that the network is never idle
        if set(ours()) <= set(listed()) and listed().count("onnx.js") == ours().count("onnx.js"):
            break
        page.wait_for_timeout(100)
    assert [name for name in ours() if name not in listed()] == []
    assert listed().count("onnx.js") == ours().count("onnx.js")


# ---------------------------------------------------------------- the client


def test_what_is_asked_after_the_close_is_refused_in_words(bare):
    said = bare.evaluate(
        """async () => {
          const { words } = await (async () => {
            const client = new Client(manifest, MANIFEST);
            await client.ready;
            client.close();
            return client.run(feeds(1, 2)).catch((error) => ({ words: [error.code, error.message] }));
          })();
          const { load } = await import(new URL('../../embed.js', document.querySelector('script[type=module]').src).href);
          const model = await load(new URL('.', location.href).href);
          const first = await model.predict({ a: 1, b: 2 });
          model.close();
          const later = await model.predict({ a: 1, b: 2 }).catch((error) => error.message);
          return { code: words[0], first: first.y.value, later };
        }"""
    )
    assert said["code"] == "closed" and said["first"] == 23
    assert said["later"] == "This model was closed. Load it again to use it."


def test_a_closed_client_starts_no_worker_and_settles_what_waits(bare):
    said = bare.evaluate(
        """async () => {
          const client = new Client(manifest, MANIFEST);
          client.close();
          const ready = await client.ready.then(() => 'ready', (error) => error.code);
          const again = await client.restart().then(() => 'again', (error) => error.code);
          await new Promise((resolve) => setTimeout(resolve, 300));
          return { ready, again, started };
        }"""
    )
    assert said == {"ready": "closed", "again": "closed", "started": 0}


def test_a_signal_closes_the_client(bare):
    said = bare.evaluate(
        """async () => {
          const end = new AbortController();
          const client = new Client(manifest, MANIFEST, { signal: end.signal });
          await client.ready;
          const run = client.run(feeds(1, 2)).then(() => 'ran', (error) => error.code);
          end.abort();
          return [await run, await client.run(feeds(1, 2)).catch((error) => error.code)];
        }"""
    )
    assert said[1] == "closed"


def test_no_run_is_lost_or_answered_twice_over_restarts(bare):
    """Runs of three lanes, restarts and stops between them: each promise settles, the last of each lane with its own numbers."""
    said = bare.evaluate(
        """async () => {
          const client = new Client(manifest, MANIFEST);
          await client.ready;
          const last = {}, settled = [];
          let asked = 0;
          for (let step = 0; step < 60; step++) {
            const lane = ['form', 'one', 'two'][step % 3];
            last[lane] = client.run(feeds(step, 0), lane);
            asked++;
            last[lane].then((ran) => settled.push(ran.outputs.y.data[0]), (error) => settled.push(error instanceof Superseded));
            if (step % 20 === 7) client.restart();
            if (step % 10 === 3) await new Promise((resolve) => setTimeout(resolve, 5));
          }
          const values = await Promise.all(Object.values(last).map(async (run) => (await run).outputs.y.data[0]));
          await new Promise((resolve) => setTimeout(resolve, 50));
          client.close();
          return { asked, settled: settled.length, odd: settled.filter((each) => each === false).length, values, started };
        }"""
    )
    assert said["settled"] == said["asked"] == 60 and said["odd"] == 0
    assert said["values"] == [2 * 57 + 1, 2 * 58 + 1, 2 * 59 + 1]
    assert said["started"] <= 4


def test_a_worker_answers_what_it_does_not_understand_and_goes_on(bare):
    said = bare.evaluate(
        """async () => {
          const { startWorker } = await load('runtime/worker-factory.js');
          const { ENGINES } = await load('runtime/engines/index.js');
          const worker = await startWorker(ENGINES.onnx.worker);
          const answer = (message) => new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); worker.postMessage(message); });
          const odd = [await answer({ type: 'dance' }), await answer({ type: 'run', feeds: null, times: 1 })];
          worker.terminate();
          return odd.map(({ type, stage }) => [type, stage]);
        }"""
    )
    assert said == [["failed", "message"], ["failed", "run"]]


def test_two_panels_that_load_one_library_at_once_add_it_once(opened, page):
    opened(models.linear, models.LINEAR + "page: {panels: [predict, batch]}\n")
    added = page.evaluate(
        f"""async () => {{
          const load = {MODULE};
          const [{{ loadLibrary }}, {{ readManifest }}, {{ MANIFEST }}] = await Promise.all(
            ['runtime/library.js', 'runtime/download.js', 'runtime/address.js'].map(load));
          const {{ libraries }} = await readManifest(MANIFEST);
          const both = await Promise.all([1, 2].map(() => loadLibrary(libraries.papaparse, 'Papa', 'Papa Parse')));
          return [both[0] === both[1], document.querySelectorAll('script[integrity]').length];
        }}"""
    )
    assert added == [True, 1]


# ---------------------------------------------------------------- no number


def test_no_class_is_ranked_where_the_model_gave_nan(opened, page):
    opened(shares, NAN)
    page.locator("[name=a]").fill("-1")
    expect(page.locator(".result [data-output=y]")).to_contain_text("No result: the model returned NaN (not a number).")
    assert page.locator(".result [data-output=y] li:visible").count() == 0
    page.locator("[name=a]").fill("0.25")
    expect(page.locator(".result [data-output=y] li").first).to_contain_text("green")
    assert json.loads(page.locator("html").evaluate("(html) => JSON.stringify(html.dataset.state)")) == "ready"
