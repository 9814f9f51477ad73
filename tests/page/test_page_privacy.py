"""The panel that counts what the page asks for, and the lock after which it can ask for nothing."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

import models
from mlweb.site import serve
from page_states import assert_fits
from served_sites import SERVICE_WORKER

pytestmark = [pytest.mark.slow, SERVICE_WORKER]

PANELS = "page: {panels: [predict, batch, benchmark, privacy]}\n"
LINEAR = models.LINEAR + PANELS


@pytest.fixture
def asked(monkeypatch):
    """Every request that the site's server sees: its path."""
    paths = []
    answer = serve.Handler.do_GET

    def do_GET(self):
        paths.append(self.path)
        answer(self)

    monkeypatch.setattr(serve.Handler, "do_GET", do_GET)
    return paths


@pytest.fixture
def elsewhere():
    """Another site: its address, and the requests that it sees."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(204)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}/", seen
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(context):
    """A page whose uncaught errors fail the test, but for what a policy refuses, which Firefox reports as such."""
    page, uncaught = context.new_page(), []
    page.on("pageerror", lambda error: uncaught.append(str(error)))
    yield page
    assert not [error for error in uncaught if "blocked" not in error and "may not load data" not in error]


@pytest.fixture
def quiet(browser, asked):
    """A page without a service worker, whose requests are the background's and on no list of the page."""
    context = browser.new_context(service_workers="block")
    yield context.new_page()
    context.close()


def lock(page):
    page.get_by_role("button", name="Lock the network").click()
    expect(page.locator(".lock-state")).to_have_attribute("data-lock", "locked", timeout=20_000)
    expect(page.locator(".lock-state")).to_contain_text("Locked and verified")


def open_(page, url):
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    expect(page.get_by_role("button", name="Lock the network")).to_have_attribute("aria-disabled", "false")


def kept(page):
    """Wait until the service worker has everything: its requests are the background's."""
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")


def y(page) -> str:
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    return page.locator("[data-output=y] data").inner_text()


def path(row) -> str:
    return row.locator("th").get_attribute("title").split("/", 3)[3]


def figure(page, name) -> str:
    return page.locator(".figures > div", has_text=name).locator("strong").inner_text()


def test_the_count_is_what_the_server_saw(quiet, whole, asked, browser_name):
    url = whole(metadata=LINEAR)
    open_(quiet, url)
    quiet.get_by_text("Every request so far").click()
    rows = quiet.locator(".privacy-panel tbody tr")
    count = len([path for path in asked if not path.endswith("favicon.ico")])
    expect(rows.filter(has_not_text="the browser’s cache")).to_have_count(count)  # an answer from there asks no server
    listed = sorted(path(row) for row in rows.filter(has_not_text="the browser’s cache").all())
    assert listed == sorted(path.lstrip("/") for path in asked if not path.endswith("favicon.ico"))
    assert figure(quiet, "To this site") == f"{rows.count()} requests"
    assert any(path.endswith(".onnx") for path in listed) and figure(quiet, "To other sites") == "0 requests"
    assert figure(quiet, "Your values") == "0\u00a0B"


def test_the_bytes_are_what_came_over_the_network(quiet, served, browser_name):
    url, folder = served(metadata=LINEAR)
    if browser_name == "chromium":  # it alone tells the true sizes to a test
        session = quiet.context.new_cdp_session(quiet)
        session.send("Network.enable")
        arrived = []
        session.on("Network.loadingFinished", lambda event: arrived.append(event["encodedDataLength"]))
    open_(quiet, url)
    quiet.get_by_text("Every request so far").click()
    [model] = folder.glob("model/*.onnx")
    told = quiet.locator(f"tr:has(th[title$='{model.name}']) data").get_attribute("value")
    assert 0 < int(told) - model.stat().st_size < 1000 or int(told) < model.stat().st_size + 1000, "compressed, and its headers"
    total = sum(int(each.get_attribute("value")) for each in quiet.locator(".privacy-panel tbody data").all())
    assert total > 1_500_000, "the runtime alone is larger, compressed"
    shown = quiet.locator(".figures > div", has_text="To this site").locator("small").inner_text()
    assert shown == f"{total / 1e6:.1f}\u00a0MB"
    if browser_name == "chromium":
        assert abs(total - sum(arrived)) < 0.15 * total


def test_a_request_to_another_site_is_counted_there(opened, elsewhere):
    page = opened(metadata=LINEAR)
    address, seen = elsewhere
    page.evaluate("url => fetch(url).catch(() => {})", address)
    assert figure(page, "To other sites") in ("0 requests", "1 request") and not seen, "the page's own policy refuses it"


def asked_since(asked, count):
    """What the page asked for; the browser itself may look for a newer service worker, as the page says."""
    return [path for path in asked[count:] if not path.startswith("/small/sw.js")]


def test_after_the_lock_nothing_goes_out_and_predictions_go_on(page, whole, asked, elsewhere):
    address, seen = elsewhere
    url = whole(metadata=LINEAR)
    open_(page, url)
    kept(page)
    lock(page)
    count = len(asked)
    tried = """async ([own, other]) => {
      const outcomes = [];
      for (const url of [own, other]) {
        outcomes.push(await fetch(url + '?1').then(() => 'went', () => 'refused'));
        outcomes.push(await new Promise((resolve) => { const image = new Image(); image.onload = () => resolve('went');
          image.onerror = () => resolve('refused'); image.src = url + 'icon.png?2'; }));
        navigator.sendBeacon(url + '?3', 'secret');
        outcomes.push(await import(url + 'main.js?4').then(() => 'went', () => 'refused'));
        outcomes.push(await new Promise((resolve) => { try { const socket = new WebSocket(url.replace('http', 'ws'));
          socket.onerror = () => resolve('refused'); socket.onopen = () => resolve('went'); } catch { resolve('refused'); } }));
        const frame = document.createElement('iframe'); frame.src = url + '?5'; document.body.append(frame);
        const link = document.createElement('link'); link.rel = 'stylesheet'; link.href = url + 'x.css?6'; link.onerror = () => {};
        document.body.append(link);
        try { new Worker(url + 'worker.js?7'); outcomes.push('refused'); } catch { outcomes.push('refused'); }
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
      return outcomes; }"""
    assert set(page.evaluate(tried, [url, address])) == {"refused"}
    page.locator("[name=a]").fill("2")
    expect(page.locator("[data-output=y] data")).to_have_text("25.00")
    page.locator("[name=b]").fill("7.5")
    expect(page.locator("[data-output=y] data")).to_have_text("80.00")
    assert asked_since(asked, count) == [] and seen == []


def test_the_worker_is_bound_too(page, whole, asked):
    """What the lock is worth without a new worker: the old one can still ask."""
    url = whole(metadata=LINEAR)
    page.add_init_script("""window.made = []; window.Worker = class extends window.Worker {
      constructor(...given) { super(...given); window.made.push(this); } };""")
    open_(page, url)
    kept(page)
    page.evaluate("""async () => {
      const app = new URL('../', document.querySelector('script[type=module]').src);
      const address = new URL('panels/privacy/in-worker.js', app);
      window.lent = new Blob([await (await fetch(address)).blob()], { type: 'text/javascript' }); }""")
    ask = """([index, url]) => new Promise((resolve) => { const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      window.made[index].postMessage({ type: 'lend', module: window.lent, ask: 'reach', url, port: port2 }, [port2]); })"""
    assert page.evaluate(ask, [0, url + "?before"]) == "reached"
    lock(page)
    count = len(asked)
    assert page.evaluate("window.made.length") == 2
    assert page.evaluate(ask, [1, url + "?after"]) == "refused"
    assert asked_since(asked, count) == []


def test_what_is_loaded_later_was_kept(page, whole, asked):
    url = whole(metadata=LINEAR)
    open_(page, url)
    kept(page)
    lock(page)
    count = len(asked)
    page.locator(".batch input[type=file]").set_input_files({"name": "rows.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n3,4\n"})
    page.get_by_role("button", name="Compute 2 rows").click()
    expect(page.locator(".batch .results")).to_contain_text("47.00")
    page.get_by_role("button", name="Measure").click()
    expect(page.locator(".benchmark .controls [role=status]")).to_have_text("Measured.", timeout=20_000)
    assert asked_since(asked, count) == []


def test_a_run_that_waits_is_computed_after_the_lock(page, whole):
    url = whole(metadata=LINEAR)
    open_(page, url)
    page.evaluate("""() => { document.querySelector('.lock .chip').click(); const box = document.querySelector('[name=a]');
      const type = () => { box.value = Number(box.value) + 1; box.dispatchEvent(new Event('input', { bubbles: true })); };
      window.typing = setInterval(type, 2); }""")
    expect(page.locator(".lock-state")).to_have_attribute("data-lock", "locked", timeout=20_000)
    page.evaluate("() => clearInterval(window.typing)")
    a = float(page.locator("[name=a]").input_value())
    expect(page.locator("[data-output=y] data")).to_have_text(f"{2 * a + 21:,.2f}")


def test_a_lock_that_cannot_be_is_said_and_changes_nothing(quiet, served):
    page = quiet
    url, folder = served(metadata=LINEAR)
    open_(page, url)
    for file in folder.glob("model/*"):
        file.unlink()
    page.get_by_role("button", name="Lock the network").click()
    lost = re.compile(r"^Could not lock\. A part of this page could not be loaded: model-\w+\.onnx\.")
    expect(page.locator(".lock-state")).to_have_text(lost, timeout=20_000)
    assert page.locator("meta[http-equiv]").count() == 1
    page.locator("[name=a]").fill("2")
    assert y(page) == "25.00"


def test_the_lock_lasts_until_the_page_is_loaded_again(page, whole):
    url = whole(metadata=LINEAR)
    open_(page, url)
    lock(page)
    expect(page.get_by_role("button", name="Lock the network")).to_be_hidden()
    open_(page, url)
    assert page.locator(".lock-state").inner_text() == ""


def test_views_that_are_yet_to_be_opened_open_behind_the_lock(page, whole):
    url = whole()
    open_(page, f"{url}?view=about")
    lock(page)
    for name, panel in (("Many rows", ".batch"), ("Use it elsewhere", ".benchmark"), ("Explore", ".what-if")):
        page.get_by_role("tab", name=name).click()
        expect(page.locator(panel)).to_be_visible()
    expect(page.locator("#status")).to_be_empty()
    assert page.evaluate("getComputedStyle(document.querySelector('.batch .drop')).borderTopStyle") == "dashed", "its style is there too"


def test_nothing_runs_over_the_edge(opened, page):
    opened(metadata=LINEAR)
    page.get_by_text("Every request so far").click()
    assert_fits(page)
