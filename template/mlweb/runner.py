"""The one gate to native code that reads or runs a graph: onnx and onnxruntime, in a process of its own that has limits of time and memory.

A graph from elsewhere may compute for ever, take all memory, or bring down the process that runs it. Here that ends the child, and with it the command, in
a sentence. One child serves a whole command; it starts when this module is imported, because it takes as long to start as the rest takes to import.
"""

import atexit
import os
import pickle
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable
from itertools import count
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

import numpy as np

from mlweb.console import patience
from mlweb.errors import UserError, first_line, mixed_floats

SECONDS, GIGABYTES = "MLWEB_SECONDS", "MLWEB_GIGABYTES"  # environment variables that set the limits
LIBRARIES = {"load": "onnxruntime", "run": "onnxruntime", "llama": "llama.cpp", "llama_ask": "llama.cpp"}  # by the function of the child that needs them
WORKER = Path(__file__).with_name("runner_child.py")


class NativeError(Exception):
    """What onnx or onnxruntime says of a graph, or of what it was fed."""


class Stopped(UserError):
    """A graph took more time or memory than it may, or broke the runtime; nothing more is to be had from it."""


def limit(name: str, default: float) -> float:
    """A limit as the environment sets it; raises UserError."""
    given = os.environ.get(name, "")
    try:
        value = float(given or default)
    except ValueError:
        value = 0
    if not 0 < value < 1e6:  # NaN is no limit either
        raise UserError(f"The environment variable {name} is {given!r}: set it to a number above 0, such as {default:g}.")
    return value


def seconds() -> float:
    """How long one row may take, and each other step."""
    return limit(SECONDS, 60)


def gigabytes() -> float:
    """How much memory may be taken beside the graph itself. Only Linux holds a process to it."""
    return limit(GIGABYTES, 2)


class Child:
    """The process, started anew after it was stopped. It answers one request after another."""

    def __init__(self):
        self.lock, self.dropped = Lock(), []
        self.process: subprocess.Popen | None = None
        self.generation = 0  # how many processes there were: sessions end with theirs
        self.numbers = count(1)  # of sessions

    def drop(self, number: int) -> None:
        """Let the next request say that nobody needs a session any more."""
        self.dropped.append(number)

    def start(self) -> subprocess.Popen:
        if self.process is None:
            settings = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
            command = [sys.executable, "-P", str(WORKER)]
            self.process = subprocess.Popen(command, env=settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            self.generation += 1
        return self.process

    def stop(self) -> int:
        """End the process; its exit code."""
        process, self.process, self.dropped = self.process, None, []
        if process is None:
            return 0
        process.kill()
        process.communicate()  # closes its pipes and waits
        return process.returncode

    def ask(self, what: str, name: str, *given: Any, rows: int = 1) -> Any:
        """What the child answers to a request, a function of its own by name. what: said of a step that takes long, such as "computing a row".

        Raises NativeError with what the runtime says, Stopped when the child is gone.
        """
        time, memory = seconds() * rows, gigabytes()
        with self.lock, patience(f"{what} ({SECONDS} limits it to {time:g} s)"):
            process, start = self.start(), monotonic()
            dropped, self.dropped = self.dropped, []
            try:
                pickle.dump((name, time, memory, dropped, given), process.stdin, pickle.HIGHEST_PROTOCOL)  # pyright: ignore[reportArgumentType]
                process.stdin.flush()  # pyright: ignore[reportOptionalMemberAccess]
                said, answer = pickle.load(process.stdout)  # pyright: ignore[reportArgumentType]
            except (EOFError, OSError, pickle.UnpicklingError):
                code = self.stop()
                if monotonic() - start >= time:
                    raise Stopped(f"{what.capitalize()} took more than {time:g} s, so it was stopped: {SECONDS} sets that limit.") from None
                took = f"perhaps it needs more than {memory:g} GB of memory beside the model itself: {GIGABYTES} sets that limit"
                library = LIBRARIES.get(name, "onnx")
                if code == -signal.SIGFPE:
                    raise Stopped(f"{library} divided a whole number by zero while {what}, and broke: no page can run that.") from None
                raise Stopped(f"{library} crashed while {what} (exit code {code}); {took}.") from None
            except BaseException:  # such as Ctrl+C: what it would answer is no answer to the next request
                self.stop()
                raise
        if said == "memory":
            raise NativeError(f"{answer}; it may take {memory:g} GB of memory beside the model itself: {GIGABYTES} sets that limit")
        if said == "error":
            raise NativeError(answer)
        return answer


class Session:
    """A graph that is ready to run. Raises NativeError when the runtime refuses it, Stopped when loading it takes too much."""

    def __init__(self, data: bytes, threads: int = 1):
        self.data, self.threads = data, threads
        self.open()

    def open(self) -> None:
        self.start("load", self.data, self.threads)

    def start(self, name: str, *given: Any) -> None:
        """Let a function of the child make what answers from now on."""
        self.number = next(CHILD.numbers)
        CHILD.ask("loading the model", name, self.number, *given)
        self.generation = CHILD.generation
        weakref.finalize(self, CHILD.drop, self.number)

    def run(self, names: list[str] | None, feeds: dict[str, np.ndarray], rows: int = 1) -> list[Any]:
        """The named outputs of one run, all for None. rows: how many it computes at once, each of which has its time."""
        return self.asked("run", names, feeds, rows=rows)

    def asked(self, name: str, *given: Any, rows: int = 1) -> Any:
        """What a function of the child answers for this session."""
        if self.generation != CHILD.generation or CHILD.process is None:
            self.open()
        what = "computing a row" if rows == 1 else f"computing {rows:,} rows"
        return CHILD.ask(what, name, self.number, *given, rows=rows)


def strict_session(data: bytes, threads: int = 1, make: Callable[[bytes, int], Session] = Session) -> Session:
    """A native session that is as strict as the browser's, on as many threads, so that both sum in the same order. make: which kind of session.

    Raises UserError when the runtime refuses the graph. What passes here and uses supported dtypes runs in the browser.
    """
    try:
        return make(data, threads)
    except NativeError as error:
        fixes = {
            "Could not find an implementation": ". It has this operator only for other types or opsets: export with float32 and an opset from 17 to 21.",
            "Failed to construct locale": ". The model names a locale that this system lacks: export it with locale C.UTF-8, as a browser knows no other.",
            "Can't merge shape info": ". The declared shapes contradict each other: re-export with dynamic dimensions.",
        }
        fix = next((fix for said, fix in fixes.items() if said in str(error)), "")
        raise UserError(f"onnxruntime refuses the model: {first_line(error)}{fix or mixed_floats(str(error))}") from None


def compute(session: Session, names: list[str], feeds: dict[str, np.ndarray], rows: int = 1) -> dict[str, np.ndarray]:
    """The named outputs of one run; all are tensors, as `check.problems` lets nothing else pass. Raises NativeError or Stopped."""
    return dict(zip(names, session.run(names, feeds, rows), strict=True))


CHILD = Child()
CHILD.start()
atexit.register(CHILD.stop)
