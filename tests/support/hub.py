"""A stand-in of the hub's addresses, with a server beside it that gives the large files, as the hub's own does."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import language_models

NAME, COMMIT = "somebody/tiny-words-ONNX", "0123456789abcdef0123456789abcdef01234567"
GRAPH = "onnx/model_quantized.onnx"
TEMPLATE = "{{ bos_token }}{% for message in messages %}{{ message['content'] }}{% endfor %}:"


class Hub:
    """What the hub has, and what it does wrong; `asked` are the paths and ranges that were requested."""

    def __init__(self):
        self.address = self.store = ""
        self.reset()

    def reset(self) -> None:
        """As it is when nothing has gone wrong."""
        self.files: dict[str, Any] = language_models.FILES | {GRAPH: language_models.successors().SerializeToString(), "chat_template.jinja": TEMPLATE.encode()}
        self.wrong: dict[str, bytes] = {}
        self.breaks: set[str] = set()  # after nine tenths, once
        self.asked: list[tuple[str, str]] = []
        self.is_down = False
        self.gives_parts = True
        self.open = threading.Event()  # until it is cleared, large files are given at once
        self.open.set()

    def url(self, name: str) -> str:
        return f"{self.address}/{NAME}/resolve/{COMMIT}/{name}"

    def source(self, *names: str) -> dict:
        """model/source.json of a project that has fetched these files of it."""
        files = {hashlib.sha256(self.files[name]).hexdigest(): name for name in names}
        return {"name": NAME, "revision": COMMIT, "dtype": "q8", "hub": self.address, "origins": sorted([self.address, self.store]), "files": files}

    def listed(self) -> list[dict]:
        tree: list[dict] = [{"type": "directory", "path": "onnx", "size": 0, "oid": "0"}]
        for path, data in self.files.items():
            oid = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            large = {"lfs": {"oid": hashlib.sha256(data).hexdigest(), "size": len(data)}} if path.endswith((".onnx", ".gguf")) else {}
            tree.append({"type": "file", "path": path, "size": len(data), "oid": oid} | large)
        return tree


@contextmanager
def stand_in() -> Iterator[Hub]:
    """A hub that answers as long as it is used."""
    has = Hub()

    class Answers(BaseHTTPRequestHandler):
        def do_OPTIONS(self):
            self.send_response(204)
            self.send_header("Access-Control-Allow-Headers", "Range")
            self.end_headers()

        def do_GET(self):
            path = self.path.split("?")[0]
            has.asked.append((path, self.headers.get("Range", "")))
            if has.is_down:
                return self.close()
            if path in (f"/api/models/{NAME}/revision/main", f"/api/models/{NAME}/revision/v1%2F2"):
                return self.give(json.dumps({"id": NAME, "sha": COMMIT}).encode())
            if path == f"/api/models/{NAME}/tree/{COMMIT}":
                return self.give(json.dumps(has.listed()).encode())
            name = unquote(path.removeprefix(f"/{NAME}/resolve/{COMMIT}/").removeprefix("/large/"))
            if name not in has.files:
                return self.send_error(404 if "nobody" not in path else 401)
            if name == GRAPH and not path.startswith("/large/"):
                self.send_response(302)
                self.send_header("Location", f"{has.store}/large/{name}")
                return self.end_headers()
            self.give_file(name, has.wrong.get(name, has.files[name]))

        def give_file(self, name: str, data: bytes):
            first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
            start, end = int(first), int(last) + 1 if last else len(data)
            if start and not has.gives_parts:
                return self.send_error(416)
            self.send_response(206 if "Range" in self.headers else 200)
            self.send_header("Content-Length", str(end - start))
            self.end_headers()
            if name in has.breaks and not last:
                has.breaks.discard(name)
                end = len(data) * 9 // 10
            if name == GRAPH:
                has.open.wait(30)
            self.wfile.write(data[start:end])
            self.wfile.flush()
            if end < len(data) and not last:
                time.sleep(1)  # until what was sent is in the page
                self.close()

        def give(self, data: bytes):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(data)

        def close(self):
            self.close_connection = True

        def end_headers(self):
            self.send_header("Access-Control-Allow-Origin", "*")
            super().end_headers()

        def log_message(self, format, *args):
            pass

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Answers) for _ in range(2)]
    has.address, has.store = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield has
    for server in servers:
        server.shutdown()
        server.server_close()
