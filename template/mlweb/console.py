"""What commands say. Every line that mlweb prints goes through `say`: no text, wherever it came from, can steer a terminal or forge a line of a log."""

import re
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from time import monotonic
from types import TracebackType

FIRST_SECONDS = 5.0  # after which a step says that it still goes on; then after twice as long, and so on

# Control characters (C0, C1 and DEL; tabs are harmless), separators of lines, what overrides the direction of writing, halves of characters.
STEERING = re.compile(r"[\x00-\x08\n-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """The text on one line, with each character that a terminal would obey written as an escape, such as \\x1b."""
    return STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def say(*lines: str, error: bool = False) -> None:
    """Print each line, to stderr if it is about an error. What the terminal's encoding lacks is written as an escape too."""
    stream = sys.stderr if error else sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write("".join(f"{visible(line)}\n" for line in lines).encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def say_text(text: str, error: bool = False) -> None:
    """Print a text that has lines of its own."""
    say(*text.removesuffix("\n").split("\n"), error=error)


def say_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A traceback as Python prints it: what an exception quotes may come from anywhere."""
    say_text("".join(traceback.format_exception(kind, error, trace)), error=True)


def guard_warnings() -> None:
    """Let warnings be said like everything else."""

    def show(message, category, filename, lineno, file=None, line=None) -> None:
        say_text(warnings.formatwarning(message, category, filename, lineno, line), error=True)

    warnings.showwarning = show


@dataclass(eq=False)
class Step:
    """Something that may take long, and when to say next that it goes on."""

    what: str
    start: float
    pause: float
    due: float


class Teller:
    """Says of each step that takes long that it goes on. One thread serves them all: to start one takes longer than a small model's run."""

    def __init__(self):
        self.changed = threading.Condition()
        self.steps: list[Step] = []  # those that are going on
        self.thread: threading.Thread | None = None
        self.wakes = inf  # when it looks again, unless it is told

    def begin(self, step: Step) -> None:
        with self.changed:
            if self.thread is None:
                self.thread = threading.Thread(target=self.tell, daemon=True)
                self.thread.start()
            self.steps.append(step)
            if step.due < self.wakes:
                self.changed.notify()

    def end(self, step: Step) -> None:
        with self.changed:
            self.steps.remove(step)

    def tell(self) -> None:
        with self.changed:
            while True:
                now = monotonic()
                for step in [step for step in self.steps if step.due <= now]:
                    say(f"Still {step.what}, {now - step.start:.0f} s so far ...", error=True)
                    step.pause *= 2
                    step.due = now + step.pause
                self.wakes = min((step.due for step in self.steps), default=inf)
                self.changed.wait(None if self.wakes == inf else self.wakes - now)


TELLER = Teller()


@contextmanager
def patience(what: str) -> Iterator[None]:
    """Say now and then that a step is still going on, so that nobody takes it for one that hangs. what: such as "comparing all rows"."""
    now = monotonic()
    step = Step(what, now, FIRST_SECONDS, now + FIRST_SECONDS)
    TELLER.begin(step)
    try:
        yield
    finally:
        TELLER.end(step)
