"""A tab in the background, which Chromium can put to sleep. Playwright tells each page it knows of that it is in sight, and what is in sight
never sleeps: so it is not to know of this one.
"""

import json
import time

PATIENCE = 30  # seconds


class Background:
    """A page that only Chromium's own protocol reaches."""

    def __init__(self, browser, url: str):
        self._browser = browser.new_browser_cdp_session()
        self._answers: dict[int, dict] = {}
        self._browser.on("Target.receivedMessageFromTarget", self._keep)
        context = self._browser.send("Target.createBrowserContext")["browserContextId"]
        target = self._browser.send("Target.createTarget", {"url": url, "browserContextId": context})["targetId"]
        self._session = self._browser.send("Target.attachToTarget", {"targetId": target, "flatten": False})["sessionId"]
        self.close = lambda: self._browser.send("Target.disposeBrowserContext", {"browserContextId": context})
        self._asked = 0

    def _keep(self, event: dict) -> None:
        answer = json.loads(event["message"])
        self._answers[answer.get("id", 0)] = answer

    def _send(self, method: str, **given) -> dict:
        """The answer of the page to a command of the protocol."""
        self._asked += 1
        message = json.dumps({"id": self._asked, "method": method, "params": given})
        self._browser.send("Target.sendMessageToTarget", {"sessionId": self._session, "message": message})
        end = time.monotonic() + PATIENCE
        while self._asked not in self._answers:
            assert time.monotonic() < end, f"no answer to {method}"
            self._browser.send("Browser.getVersion")  # lets Playwright hand over what has come
        return self._answers[self._asked]["result"]

    def call(self, js: str):
        """The value of an expression in the page."""
        return self._send("Runtime.evaluate", expression=js, returnByValue=True)["result"].get("value")

    def until(self, js: str) -> None:
        """Wait until an expression is true in the page."""
        end = time.monotonic() + PATIENCE
        while not self.call(js):
            assert time.monotonic() < end, f"never came true: {js}; the page says: {self.call('document.body.innerText')}"
            time.sleep(0.05)

    def type(self, name: str, text: str) -> None:
        """Put a text into a field of the form."""
        field = f"document.querySelector('[name={name}]')"
        self.call(f"{field}.value = '{text}'; {field}.dispatchEvent(new Event('input', {{ bubbles: true }}))")

    def sleep(self) -> None:
        """Be frozen, as what is in the background for long."""
        self.call("document.addEventListener('freeze', () => { window.slept = true; }, { once: true })")
        self._send("Page.setWebLifecycleState", state="frozen")
        self.until("window.slept")

    def wake(self) -> None:
        self._send("Page.setWebLifecycleState", state="active")
