"""Three browser engines behind one contract, a `Tab`: Playwright drives Chromium and Firefox, WebDriver drives WebKit, which Playwright
does not where it is the system's.

A tab opens a page anew, asks it (`call`, `until`), gives its form values as a person would (`fill`), and knows what went wrong (`errors`).
"""

import json
import shutil
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from mlweb.codec.scalars import shown
from served_sites import copied, serving

PATIENCE = 60  # seconds, for machines with much else to do
# The first script of a page keeps what goes wrong on it, for WebDriver tells of no console; and the results that the page tells of.
COLLECTOR = """window.wrong = [];
addEventListener('error', ({ message }) => message && !/^ResizeObserver loop/.test(message) && wrong.push(message));
addEventListener('unhandledrejection', ({ reason }) => wrong.push(String(reason)));
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => wrong.push(`${violatedDirective}: ${blockedURI}`));
console.error = (...words) => wrong.push(words.join(' '));
addEventListener('result', ({ detail }) => { window.told = detail.results; });
"""

HOLD = """([css, text]) => {
  const held = document.querySelector(css);
  held.value = text;
  for (const type of ['change', 'input']) held.dispatchEvent(new Event(type, { bubbles: true }));
}"""
# Give a field a text in place of its own, as one command of the editor: key by key it costs WebKit a third of a second, and WebDriver there
# drops new lines and what is beyond U+FFFF.
TYPE = """([css, text]) => {
  const field = document.querySelector(css);
  field.focus();
  field.select();
  document.execCommand(text ? 'insertText' : 'delete', false, text);
}"""


class Tab:
    """What both drivers do alike. They add: go, call, write, click, choose, press and upload."""

    def __init__(self):
        self._wrong: list[str] = []

    def open(self, url: str, state: str = "ready") -> None:
        """Load a page anew, even where only what is behind the # differs, and wait until it is in this state."""
        self.leave()
        self.go(url)
        self._arrived(state)

    def again(self, url: str) -> None:
        """Load the page that is open anew, from itself: WebKit, driven, keeps its caches in memory, and forgets those that no page has used for 10 s."""
        self._note()
        self.call("() => { window.isOld = true; }")
        self.go(url)
        self.until("() => !window.isOld")
        self._arrived("ready")

    def _arrived(self, state: str) -> None:
        """Wait until the page is in this state."""
        self.until("() => ['ready', 'error'].includes(document.documentElement?.dataset.state)")
        found, said = self.call("() => [document.documentElement.dataset.state, document.getElementById('status').textContent]")
        assert found == state, said

    def leave(self) -> None:
        """Go away from the page, keeping what went wrong there."""
        self._note()
        self.go("about:blank")

    def _note(self) -> None:
        """Keep what went wrong on the page."""
        self._wrong += self.call("() => window.wrong?.splice(0) ?? []")

    def until(self, js: str, given=None) -> None:
        """Wait until a function of the page tells yes."""
        end = time.monotonic() + PATIENCE
        while not self.call(js, given):
            assert time.monotonic() < end, f"never came true: {js} of {given!r}; the page says: {self.call('() => document.body.innerText')}"
            time.sleep(0.05)

    def text(self, css: str) -> str:
        """The text that is seen of one element."""
        return self.call("(css) => document.querySelector(css).innerText", css)

    def says(self, css: str, text: str) -> None:
        """Wait until an element has this text, any white space being a space."""
        self.until("([css, text]) => document.querySelector(css)?.innerText?.trim().replace(/\\s/g, ' ') === text", [css, text])

    def fill(self, values: dict) -> None:
        """Type, choose, switch or hand over (a Path) the values of some fields, and wait for the result of them."""
        for name, value in values.items():
            field = f"[name={json.dumps(name, ensure_ascii=False)}]"
            match "file" if isinstance(value, Path) else self.call("(css) => document.querySelector(css).type", field):
                case "file":
                    self.upload(f"[data-field={json.dumps(name, ensure_ascii=False)}] input[type=file]", str(value))
                case "radio":
                    self.click(f"{field}[value={json.dumps(shown(value), ensure_ascii=False)}]")
                case "checkbox":
                    if self.call("(css) => document.querySelector(css).checked", field) != value:
                        self.click(field)
                case "select-one":
                    self.choose(field, shown(value))
                case "hidden":  # a conversation, which grows by answers
                    self.call(HOLD, [field, value])
                case _:
                    self.write(field, shown(value))
        self.settled()

    def paste(self, css: str, text: str) -> None:
        """Paste a text, which is cut from the same box for that."""
        self.call("([css, text]) => { document.querySelector(css).value = text; }", [css, text])
        for keys in ("Control+A", "Control+X", "Control+V"):
            self.press(css, keys)

    def settled(self) -> None:
        """Wait until the result belongs to the form."""
        self.until("() => !document.querySelector('[aria-busy=true]')")

    def errors(self) -> list[str]:
        """What went wrong on every page that was open here."""
        self.leave()
        return self._wrong


class PlaywrightTab(Tab):
    """A page in a browser context of its own."""

    def __init__(self, browser):
        super().__init__()
        self._context = browser.new_context()
        self._page = self._context.new_page()

    def begin_with(self, script: str) -> None:
        """Have a script run before those of each page that is opened from now on."""
        self._context.add_init_script(script)

    def go(self, url):
        self._page.goto(url)

    def call(self, js, given=None):
        said = self._page.evaluate(f"async (given) => JSON.stringify(await ({js})(given)) ?? 'null'", given)
        return json.loads(said)

    def write(self, css, text):
        self._page.locator(css).fill(text)

    def click(self, css):
        self._page.locator(css).click()

    def choose(self, css, value):
        self._page.locator(css).select_option(value)

    def press(self, css, keys):
        self._page.locator(css).press(keys)

    def upload(self, css, path):
        self._page.locator(css).set_input_files(path)

    def close(self):
        self._context.close()


class WebDriverTab(Tab):
    """The one window of a WebDriver session: what the origins before it kept stays, but each site has a port of its own."""

    def __init__(self, driver):
        super().__init__()
        self._driver = driver

    def go(self, url):
        self._driver.get(url)

    def call(self, js, given=None):
        asked = f"(async () => JSON.stringify(await ({js})(given)) ?? 'null')()"
        script = f"const [given, done] = arguments; {asked}.then((it) => done([it]), (error) => done(`${{error}} ${{error.detail ?? ''}}`));"
        answer = self._driver.execute_async_script(script, given)
        assert isinstance(answer, list), answer
        return json.loads(answer[0])

    def _find(self, css):
        return self._driver.find_element(By.CSS_SELECTOR, css)

    def write(self, css, text):
        self.call(TYPE, [css, text])

    def click(self, css):
        self._find(css).click()

    def choose(self, css, value):
        Select(self._find(css)).select_by_value(value)

    def press(self, css, keys):
        modifier, key = keys.split("+")
        self._find(css).send_keys(getattr(Keys, modifier.upper()) + key.lower())

    def upload(self, css, path):
        self._find(css).send_keys(path)

    def close(self):
        self.go("about:blank")


@pytest.fixture(scope="module")
def hosted(made, tmp_path_factory):
    """hosted(model, metadata, files) -> (URL, folder) of a site that keeps its own errors and results; the same twice is one site."""
    sites, servers = {}, ExitStack()

    def hosted(model, metadata: str, files=None, isolated: bool = False) -> tuple[str, Path]:
        built = made(model, metadata, files)
        if (built, isolated) not in sites:
            folder = watched(built, tmp_path_factory.mktemp("hosted") / "dist")
            sites[built, isolated] = servers.enter_context(serving(folder, isolated=isolated)), folder
        return sites[built, isolated]

    with servers:
        yield hosted
    for _, folder in sites.values():
        shutil.rmtree(folder)


def watched(built: Path, folder: Path) -> Path:
    """A copy of a site whose first script keeps errors and results for us."""
    copied(built, folder)
    [support] = folder.glob("app-*/support.js")
    support.write_text(COLLECTOR + support.read_text(encoding="utf-8"), encoding="utf-8")
    return folder
