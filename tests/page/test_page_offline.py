"""The second visit works without a network, and a new deploy replaces the old one whole."""

import shutil
import subprocess
import sys
import threading

import pytest
from playwright.sync_api import expect

import models
from mlweb.site import serve
from served_sites import SERVICE_WORKER, copied, serving

pytestmark = [pytest.mark.slow, SERVICE_WORKER]

LINEAR = models.LINEAR + "page: {panels: [predict, batch, benchmark]}\n"


@pytest.fixture
def process(made, tmp_path):
    """A site in a server process of its own, which can be killed: only that is offline for every engine."""
    copied(made(models.linear, models.LINEAR), tmp_path / "dist")
    (tmp_path / "pyproject.toml").write_text((made(models.linear, models.LINEAR).parent / "pyproject.toml").read_text())
    from test_page_traps import path_of_mlweb

    command = [sys.executable, "-m", "mlweb.site.serve", "--port", "0"]
    server = subprocess.Popen(command, cwd=tmp_path, env=path_of_mlweb(), stdout=subprocess.PIPE, encoding="utf-8")
    yield server.stdout.readline().split()[0], server, tmp_path / "dist"
    server.kill()
    server.wait()


def until(page, condition: str, argument=None):
    """Wait for what only a promise tells: wait_for_function takes the promise itself for a yes."""
    for _ in range(300):
        if page.evaluate(condition, argument):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never came true: {condition}")


def test_13_the_second_visit_needs_no_network(page, process):
    url, server, _ = process
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    server.kill()
    server.wait()
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.locator("[name=a]").fill("2")
    expect(page.locator("[data-output=y] data")).to_have_text("25.00")
    expect(page.locator(".newer")).to_be_empty()
    gone = page.evaluate("url => fetch(url + 'not-kept.txt').then(() => 'there', () => 'gone')", url)
    assert gone == "gone", "the server still answers: the test proves nothing"


def test_a_new_deploy_is_seen_at_once_and_takes_the_old_cache_away(page, process, made):
    url, _, folder = process
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    newer = made(models.linear, models.LINEAR.replace("name: Linear", "name: Newer"))
    shutil.rmtree(folder)
    copied(newer, folder)
    page.goto(url)
    expect(page.locator("h1")).to_have_text("Newer")
    page.wait_for_selector("html[data-state=ready]")
    [app] = [path.name for path in folder.glob("app-*")]
    until(page, "async (app) => { const names = await caches.keys(); return names.length === 1 && names[0].endsWith(app); }", app)


@pytest.fixture
def deploy(process, made):
    """deploy(name) puts another deploy of the same page in place of the one that is served, as a host does: the old folder is gone."""
    _, _, folder = process

    def deploy(name: str) -> str:
        newer = made(models.linear, LINEAR.replace("name: Linear", f"name: {name}"))
        shutil.rmtree(folder)
        copied(newer, folder)
        return app_of(folder)

    deploy("First")
    return deploy


def app_of(folder) -> str:
    [app] = [path.name for path in folder.glob("app-*")]
    return app


def kept(page, url):
    """The page, open and kept for the next visit."""
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    return page


def caches_of(page) -> list[str]:
    return page.evaluate("async () => (await caches.keys()).map((name) => name.split('#')[1])")


def computes_a_table(page):
    """By the CSV library, which the page has not loaded before, and measures the model, which it loads again."""
    page.locator(".batch input[type=file]").set_input_files({"name": "rows.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"})
    page.locator(".batch button.main", has_text="Compute").click()
    expect(page.locator(".batch .job > .note")).to_contain_text("1 row computed")
    page.locator(".benchmark button", has_text="Measure").click()
    expect(page.locator(".benchmark [role=status]").first).to_have_text("Measured.", timeout=60_000)


def test_an_open_page_goes_on_with_its_own_deploy_and_says_that_a_newer_one_is_there(page, process, deploy):
    url, _, folder = process
    old = kept(page, url)
    first, note = app_of(folder), page.locator(".newer")
    expect(note).to_be_empty()
    second = deploy("Second")
    other = old.context.new_page()
    other.goto(url)
    expect(other.locator("h1")).to_have_text("Second")
    expect(note).to_contain_text("A new version of this page is available.", timeout=20_000)  # the other window has fetched it
    until(other, "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)")
    other.close()
    assert sorted(caches_of(old)) == sorted([first, second])
    expect(old.locator("h1")).to_have_text("First")
    computes_a_table(old)

    old.locator("[name=a]").fill("7")
    expect(old.locator("[data-output=y] data")).to_have_text("35.00")
    old.wait_for_function("() => location.hash === '#1&a=7'")
    note.get_by_role("button", name="Reload").click()
    expect(old.locator("h1")).to_have_text("Second")
    expect(old.locator("[data-output=y] data")).to_have_text("35.00")
    expect(note).to_be_empty()
    until(old, "async (app) => { const names = await caches.keys(); return names.length === 1 && names[0].endsWith(app); }", second)
    computes_a_table(old)


def test_coming_back_to_the_page_it_looks_for_a_newer_deploy_and_can_be_told_to_wait(page, process, deploy):
    url, _, _ = process
    kept(page, url)
    deploy("Second")
    come_back = "document.dispatchEvent(new Event('visibilitychange'))"
    note = page.locator(".newer")
    page.evaluate(come_back)
    expect(note).to_have_attribute("role", "status")
    note.get_by_role("button", name="Later").press("Enter")
    expect(note).to_be_empty()
    with page.expect_response("**/model.json"):
        page.evaluate(come_back)
    page.wait_for_timeout(300)
    expect(note).to_be_empty()
    deploy("Third")
    page.evaluate(come_back)
    expect(note).to_contain_text("A new version of this page is available.")
    expect(page.locator("h1")).to_have_text("First")


def test_two_windows_of_the_old_deploy_keep_its_files_until_both_have_gone_on(page, process, deploy):
    url, server, folder = process
    one = kept(page, url)
    two = kept(one.context.new_page(), url)
    first, second = app_of(folder), deploy("Second")
    one.reload()
    expect(one.locator("h1")).to_have_text("Second")
    until(one, "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)")
    one.wait_for_timeout(500)
    assert sorted(caches_of(one)) == sorted([first, second])
    computes_a_table(two)
    one.close()
    two.reload()
    until(two, "async (app) => { const names = await caches.keys(); return names.length === 1 && names[0].endsWith(app); }", second)
    expect(two.locator("h1")).to_have_text("Second")
    server.kill()
    server.wait()
    two.reload()
    expect(two.locator("h1")).to_have_text("Second")
    two.wait_for_selector("html[data-state=ready]")


GONE = """const register = ServiceWorkerContainer.prototype.register;
ServiceWorkerContainer.prototype.register = function (...all) {
  const registered = register.apply(this, all);
  window.gone = registered.then(({ installing: worker }) => new Promise((resolve) => {
    worker.addEventListener('statechange', () => ['redundant', 'activated'].includes(worker.state) && resolve(worker.state === 'redundant')); }));
  return registered; };"""


def without_a_cache(page, url):
    """The page goes on with the network, and nothing is left of what could not be kept."""
    page.add_init_script(GONE)
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.wait_for_function("() => 'gone' in window")
    assert page.evaluate("window.gone"), "the worker went on with what it could not keep"
    assert page.evaluate("async () => [await navigator.serviceWorker.getRegistration() ?? null, await caches.keys()]") == [None, []]
    computes_a_table(page)
    page.reload()
    page.wait_for_selector("html[data-state=ready]")


def test_a_browser_without_room_goes_on_with_the_network(page, process, deploy):
    url, _, folder = process
    full = "Cache.prototype.addAll = async function (all) { await this.add(all[1]); throw new DOMException('full', 'QuotaExceededError'); };\n"
    worker = folder / "sw.js"
    worker.write_text(full + worker.read_text(encoding="utf-8"), encoding="utf-8")
    without_a_cache(page, url)


def test_a_host_that_lost_a_file_is_not_kept_in_part(page, process, deploy):
    url, _, folder = process
    manifest = folder / app_of(folder) / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    assert '"keep": {' in text
    manifest.write_text(text.replace('"keep": {', '"keep": {"lost.svg": "", '), encoding="utf-8")
    without_a_cache(page, url)


def test_a_host_in_the_middle_of_a_deploy_is_not_kept_as_a_mixture(page, process, deploy):
    url, _, folder = process
    index = folder / "index.html"
    mine = index.read_text(encoding="utf-8")
    index.write_text(mine.replace(app_of(folder), "app-000000000000"), encoding="utf-8")  # what the worker gets a moment later
    page.route(url, lambda route: route.fulfill(body=mine, content_type="text/html"))
    without_a_cache(page, url)


def test_a_cache_that_can_not_be_read_any_more_costs_nothing_but_the_network(page, process, deploy):
    url, _, folder = process
    worker = folder / "sw.js"
    broken = "let asked = 0; const sound = CacheStorage.prototype.match; CacheStorage.prototype.match = function (...all) {\n"
    broken += "return ++asked > 2 ? Promise.reject(new Error('broken')) : sound.apply(this, all); };\n"  # when it was filled it was sound: manifest, page
    worker.write_text(broken + worker.read_text(encoding="utf-8"), encoding="utf-8")
    kept(page, url)
    page.reload()
    page.wait_for_selector("html[data-state=ready]")
    computes_a_table(page)


@pytest.fixture
def host(made, tmp_path, monkeypatch):
    """(address, how the host is: `well`, `ill`, `silent` or `rewriting`) of a site whose host can be any of them."""
    folder, state, do_get, is_over = tmp_path / "dist", {"is": "well"}, serve.Handler.do_GET, threading.Event()
    copied(made(models.linear, LINEAR), folder)

    def answer(handler):
        if state["is"] == "silent":
            is_over.wait()  # no answer for as long as the test takes
        if state["is"] == "rewriting" and handler.path == "/small/":
            page = (folder / "index.html").read_bytes().replace(b"</body>", BEACON + b"</body>")
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html; charset=utf-8")
            handler.send_header("Content-Length", str(len(page)))
            handler.end_headers()
            handler.wfile.write(page)
        elif state["is"] in ("ill", "silent"):
            handler.send_error(503)
        else:
            do_get(handler)

    monkeypatch.setattr(serve.Handler, "do_GET", answer)
    with serving(folder) as url:
        yield url, state
        is_over.set()


@pytest.mark.parametrize("state", ["ill", "silent"])
def test_a_host_that_is_ill_or_silent_gets_the_kept_page(page, host, state):
    url, how = host
    kept(page, url)
    how["is"] = state
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.locator("[name=a]").fill("3")
    expect(page.locator("[data-output=y] data")).to_have_text("27.00")
    expect(page.locator(".newer")).to_contain_text("The site does not answer: this is the copy that your browser kept.")
    page.locator(".newer").get_by_role("button", name="OK").click()
    expect(page.locator(".newer")).to_be_empty()


BEACON = b'<script src="https://host.example/beacon.js"></script>'  # the page's own policy keeps it from running


def test_a_page_that_its_host_rewrites_works_and_is_kept_as_it_was_published(page, host, complaints):
    url, how = host
    how["is"] = "rewriting"
    kept(page, url)
    assert BEACON.decode() in page.content()
    page.reload()
    page.wait_for_selector("html[data-state=ready]")
    expect(page.locator(".newer")).to_be_empty()
    how["is"] = "ill"
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    assert "beacon" not in page.content()
    assert complaints and all("beacon.js" in complaint for complaint in complaints)
    complaints.clear()


def test_another_address_of_the_site_is_not_answered_with_the_page(page, host):
    url, how = host
    kept(page, url)
    how["is"] = "ill"
    assert page.goto(f"{url}another/page").status == 503
    assert page.locator("html[data-state]").count() == 0


def test_what_another_page_of_the_origin_deleted_is_kept_again(page, host):
    url, how = host
    kept(page, url)
    page.evaluate("async () => { for (const name of await caches.keys()) await caches.delete(name); }")
    page.reload()
    page.wait_for_selector("html[data-state=ready]")
    until(page, "async () => (await caches.keys()).length === 1")
    until(page, "async () => (await (await caches.open((await caches.keys())[0])).keys()).length > 10")
    until(page, "async (url) => Boolean(await caches.match(url))", url)  # the page is kept last
    how["is"] = "ill"
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")


CHANGE = """async (names) => {
  for (const cache of await Promise.all((await caches.keys()).map((name) => caches.open(name)))) {
    for (const request of (await cache.keys()).filter(({ url }) => names.some((name) => new RegExp(name).test(url)))) {
      const { headers } = await cache.match(request);
      const text = /html|\\/$/.test(request.url) ? '<script src="./foreign.js"></script>' : 'globalThis.foreign = true;';
      await cache.put(request, new Response(text, { headers: { 'content-type': headers.get('content-type') } }));
    }
  }
}"""
FETCHED_AGAIN = "Something had changed files that your browser kept for this page: they were fetched again."


@pytest.mark.parametrize("changed", [["main.js$"], ["manifest.json$"], ["wasm$", "onnx$", "ort"], ["."]], ids=["script", "manifest", "model", "all"])
def test_what_another_page_of_the_origin_changed_is_not_used_but_fetched_again(page, host, changed):
    url, how = host
    kept(page, url)
    page.evaluate(CHANGE, changed)
    page.reload()
    page.wait_for_selector("html[data-state=ready]")
    expect(page.locator(".newer")).to_contain_text(FETCHED_AGAIN)
    until(page, SOUND)
    how["is"] = "ill"
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.locator("[name=a]").fill("3")
    expect(page.locator("[data-output=y] data")).to_have_text("27.00")
    assert page.evaluate("globalThis.foreign === undefined && !document.querySelector('[src*=foreign]')")


# No kept file is what CHANGE made of it.
SOUND = """async () => {
  const cache = await caches.open((await caches.keys())[0]);
  const texts = await Promise.all((await cache.keys()).map(async (request) => (await cache.match(request)).text()));
  return texts.length > 10 && !texts.some((text) => text.startsWith('globalThis.foreign') || text.startsWith('<script'));
}"""


def test_a_kept_page_that_was_changed_is_not_shown_without_a_network(page, host):
    url, how = host
    kept(page, url)
    page.evaluate(CHANGE, ["/$"])
    how["is"] = "ill"
    assert page.goto(url).status == 503
    how["is"] = "well"
    page.goto(url)
    expect(page.locator(".newer")).to_contain_text(FETCHED_AGAIN, timeout=30_000)
    until(page, SOUND)


def test_a_window_without_service_workers(page, process, deploy):
    url, _, _ = process
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    deploy("Second")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".newer")).to_contain_text("A new version of this page is available.")
