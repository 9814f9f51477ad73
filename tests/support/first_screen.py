"""What a visitor sees first, on a phone and on a laptop: title, lead, the first field and the result, without scrolling; and nothing jumps."""

from page_states import PATIENT, settled

SIZES = {"phone": (390, 844), "laptop": (1280, 800)}
# Sums what moves by itself: nothing that a person just did.
SHIFTS = """window.shifts = [];
  const words = ({ node, previousRect: from, currentRect: to }) => `${node?.nodeName} ${node?.className}: ${from.y} > ${to.y}, ${from.height} > ${to.height}`;
  const keep = (list) => { for (const each of list.getEntries()) if (!each.hadRecentInput) shifts.push([each.value, ...each.sources.map(words)]); };
  new PerformanceObserver(keep).observe({ type: 'layout-shift', buffered: true });"""
RESULT = ".result [data-output] :is(data, li, canvas, svg, .written)"


def look(page, url: str, starts_empty: bool = False) -> None:
    """Visit a page at each size, and measure. starts_empty: its fields have neither default nor example, so there is no result yet."""
    page.add_init_script(SHIFTS)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(url)
        page.wait_for_selector("html[data-state=ready]", timeout=PATIENT)
        settled(page)

        def edges(selector: str) -> tuple[float, float]:
            box = page.locator(selector).first.bounding_box()
            return box["y"], box["y"] + box["height"]

        bottom = edges(".tabs")[0] if size == "phone" else height
        assert edges("h1")[0] >= 0 and edges("h1")[1] < 140, size
        for selector in ("#lead", ".field :is(label, legend)", ".field :is(input, select, textarea, canvas, svg)"):
            if page.locator(selector).first.is_visible():
                assert edges(selector)[1] <= bottom, f"{size}: {selector}"
        if starts_empty:
            assert page.locator(".result .note").is_visible()
        else:
            result = ".strip" if page.locator(".strip").is_visible() else RESULT
            assert edges(result)[1] <= height, f"{size}: {result}"
        found = page.evaluate("[document.documentElement.scrollWidth > innerWidth, shifts]")
        assert found == [False, []], f"{size}: wider than the screen, and what moved: {found}"
