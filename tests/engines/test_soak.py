"""A page that is open for long gives back what it took: workers, sessions, addresses of blobs, elements. benchmarks/soak.py has the figures."""

import time
from contextlib import ExitStack

import pytest

import full_sites
import models
import models_image
from engine_tabs import PATIENCE
from leak_counter import counted
from served_sites import serving

pytestmark = pytest.mark.slow

TIMES = 2  # the first shows what stays for good, the second that nothing more comes with each
LINEAR = models.LINEAR + "page: {panels: [predict, batch, feedback]}\n"
EVERY = f"page: {{panels: [{', '.join(full_sites.PANELS)}]}}\n"
SCENES = {"tabular": (full_sites.tabular, full_sites.TABULAR + EVERY), "media": (full_sites.media, full_sites.MEDIA + EVERY)}
# A run is asked for, and given up while it is computed or still waits for its worker.
STOPPED = """(value) => {
  const box = document.querySelector('[name=a]');
  box.value = value;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  document.querySelector('.predict .slow button').click();
}"""
# A client of the page's own code is stopped while it still loads: there is nothing to stop yet, so it goes on loading.
STOPPED_EARLY = """async (times) => {
  const app = new URL('../', document.querySelector('script[type=module]').src);
  const { Client } = await import(new URL('runtime/client.js', app));
  const url = new URL('manifest.json', app).href;
  const client = new Client(await (await fetch(url)).json(), url);
  const first = client.ready;
  for (let time = 0; time < times; time++) client.stop();
  const never = new Promise((_, reject) => setTimeout(() => reject(new Error('still waiting for the model')), 60_000));
  await Promise.race([first, never]);
  const column = (value) => ({ dtype: 'float32', dims: [1, 1], data: Float32Array.of(value) });
  const { outputs } = await client.run({ a: column(3), b: column(2) });
  const during = alive();
  client.close();
  return [outputs.y.data[0], during];
}"""
LOADED = """async (times) => {
  const { load } = await import(new URL('embed.js', document.baseURI));
  for (let time = 0; time < times; time++) (await load(document.baseURI)).close();
}"""
# Elements that come and go while their model loads; some before they are there themselves.
CAME_AND_WENT = """async ([times, panels]) => {
  await import(new URL('embed.js', document.baseURI));
  window.gone = [];
  for (let time = 0; time < times; time++) {
    const [element, brief] = [1, 2].map(() => document.createElement('ml-model'));
    for (const each of [element, brief]) {
      each.setAttribute('src', '.');
      each.setAttribute('panels', panels);
      document.body.append(each);
    }
    const sections = () => element.shadowRoot.querySelectorAll('section').length;
    while (!sections()) await new Promise((resolve) => setTimeout(resolve, 20));
    brief.remove();
    await 0;
    window.gone.push(new WeakRef(element.shadowRoot.querySelector('.embedded')));
    element.remove();
  }
}"""
# What is kept for a minute, until the browser has saved it, is kept for a moment, and nothing is saved on this disk.
SAVING = """() => {
  const real = setTimeout;
  window.setTimeout = (action, ms, ...given) => real(action, ms === 60_000 ? 0 : ms, ...given);
  HTMLAnchorElement.prototype.click = () => {};
}"""
# Press a button until this many blobs have got an address, one after the other.
SAVED = """async ([css, times]) => {
  for (let time = 0; time < times; time++) {
    const { addresses } = alive();
    document.querySelector(css).click();
    while (alive().addresses === addresses) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}"""


@pytest.fixture
def site(made, tmp_path):
    """site(model, metadata) -> the address of a site that counts what it must give back."""
    with ExitStack() as servers:
        yield lambda model=models.linear, metadata=LINEAR: servers.enter_context(serving(counted(made(model, metadata), tmp_path / "dist")))


def alive(tab) -> list[int]:
    """Workers and sessions that are there."""
    found = tab.call("() => alive()")
    return [found["workers"], found["sessions"]]


def test_every_worker_that_was_stopped_is_gone(tab, site):
    tab.open(site())
    for value in range(TIMES):
        tab.fill({"a": str(value)})
        tab.call(STOPPED, str(value - TIMES))
    tab.fill({"a": "3"})
    tab.says("[data-output=y] data", "27.00")
    assert alive(tab) == [1, 1]
    value, during = tab.call(STOPPED_EARLY, TIMES)
    assert value == 27
    assert [during["workers"], during["sessions"]] == [2, 2], "the page's own, and the one of the client"
    assert alive(tab) == [1, 1]
    tab.call(LOADED, TIMES)
    assert alive(tab) == [1, 1]
    assert tab.call("() => alive().started") == 1 + TIMES + 1 + TIMES


def test_a_model_on_a_page_of_others_goes_with_its_worker(tab, site):
    tab.open(site())
    tab.call(CAME_AND_WENT, [TIMES, "predict batch feedback"])
    tab.until("() => alive().workers === 1")
    assert tab.call("() => alive().sessions") == 1
    assert tab.call("() => window.gone.length") == TIMES, "there was nothing to give back"


def test_files_that_were_saved_are_let_go(tab, site):
    tab.open(site())
    kept = tab.call("() => alive().urls")  # the scripts of the worker
    tab.call(SAVING)
    tab.paste(".batch textarea", "a;b\n1;2\n-3;0,5\n")
    tab.until("() => document.querySelector('.batch .job') !== null")
    tab.click(".batch button.main")
    tab.until("() => document.querySelectorAll('.batch .results tbody tr').length === 2")
    tab.call(SAVED, [".batch .results button.main", TIMES])
    tab.until("(kept) => alive().urls === kept", kept)


def test_pictures_that_were_saved_are_let_go(tab, site, tmp_path):
    name, picture = full_sites.files()["picture"]
    (tmp_path / name).write_bytes(picture)
    tab.open(site(models_image.same, models_image.SAME))
    kept = tab.call("() => alive().urls")
    tab.call(SAVING)
    tab.fill({"picture": tmp_path / name})
    tab.call(SAVED, [".shown-image button", TIMES])
    tab.until("(kept) => alive().urls === kept", kept)


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
@pytest.mark.parametrize(("model", "metadata"), SCENES.values(), ids=SCENES)
def test_nothing_keeps_the_elements_of_a_model_that_went(tab, site, model, metadata):
    """Chromium alone lets a test collect its garbage."""
    tab.open(site(model, metadata))
    tab.call(CAME_AND_WENT, [TIMES, " ".join(full_sites.PANELS)])
    tab.until("() => alive().workers === 1")
    session, end = tab._page.context.new_cdp_session(tab._page), time.monotonic() + PATIENCE
    while left := tab.call("() => window.gone.filter((each) => each.deref()).length"):
        assert time.monotonic() < end, f"{left} of {TIMES} are still there"
        time.sleep(0.5)  # downloads end, timers run out
        session.send("HeapProfiler.collectGarbage")
