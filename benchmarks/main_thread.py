"""What the main thread of a page did, from Chromium's own trace."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

CATEGORIES = ["-*", "devtools.timeline", "disabled-by-default-devtools.timeline"]
TASKS = ("RunTask", "ThreadControllerImpl::RunTask")
SCRIPTS = ("FunctionCall", "EventDispatch", "RunMicrotasks", "TimerFire", "EvaluateScript")


def traced(browser: Browser, page: Page, work: Callable[[], object]) -> list[dict]:
    """The events of the page's main thread during some work, those with a length."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        page.evaluate("performance.mark('main thread')")
        browser.start_tracing(page=page, path=path, categories=[*CATEGORIES, "blink.user_timing"])
        page.evaluate("performance.mark('main thread')")
        work()
        browser.stop_tracing()
        events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    [main] = {(event["pid"], event["tid"]) for event in events if event["name"] == "main thread"}
    return [event for event in events if (event["pid"], event["tid"]) == main and event.get("tdur") is not None]


def tasks(events: list[dict]) -> list[float]:
    """How long the thread worked on each task, in ms; what other programs took of the processor does not count."""
    return [event["tdur"] / 1000 for event in events if event["name"] in TASKS]


def script(events: list[dict]) -> float:
    """How long the thread ran JavaScript in all, in ms."""
    total, until = 0.0, 0
    for event in sorted((each for each in events if each["name"] in SCRIPTS), key=lambda each: each["ts"]):
        if event["ts"] >= until:  # not within another
            total += event["tdur"] / 1000
            until = event["ts"] + event["dur"]
    return total
