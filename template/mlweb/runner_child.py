"""The process of runner.py: requests come in on standard input, answers go out on standard output, both pickled. It imports nothing of mlweb.

A request is (name of a function here, seconds, gigabytes, numbers of sessions that nobody needs any more, arguments); an answer is ("ok", value), or
("error" or "memory", what the runtime says). When a request takes longer than its seconds the process ends itself, even where native code never returns.
"""

import faulthandler
import json
import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Sequence
from http.client import HTTPConnection
from importlib import import_module
from typing import Any

signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends it at once, and a run with it

import numpy as np  # noqa: F401, E402  # what is unpickled are its arrays
import onnxruntime  # noqa: E402

WEIGHTS = 3  # times its size is what the weights of a graph take while it is loaded or looked at: the file, its tensors, and their (packed) copies
SHORT_OF_MEMORY = ("Failed to allocate memory", "bad_alloc", "bad allocation", "std::length_error")

LOADS = ("load", "llama")  # functions that make a session of their first arguments, a number and a model

sessions: dict[int, Any] = {}
sizes: dict[int, int] = {}  # bytes of each session's model


def load(number: int, data: bytes, threads: int) -> None:
    """Make a session, as strict as the browser's."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    options.add_session_config_entry("session.strict_shape_type_inference", "1")
    sessions[number] = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def run(number: int, names: list[str] | None, feeds: dict) -> Sequence:
    return sessions[number].run(names, feeds)


def llama(number: int, data: bytes, size: int, threads: int) -> None:
    """Make a session of llama.cpp that holds so many tokens, and computes as the page's does. It reads nothing but files, and answers as a server does."""
    xllamacpp: Any = import_module("xllamacpp")  # whose names are known only when it runs
    params = xllamacpp.CommonParams()
    params.n_ctx, params.n_parallel, params.n_gpu_layers, params.n_threads_http = size, 1, 0, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE  # or the file would have to stay
    params.warmup = params.fit_params = params.ui = params.endpoint_slots = False
    params.verbosity = -1
    with tempfile.TemporaryDirectory() as folder:
        params.model.path = os.path.join(folder, "model.gguf")
        with open(params.model.path, "wb") as file:
            file.write(data)
        sessions[number] = xllamacpp.Server(params)


def llama_ask(number: int, path: str, given: dict) -> dict:
    """What a session of llama.cpp answers at an address."""
    connection = HTTPConnection(sessions[number].listening_address.removeprefix("http://"))
    try:
        connection.request("POST", path, json.dumps(given), {"Content-Type": "application/json"})
        answer = json.load(connection.getresponse())
    finally:
        connection.close()
    if "error" in answer:
        raise ValueError(answer["error"]["message"])
    return answer


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


FUNCTIONS = {each.__name__: each for each in (load, run, llama, llama_ask, check, infer, convert)}


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


def end_after(seconds: float) -> None:
    """End the process in so many seconds, even where native code never returns; 0 for never. By the system's timer where it has one: elsewhere by a thread,
    which takes longer to start than a small graph to run.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)
    elif seconds:
        faulthandler.dump_traceback_later(seconds, exit=True, file=sys.stderr)
    else:
        faulthandler.cancel_dump_traceback_later()


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
        if name in LOADS:
            sizes[given[0]] = size
        if own:
            held = sum(sizes.values()) + (size if name not in LOADS else 0)
            hold_to(int(own + WEIGHTS * held + gigabytes * 1e9))
        end_after(seconds)
        try:
            answer = "ok", FUNCTIONS[name](*given)
        except MemoryError:
            answer = "memory", "there is not enough memory"
        except Exception as error:  # those of onnx and onnxruntime share no base class of their own
            answer = "memory" if any(said in str(error) for said in SHORT_OF_MEMORY) else "error", str(error)
        end_after(0)
        if name in LOADS and answer[0] != "ok":
            del sizes[given[0]]
        del given
        pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()
        del answer


serve()
