"""Threads: as many as metadata.yml asks for where the page is isolated, one elsewhere, and the same numbers on any of them."""

import dataclasses

import pytest
from test_engines import equals_native

from models_of_each_kind import EACH, forest

pytestmark = pytest.mark.slow

METADATA = "model: {threads: 2}\npage: {panels: [predict, benchmark]}\n"

TOGETHER = """() => {
  const found = (file) => performance.getEntriesByType('resource').find(({ name }) => file.test(name));
  return found(/rest-[^/]*\\.wasm$/).startTime < found(/ort-[^/]*\\.wasm$/).responseEnd;
}"""

# Of some fifty visits Firefox gives the threads of one no turn: that page then computes on one, as test_threads_that_never_come_are_not_waited_for has it.
VISITS = {"chromium": 1, "firefox": 3, "webkit-shared": 1}


def woods():
    """A forest of so many trees that a row is worth more than one thread."""
    return forest(trees=200)


def computes(tab, hosted, tmp_path, isolated: bool) -> str:
    """Which device the panel `benchmark` says it measured on, after the numbers were native's."""
    each = dataclasses.replace(EACH["tabular"], model=woods, metadata=EACH["tabular"].metadata + METADATA)
    url, folder = hosted(each.model, each.metadata, isolated=isolated)
    tab.open(url)
    assert tab.call("() => crossOriginIsolated") == isolated
    equals_native(tab, folder, each, tmp_path)
    tab.click(".benchmark button")
    tab.until("() => document.querySelector('.benchmark .device') !== null")
    return tab.text(".benchmark .device")


@pytest.mark.parametrize(("engine", "visits"), VISITS.items(), indirect=["engine"], ids=VISITS)
def test_an_isolated_page_computes_on_two(tab, hosted, tmp_path, visits):
    assert any(computes(tab, hosted, tmp_path, isolated=True).endswith(" · 2 threads") for _ in range(visits))


@pytest.mark.parametrize("engine", ["chromium", "firefox", "webkit", "webkit-shared"], indirect=True)
def test_a_page_that_is_not_isolated_computes_on_one(tab, hosted, tmp_path):
    assert computes(tab, hosted, tmp_path, isolated=False).endswith(" · 1 thread of the 2 asked for")


@pytest.mark.parametrize("engine", ["webkit"], indirect=True)
def test_isolation_without_shared_memory_is_not_enough(tab, hosted, tmp_path):
    assert computes(tab, hosted, tmp_path, isolated=True).endswith(" · 1 thread of the 2 asked for")


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
def test_two_threads_have_the_whole_runtime_from_the_start(tab, hosted):
    """One that stopped for want of a function would be waited for by the other."""
    url, _ = hosted(EACH["tabular"].model, EACH["tabular"].metadata + METADATA, isolated=True)
    tab.open(url)
    tab.settled()
    assert tab.call(TOGETHER), "the rest is asked for before the first part is there"


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
def test_threads_that_never_come_are_not_waited_for(tab, hosted, tmp_path):
    each = dataclasses.replace(EACH["tabular"], metadata=EACH["tabular"].metadata.replace("A forest", "Silent") + METADATA)
    url, folder = hosted(each.model, each.metadata, isolated=True)
    rewrite(folder, "{\n  queue = queue.then(() => answer(data));", "{\n  if (!(data.threads > 1)) queue = queue.then(() => answer(data));")
    rewrite(folder, "THREADS_TIMEOUT_MS = 20_000", "THREADS_TIMEOUT_MS = 500")
    tab.open(url)
    equals_native(tab, folder, each, tmp_path)


def rewrite(folder, old: str, new: str) -> None:
    """Put something else into the one script of a site that has it."""
    [file] = [script for script in folder.glob("app-*/**/*.js") if old in script.read_text(encoding="utf-8")]
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


CORES = {"hardwareConcurrency": 4}
DEVICES = [
    (CORES | {"userAgent": "iPhone OS 26 like Mac OS X"}, 1),
    (CORES | {"userAgent": "Mac OS X", "maxTouchPoints": 5}, 1),
    (CORES, 4),
    ({"hardwareConcurrency": 1}, 1),
]


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
def test_phones_have_one_and_nobody_more_than_cores(tab, hosted, subtests):
    url, folder = hosted(woods, EACH["tabular"].metadata + METADATA, isolated=True)
    [threads] = folder.glob("app-*/runtime/threads.js")
    tab.open(url)
    ask = """([url, told]) => { for (const [name, value] of Object.entries(told)) Object.defineProperty(navigator, name, { value, configurable: true });
      return import(url).then(({ threadsOf }) => threadsOf(8)); }"""
    for wanted, given in DEVICES:
        with subtests.test(wanted=wanted):
            told = {"userAgent": "Linux", "maxTouchPoints": 0} | wanted
            assert tab.call(ask, [url + threads.relative_to(folder).as_posix(), told]) == given
