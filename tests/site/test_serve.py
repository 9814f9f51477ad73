"""mlweb.site.serve: what it sends for each path, and how it starts and stops."""

import gzip
import os
import pty
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

import mlweb
from mlweb.site.serve import Server

TEMPLATE = Path(mlweb.__file__).parents[1]
FILES = {
    "index.html": "<!doctype html><title>é</title>" + "x" * 2000,
    "404.html": "<!doctype html><title>Lost</title>",
    "app-1/main.js": "// " + "x" * 2000,
    "app-1/style.css": "a {}",
    "app-1/icon.svg": "<svg/>",
    "app-1/manifest.json": "{}",
    "app-1/photo.png": "no text",
    "runtime/ort.wasm": "\0asm",
    "model/model.onnx": "onnx",
    "sub/index.html": "sub",
    "name with é.txt": "spelt",
}


@pytest.fixture
def dist(tmp_path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / "dist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "dist-other").mkdir()
    (tmp_path / "dist-other/secret.txt").write_text("secret")
    return tmp_path / "dist"


@pytest.fixture
def ask(dist):
    """ask(path, method, **headers) -> (status, headers, body) of a server under /name/; paths are sent as they are."""
    with Server(dist, "/name/", 0) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

        def asking(path: str, method: str = "GET", **headers: str):
            connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)
            connection.request(method, path, headers={key.replace("_", "-"): value for key, value in headers.items()})
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            return answer.status, dict(answer.getheaders()), body

        yield asking
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "text/html; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("app-1/main.js", "text/javascript; charset=utf-8"),
        ("app-1/style.css", "text/css; charset=utf-8"),
        ("app-1/icon.svg", "image/svg+xml"),
        ("app-1/manifest.json", "application/json; charset=utf-8"),
        ("app-1/photo.png", "image/png"),
        ("runtime/ort.wasm", "application/wasm"),
        ("model/model.onnx", "application/octet-stream"),
        ("app-1/main.js?v=1#part", "text/javascript; charset=utf-8"),
        ("name%20with%20%C3%A9.txt", "text/plain; charset=utf-8"),
    ],
)
def test_types(ask, path, kind):
    status, headers, body = ask(f"/name/{path}")
    assert status == 200 and headers["Content-Type"] == kind and headers["Cache-Control"] == "no-cache"
    assert int(headers["Content-Length"]) == len(body) > 0


@pytest.mark.parametrize("path", ["index.html", "app-1/main.js", "runtime/ort.wasm", "model/model.onnx", "app-1/manifest.json"])
def test_compressed_when_accepted(ask, path):
    plain = ask(f"/name/{path}")
    packed = ask(f"/name/{path}", Accept_Encoding="br, gzip;q=0.8")
    assert "Content-Encoding" not in plain[1] and plain[2] == FILES[path].encode()
    assert packed[1]["Content-Encoding"] == "gzip" and packed[1]["Vary"] == "Accept-Encoding"
    assert int(packed[1]["Content-Length"]) == len(packed[2]) and gzip.decompress(packed[2]) == plain[2]


def test_pictures_are_not_compressed_again(ask):
    assert "Content-Encoding" not in ask("/name/app-1/photo.png", Accept_Encoding="gzip")[1]


def test_a_new_build_is_seen_at_once(ask, dist):
    assert gzip.decompress(ask("/name/", Accept_Encoding="gzip")[2]).startswith(b"<!doctype")
    (dist / "index.html").write_text("new")
    os.utime(dist / "index.html", (1, 1))
    assert gzip.decompress(ask("/name/", Accept_Encoding="gzip")[2]) == b"new"


def test_head_is_get_without_the_body(ask):
    for path in ("/name/", "/name/nothing", "/"):
        get, head = ask(path), ask(path, "HEAD")
        assert head[0] == get[0] and head[1] == get[1] | {"Date": head[1]["Date"]}


def test_head_has_no_body(dist):
    with Server(dist, "/name/", 0) as server, socket.create_connection(server.server_address) as client:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        client.sendall(b"HEAD /name/ HTTP/1.1\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(4096), b""))
        server.shutdown()
    assert answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"\r\n\r\n") and b"Content-Length: 2" in answer


@pytest.mark.parametrize("path", ["/", "/name"])
def test_the_root_leads_to_the_page(ask, path):
    status, headers, _ = ask(path)
    assert (status, headers["Location"]) == (302, "/name/")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/index.html",
        "/names/index.html",
        "/name/nothing",
        "/name/app-1/",
        "/name/app-1",
        "/name/../secret.txt",
        "/name/%2e%2e/secret.txt",
        "/name/..%2fsecret.txt",
        "/name/..%5csecret.txt",
        "/name/../dist-other/secret.txt",
        "/name//etc/passwd",
        "/name/%00",
        "/name/" + "x" * 5000,
        "/name/%ff%fe",
        "//example.org/name/",
    ],
)
def test_unknown_paths_get_the_page_for_lost_visitors(ask, path):
    status, headers, body = ask(path)
    assert status == 404 and body == FILES["404.html"].encode() and headers["Content-Type"].startswith("text/html")


def test_paths_of_the_machine_are_unknown(ask, dist):
    assert ask(f"{dist.resolve()}/index.html")[0] == 404


def test_a_folder_with_an_index_is_a_page_and_a_link_out_is_not(ask, dist):
    assert ask("/name/sub/")[2] == b"sub"
    (dist / "link.txt").symlink_to(dist.parent / "secret.txt")
    assert ask("/name/link.txt")[0] == 404


def test_a_site_at_the_root_of_its_host(dist):
    with Server(dist, "/", 0) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)
        for path in ("/", "/app-1/main.js"):  # twice on one connection: it is kept alive
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200 and answer.read()
        server.shutdown()


# ---- the command


@pytest.fixture
def start(tmp_path):
    """start(*arguments) -> the running command, in a project without dist/ unless a test asks for it."""
    toml = '[project]\nname = "small"\n[tool.mlweb]\ntitle = "Small"\nurl = "https://ada.example.org/small/"\n'
    (tmp_path / "pyproject.toml").write_text(toml)
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\necho $1 > {tmp_path}/opened\n")
    browser.chmod(0o755)
    started = []

    def starting(*arguments: str, stdout=subprocess.PIPE) -> subprocess.Popen:
        command = [sys.executable, "-m", "mlweb.site.serve", *arguments]
        env = {**os.environ, "PYTHONPATH": str(TEMPLATE), "PYTHONUNBUFFERED": "", "BROWSER": str(browser)}
        process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=stdout, stderr=subprocess.PIPE, text=True)
        started.append((process, threading.Timer(20, process.kill)))  # so that a silent server fails a test, but never hangs it
        started[-1][1].start()
        return process

    yield starting
    for process, timer in started:
        timer.cancel()
        process.kill()
        process.communicate()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_says_where_it_is_and_stops_quietly(start, dist, stop):
    process = start("--port", "0", "--open")
    line = process.stdout.readline()
    assert (found := re.fullmatch(r"http://localhost:(\d+)/small/  \(Ctrl\+C stops\)\n", line))
    connection = HTTPConnection("127.0.0.1", int(found[1]), timeout=30)
    connection.request("GET", "/small/")
    assert connection.getresponse().read() == FILES["index.html"].encode()
    process.send_signal(stop)  # with a connection still open
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")
    assert not (dist.parent / "opened").exists()  # nobody is watching a pipe


def test_opens_the_browser_when_a_person_is_there(start, dist):
    watched, terminal = pty.openpty()
    start("--port", "0", "--open", stdout=terminal)
    line = os.read(watched, 1000).decode()
    deadline = time.monotonic() + 10
    while not (opened := dist.parent / "opened").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert opened.read_text().strip() == line.split()[0]


def test_logs_only_what_went_wrong(start, dist):
    process = start("--port", "0")
    port = int(re.search(r":(\d+)/", process.stdout.readline())[1])
    (dist / "big.png").write_bytes(bytes(30_000_000))
    with socket.create_connection(("127.0.0.1", port)) as rude:  # asks for much, and hangs up with a reset
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        rude.sendall(b"GET /small/big.png HTTP/1.1\r\n\r\n")
        rude.recv(10)
    for path in ("/small/", "/small/missing.js"):
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path)
        connection.getresponse().read()
        connection.close()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert len(err.splitlines()) == 1 and '"GET /small/missing.js HTTP/1.1" 404' in err


def test_a_port_in_use_is_one_sentence(start, dist):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("--port", str(port))
        out, err = process.communicate(timeout=30)
    other = port + 1 if port < 65535 else 8001
    sentence = f"Port {port} is in use: stop what runs there or choose another one with: uv run poe serve --port {other}\n"
    assert (process.returncode, out, err) == (1, "", sentence)


def test_a_missing_site_is_one_sentence(start):
    process = start()
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "") and err == "dist/ has no page to serve: build it first with: uv run poe build\n"
