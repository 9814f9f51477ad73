"""Serve dist/ as its host will: under the same sub-path, with the same types, compressed, with the page for lost visitors."""

import argparse
import errno
import os
import signal
import sys
import webbrowser
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from urllib.parse import unquote, urlsplit

from mlweb.console import say
from mlweb.errors import UserError, run
from mlweb.site import project
from mlweb.site.compression import compressed

DIST = Path("dist")

# Said here in full, for Python takes some of these from the machine it runs on. True: worth compressing.
TYPES = {
    ".html": ("text/html; charset=utf-8", True),
    ".css": ("text/css; charset=utf-8", True),
    ".js": ("text/javascript; charset=utf-8", True),
    ".mjs": ("text/javascript; charset=utf-8", True),
    ".json": ("application/json; charset=utf-8", True),
    ".svg": ("image/svg+xml", True),
    ".txt": ("text/plain; charset=utf-8", True),
    ".csv": ("text/csv; charset=utf-8", True),
    ".wasm": ("application/wasm", True),
    ".onnx": ("application/octet-stream", True),
    ".gguf": ("application/octet-stream", True),
    ".webmanifest": ("application/manifest+json", True),
    ".ico": ("image/x-icon", True),
    ".png": ("image/png", False),
    ".jpg": ("image/jpeg", False),
    ".jpeg": ("image/jpeg", False),
    ".webp": ("image/webp", False),
    ".woff2": ("font/woff2", False),
}
OTHER = ("application/octet-stream", False)
# What a host sends with every file so that the page may compute on several threads.
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD with files of one folder under one path, "/name/" or "/"."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, *args, dist: Path, base: str, isolated: bool = False):
        self.dist, self.base, self.always = dist.resolve(), base, {"Cache-Control": "no-cache"} | (ISOLATED if isolated else {})
        super().__init__(*args)

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path in ("/", self.base.rstrip("/")) and path != self.base:
            self.answer(HTTPStatus.FOUND, b"", {"Location": self.base})
        elif file := self.find(path):
            self.send_file(HTTPStatus.OK, file)
        elif (lost := self.dist / "404.html").is_file():
            self.send_file(HTTPStatus.NOT_FOUND, lost)
        else:
            self.answer(HTTPStatus.NOT_FOUND, b"Not found\n", {"Content-Type": "text/plain; charset=utf-8"})

    do_HEAD = do_GET

    def find(self, path: str) -> Path | None:
        """The file that a path of the site means, never one outside the folder; None when there is none."""
        if not path.startswith(self.base):
            return None
        name = path.removeprefix(self.base)
        try:
            file = (self.dist / (f"{name}index.html" if name.endswith("/") or not name else name)).resolve()
            return file if file.is_relative_to(self.dist) and file.is_file() else None
        except (OSError, ValueError):  # too long for the file system, or a NUL in it
            return None

    def send_file(self, status: HTTPStatus, file: Path) -> None:
        kind, worth = TYPES.get(file.suffix.lower(), OTHER)
        headers = {"Content-Type": kind, "Vary": "Accept-Encoding"}
        accepted = [part.split(";")[0].strip() for part in self.headers.get("Accept-Encoding", "").split(",")]
        if worth and "gzip" in accepted:
            headers["Content-Encoding"] = "gzip"
            self.answer(status, compressed(file.read_bytes()), headers)
        else:
            self.answer(status, file.read_bytes(), headers)

    def answer(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        """Send a whole answer; to HEAD all but its body."""
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body)), **self.always}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_request(self, code="-", size="-") -> None:
        """Only what went wrong is worth a line."""
        if int(code) >= 400:
            super().log_request(code, size)


class Server(ThreadingHTTPServer):
    """The server of one folder, on this machine only. `url` is where its page is."""

    allow_reuse_address = os.name != "nt"  # on Windows this would let two servers share a port
    server_bind = TCPServer.server_bind  # HTTPServer's asks the name service for this machine's name, which can take seconds

    def __init__(self, dist: Path, base: str, port: int, isolated: bool = False):
        try:
            super().__init__(("127.0.0.1", port), partial(Handler, dist=dist, base=base, isolated=isolated))
        except OSError as error:
            why = "is in use: stop what runs there" if error.errno == errno.EADDRINUSE else "can't be used: check your permissions"
            other = port + 1 if 1024 <= port < 65535 else 8001
            raise UserError(f"Port {port} {why} or choose another one with: uv run poe serve --port {other}") from None
        self.url = f"http://localhost:{self.server_address[1]}{base}"

    def serve_forever(self, poll_interval: float = 0.05) -> None:
        """As its parent's, but `shutdown` waits for a twentieth of a second, where that waits for a half."""
        super().serve_forever(poll_interval)

    def handle_error(self, request, client_address) -> None:
        """A browser that hangs up in the middle of an answer is no error of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def port(text: str) -> int:
    """A port number given on the command line."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: give a number from 0 to 65535")
    return int(text)


def main() -> None:
    """Serve dist/ until Ctrl+C."""
    parser = argparse.ArgumentParser(prog="poe serve", description=main.__doc__)
    parser.add_argument("--port", type=port, default=8000, metavar="N", help="0 takes any free one; default 8000")
    parser.add_argument("--open", action="store_true", help="open the page in the browser, when a person is watching")
    parser.add_argument("--isolated", action="store_true", help="send the headers that let the page compute on several threads")
    given = parser.parse_args()
    if not (DIST / "index.html").is_file():
        raise UserError(f"{DIST}/ has no page to serve: build it first with: uv run poe build")
    try:
        for stop in (signal.SIGINT, signal.SIGTERM):  # a script that starts it in the background has the first one ignored
            signal.signal(stop, signal.default_int_handler)
        with Server(DIST, project.load().base, given.port, given.isolated) as server:
            say(f"{server.url}  (Ctrl+C stops)")
            if given.open and sys.stdout.isatty():
                webbrowser.open(server.url)
            server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    sys.exit(run(main))
