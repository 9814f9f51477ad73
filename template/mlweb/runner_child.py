"""The process of runner.py: requests come in on standard input, answers go out on standard output, both pickled. It imports nothing of mlweb.

A request is (name of a function here, seconds, gigabytes, numbers of sessions that nobody needs any more, arguments); an answer is ("ok", value), or
("error" or "memory", what the runtime says). When a request takes longer than its seconds the process ends itself, even where native code never returns.
"""

import faulthandler
import os
import pickle
import signal
import sys
from collections.abc import Sequence

signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends it at once, and a run with it

import numpy as np  # noqa: F401, E402  # what is unpickled are its arrays
import onnxruntime  # noqa: E402

WEIGHTS = 3  # times its size is what the weights of a graph take while it is loaded or looked at: the file, its tensors, and their (packed) copies
SHORT_OF_MEMORY = ("Failed to allocate memory", "bad_alloc", "bad allocation", "std::length_error")

sessions: dict[int, onnxruntime.InferenceSession] = {}
sizes: dict[int, int] = {}  # bytes of each session's graph


def load(number: int, data: bytes, threads: int) -> None:
    """Make a session, as strict as the browser's."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    options.add_session_config_entry("session.strict_shape_type_inference", "1")
    sessions[number] = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def run(number: int, names: list[str] | None, feeds: dict) -> Sequence:
    return sessions[number].run(names, feeds)


def check(data: bytes) -> None:
    """Let onnx look at all of a graph, its shapes included. It is imported when it is asked, because most commands only run a graph."""
    import onnx

    onnx.checker.check_model(data, full_check=True)


def infer(data: bytes, data_prop: bool) -> bytes:
    """The graph with all shapes that follow from the rest."""
    import onnx

    return onnx.shape_inference.infer_shapes(data, data_prop=data_prop).SerializeToString()


def convert(data: bytes, opset: int) -> bytes:
    """The graph in another opset of ai.onnx."""
    from onnx import load_from_string, version_converter

    return version_converter.convert_version(load_from_string(data), opset).SerializeToString()


FUNCTIONS = {"load": load, "run": run, "check": check, "infer": infer, "convert": convert}


def private() -> int:
    """Bytes of memory that the process has for itself; 0 where nobody says."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def hold_to(most: int) -> None:
    """Let the process have no more memory than that, where the system can."""
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def serve() -> None:
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what native code prints has no place among the answers
    own = private()
    while True:
        try:
            name, seconds, gigabytes, dropped, given = pickle.load(requests)
        except EOFError:
            os._exit(0)  # without a word to the runtime, which would take its time
        for number in dropped:
            sessions.pop(number, None)
            sizes.pop(number, None)
        size = sum(len(each) for each in given if isinstance(each, bytes))
        if name == "load":
            sizes[given[0]] = size
        if own:
            held = sum(sizes.values()) + (size if name != "load" else 0)
            hold_to(int(own + WEIGHTS * held + gigabytes * 1e9))
        faulthandler.dump_traceback_later(seconds, exit=True, file=sys.stderr)
        try:
            answer = "ok", FUNCTIONS[name](*given)
        except MemoryError:
            answer = "memory", "there is not enough memory"
        except Exception as error:  # those of onnx and onnxruntime share no base class of their own
            answer = "memory" if any(said in str(error) for said in SHORT_OF_MEMORY) else "error", str(error)
        faulthandler.cancel_dump_traceback_later()
        if name == "load" and answer[0] != "ok":
            del sizes[given[0]]
        del given
        pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()
        del answer


serve()
