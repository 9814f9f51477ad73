"""The page in every state in which a person can meet it: what leads from one to the next, panel by panel."""

from collections.abc import Callable, Iterator

from playwright.sync_api import expect

from full_sites import files

PATIENT = 30_000  # ms
WIDTHS = (320, 390, 1280, 2560)  # of a small phone, a phone, a laptop, a large screen


def assert_fits(page) -> None:
    """Nothing makes the page scroll sideways, however wide it is."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width


def settled(page) -> None:
    """Nothing is being computed or fetched any more."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENT)


def open_view(page, name: str) -> None:
    """Open a view of the page by its tab, and wait until all that it brings is there."""
    page.locator(f"#tab-{name}").click()
    expect(page.locator(f"#view-{name}")).to_be_visible()
    settled(page)


def refused(page) -> Iterator[str]:
    """A form that holds what can't be taken, then what can."""
    box = page.locator(".predict form input[type=text]").first
    if not box.count():
        return
    before = box.input_value()
    box.fill("1e99999")
    settled(page)
    yield "a refused field"
    box.fill(before)
    settled(page)


def unfold(page) -> None:
    """Open all that can be folded out."""
    page.evaluate("document.querySelectorAll('main details:not([open])').forEach((each) => { each.open = true; })")
    settled(page)


def everywhere(page) -> None:
    """Let everything be drawn that waits until a person comes near."""
    expect(page.locator("main > section[hidden]")).to_have_count(0, timeout=PATIENT)
    for section in page.locator("main > section").all():
        section.evaluate("section => section.scrollIntoView()")  # Playwright's own way waits until nothing moves
        settled(page)


def opened(page) -> Iterator[str]:
    unfold(page)
    yield "details opened"


def predict(page) -> Iterator[str]:
    page.locator(".examples button").last.click()
    settled(page)
    yield "an example"
    page.locator("[name=a]").fill("8000")
    settled(page)
    yield "a value outside of what training saw"
    page.goto(f"{page.url.split('#')[0]}#1&nothing=3&f=Paris")
    expect(page.locator(".linked")).to_be_visible()
    yield "a link that names what is not there"


def what_if(page) -> Iterator[str]:
    yield from shown(page, ".what-if .charts svg", "curves")
    squares = page.locator(".what-if [role=grid], .what-if [role=application], .what-if canvas").first
    if squares.count():
        squares.scroll_into_view_if_needed()
        settled(page)
        yield "two values at once"


def batch(page) -> Iterator[str]:
    source = page.locator(".batch textarea").first
    source.fill("a;b\n")
    yield from shown(page, ".batch > .refusal", "a file without rows")
    source.fill("a,b,c,d,f,left over\n1,2,1,true,Bern,x\n2,many,2,false,Bern,y\n3,4,7,true,Bern,z\n")
    yield from shown(page, ".batch .job", "rows read, a column missing")
    page.locator(".batch .job select").first.select_option(index=1)
    page.locator(".batch .job button.main").first.click()
    yield from shown(page, ".batch .problems li", "rows computed and refused")


def benchmark(page) -> Iterator[str]:
    page.locator(".benchmark button").first.click()
    yield from shown(page, ".benchmark table", "measured")
    yield from card(page)


def card(page) -> Iterator[str]:
    if page.locator(".prove-here").count():
        page.locator(".prove-here .chip").first.click()
        yield from shown(page, ".prove-here .verdict", "proven here")


def graph(page) -> Iterator[str]:
    page.locator(".graph").scroll_into_view_if_needed()
    yield from shown(page, ".graph svg", "drawn")
    page.locator(".graph svg [tabindex]").first.press("Enter")
    yield from shown(page, ".graph .details dl", "a box chosen")


def embed(page) -> Iterator[str]:
    page.locator(".embed button").first.click()
    yield "copied"


def privacy(page) -> Iterator[str]:
    if page.context.browser.browser_type.name == "firefox":  # which reports what the lock refuses as an uncaught error
        return
    page.locator(".privacy-panel button").first.click()
    yield from shown(page, ".privacy-panel [data-lock=locked], .privacy-panel [data-lock=failed]", "locked")


def feedback(page) -> Iterator[str]:
    for box in page.locator(".feedback textarea, .feedback input[type=text]").filter(visible=True).all():
        box.fill("250")
    yield "filled in"
    page.locator(".feedback .buttons button").first.click()
    yield "a row collected"
    page.locator(".feedback .rows .buttons:not(.sure) button").last.click()
    yield "asked before deleting"


# What leads to the further states of a panel; one that is not here is looked at as it comes, refused and folded out.
STATES: dict[str, Callable] = {
    "predict": predict, "what-if": what_if, "batch": batch, "benchmark": benchmark, "card": card, "graph": graph,
    "embed": embed, "privacy": privacy, "feedback": feedback,
}  # fmt: skip


def shown(page, selector: str, state: str) -> Iterator[str]:
    """The state, once something of it is there."""
    expect(page.locator(selector).first).to_be_visible(timeout=PATIENT)
    settled(page)
    yield state


def states(page, panel: str) -> Iterator[str]:
    """Lead the page of a panel, freshly opened, from state to state; the name of each."""
    settled(page)
    yield "fresh"
    yield from refused(page)
    yield from STATES.get(panel, lambda _: ())(page)
    yield from opened(page)


def of_media(page) -> Iterator[str]:
    """The states of the page with all kinds."""
    settled(page)
    yield "nothing given"
    for name in files():
        chooser = page.locator(f"[data-field={name}] input[type=file]")
        if chooser.count():
            chooser.first.set_input_files({"name": "broken.bin", "mimeType": "application/octet-stream", "buffer": b"no such thing"})
    page.wait_for_timeout(500)
    settled(page)
    yield "files that can't be read"
    for name, (file, data) in files().items():
        chooser = page.locator(f"[data-field={name}] input[type=file]")
        if chooser.count():
            chooser.first.set_input_files({"name": file, "mimeType": "", "buffer": data})
    paper = page.locator("[data-field=drawing] canvas")
    if paper.count():
        paper.first.scroll_into_view_if_needed()
        place = paper.first.bounding_box()
        page.mouse.move(place["x"] + 20, place["y"] + 20)
        page.mouse.down()
        page.mouse.move(place["x"] + 80, place["y"] + 90, steps=5)
        page.mouse.up()
    expect(page.locator(".result .values")).to_be_visible(timeout=PATIENT)
    settled(page)
    yield "everything given"
    yield from opened(page)


def of_words(page, url: str, speed: Callable[[int], None]) -> Iterator[str]:
    """The states of a page with a language model that holds a conversation; `speed` says how many ms a token takes from the next visit on."""
    write, note = page.locator(".asking button"), page.locator(".result .note")
    speed(3000)
    page.goto(f"{url}#1&max_new_tokens=1000")  # however long one looks at it
    page.wait_for_function("() => document.querySelector('.written')?.textContent.length > 1", timeout=PATIENT)
    yield "a text that grows"
    write.click()
    expect(note).to_be_visible()
    yield "stopped"
    speed(0)
    page.goto(url)
    reply = page.locator(".result .values > p > button")
    for question in ("so", "Donaudampfschifffahrtsgesellschaft", "why", "no"):
        page.locator("[name=prompt]").fill(question)
        write.click()
        expect(reply).to_be_visible(timeout=PATIENT)
        settled(page)
        yield f"an answer to {question[:3]}"
        reply.click()
    yield "a conversation"
    page.locator("[name=prompt]").fill("so" * 40)
    write.click()
    expect(note).to_be_visible()
    settled(page)
    yield "a prompt that is too long"
    page.locator("[name=prompt]").fill("so")
    page.locator("[name=template]").fill("{{ prompt ")
    write.click()
    settled(page)
    yield "a template that does not render"
