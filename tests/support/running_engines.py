"""The browser engines that the tests drive: which are there, how each is started, and when it ends. A tab of any of them is engine_tabs.py's."""

import os
from contextlib import ExitStack, contextmanager
from functools import cache

import pytest

from engine_tabs import PATIENCE, PlaywrightTab, WebDriverTab
from mlweb import browsers
from shared_context import FIRST_TIER
from webkit_session import DRIVEN, driven, lacking, screen

ENGINES = ("chromium", "firefox", "webkit")
# What Playwright drives with another argument.
ARGUMENTS = {"chromium-webgpu": [browsers.WEBGPU]}
REQUIRED = os.environ.get("REQUIRE_ENGINES", "").split()
STARTED = ExitStack()  # the engines that run


def missing(engine: str) -> str:
    """A sentence about an engine that is not there, else ""."""
    if engine in DRIVEN:
        return lacking(engine)
    name = engine.partition("-")[0]
    return "" if browsers.find(name) is not None else f"There is no {name} here: get it with: python -m mlweb.browsers {name}"


@contextmanager
def launched(engine: str, playwright, *for_chromium: str):
    """A function that makes fresh tabs of an engine, as a visitor starts it but for further arguments for Chromium."""
    if engine in DRIVEN:
        with screen() as display, driven(engine, display) as driver:
            driver.set_script_timeout(2 * PATIENCE)
            yield lambda: WebDriverTab(driver)
    else:
        name = engine.partition("-")[0]
        browser = getattr(playwright, name).launch(**browsers.find(name), args=[*ARGUMENTS.get(engine, []), *(for_chromium if name == "chromium" else [])])
        yield lambda: PlaywrightTab(browser)
        browser.close()


def require(engine: str) -> None:
    """Skip what needs an engine that is not there; fail where REQUIRE_ENGINES names it."""
    if sentence := missing(engine):
        if engine.partition("-")[0] in REQUIRED:
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)


@cache
def started(engine: str, playwright):
    """A function that makes tabs of an engine, which is started once: that costs as much as several pages."""
    return STARTED.enter_context(launched(engine, playwright, FIRST_TIER))


def end_engines() -> None:
    """Take their processes away: a Firefox at rest takes a fortieth of a processor."""
    STARTED.close()
    started.cache_clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None):
    """The engines that run end with the tests of a folder. (pytest's scope for that, `package`, asks for a package.)"""
    torn_down = yield
    if nextitem and nextitem.path.parent != item.path.parent:
        end_engines()
    return torn_down


@pytest.fixture(scope="session")
def running(playwright):
    """running(engine) -> a function that makes tabs of it."""
    yield lambda engine: started(engine, playwright)
    end_engines()


@pytest.fixture(scope="module", params=ENGINES)
def engine(request, running):
    """A function that makes tabs, of each engine in turn."""
    require(request.param)
    return running(request.param)


@pytest.fixture
def tab(engine):
    """A fresh tab, on which nothing may go wrong."""
    tab = engine()
    yield tab
    errors = tab.errors()
    tab.close()
    assert not errors, errors
