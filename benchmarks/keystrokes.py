"""How long the main thread works on one input event while a person types and drags in the form and the page follows.

It opens a built project in Chromium, once with the panels that follow every move of the form and once with all panels
that there are, drags every slider, types into every field, and reads the browser's own trace. Times are those in which the thread
worked, so that other programs do not count; the last column is what passed on the clock.
"""

import sys
from functools import partial

from playwright.sync_api import Page, sync_playwright

from main_thread import TASKS, traced
from served import PANELS, arguments, chromium, opened, run, served

LIMIT = 50  # ms
FRAME, KEY = 16, 70  # ms between two moves of a mouse, and two keys of a fast typist
MOVES = 20  # of the mouse across a slider
SHAPE = {"width": 1280, "height": 2200}  # so tall that the form and what follows it are drawn together
FOLLOW = ["predict", "what-if", "explain"]
# What a person does, of which all other input events are made. Moves of the mouse count while a slider is held.
INPUTS = {"input", "change", "beforeinput", "textInput", "keydown", "keypress", "keyup", "pointerdown", "pointerup", "pointermove"}
INPUTS |= {"mousedown", "mouseup", "mousemove", "click"}


def main() -> None:
    """Print the figures of both pages."""
    given = arguments(__doc__).parse_args()
    print(f"{'milliseconds':48}{'count':>7}{'median':>8}{'p95':>8}{'longest':>9}{f'of {LIMIT}':>8}{'on the clock':>14}")
    with served(given.project) as url, sync_playwright() as playwright, playwright.chromium.launch(**chromium()) as browser:
        for name, panels in {"form, what-if and explain": FOLLOW, "all panels": PANELS}.items():
            page = opened(browser.new_context(viewport=SHAPE), url, panels)
            report(name, traced(browser, page, partial(work, page)))
            page.context.close()
        print(f"Chromium {browser.version}")


def work(page: Page) -> None:
    """Drag every slider from end to end and back, and type into every field."""
    for slider in page.locator(".predict input[type=range]").all():
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 4, middle)
        page.mouse.down()
        for step in [*range(MOVES), *reversed(range(MOVES // 2, MOVES))]:
            page.mouse.move(box["x"] + 4 + (box["width"] - 8) * step / MOVES, middle)
            page.wait_for_timeout(FRAME)
        page.mouse.up()
    for field in page.locator(".predict .field input[type=text]").all():
        before = field.input_value()
        field.click(click_count=3)
        page.keyboard.type(before, delay=KEY)
        page.keyboard.press("Backspace", delay=KEY)
        page.keyboard.type("1", delay=KEY)
    page.wait_for_timeout(1000)


def report(name: str, events: list[dict]) -> None:
    """Two lines: what handling an event costs, and any task meanwhile, such as drawing what a result changed."""
    line(f"{name}: handling an event", [event for event in events if event["name"] == "EventDispatch" and event["args"]["data"]["type"] in INPUTS])
    line(f"{name}: any task meanwhile", [event for event in events if event["name"] in TASKS])


def line(what: str, events: list[dict]) -> None:
    times = sorted(event["tdur"] / 1000 for event in events)
    middle, late, longest = times[len(times) // 2], times[int(len(times) * 0.95)], times[-1]
    clock = max(event["dur"] for event in events) / 1000
    print(f"{what:48}{len(times):7}{middle:8.2f}{late:8.2f}{longest:9.2f}{longest / LIMIT:8.0%}{clock:14.2f}")


if __name__ == "__main__":
    sys.exit(run(main))
