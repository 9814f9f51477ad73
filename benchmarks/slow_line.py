"""A site as its host serves it, at the end of a slow line: nginx with HTTP/2 and TLS, and in front of it a line of so many bits and so much delay."""

import asyncio
import atexit
import base64
import hashlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mlweb.errors import UserError

CONFIG = """daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; gzip on; gzip_comp_level 6; gzip_min_length 200; gzip_proxied any; gzip_vary on;
  gzip_types text/css text/javascript application/json application/wasm application/octet-stream application/manifest+json image/svg+xml;
  types {{ text/html html; text/css css; text/javascript js; application/json json; application/wasm wasm; image/svg+xml svg;
    application/manifest+json webmanifest; }}
  default_type application/octet-stream; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port} ssl http2 sndbuf=16k; ssl_certificate {keys}/cert.pem; ssl_certificate_key {keys}/key.pem;
    location {base} {{ alias {dist}/; }} }}
}}
"""
PIECE = 4096  # bytes that go on at once


@dataclass(frozen=True)
class Line:
    """`rate` in bits a second, `delay` in seconds there and back."""

    name: str
    rate: float
    delay: float


LINES = {line.name: line for line in (Line("none", 1e12, 0), Line("10 Mbit/s", 10e6, 0.04), Line("slow phone", 1.6e6, 0.15))}


@cache
def certificate() -> Path:
    """A folder with the key and the certificate of all servers of this process."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*request, "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)
    return folder


def trusting() -> str:
    """The argument by which Chromium takes that certificate for a good one: else it would keep nothing that came with it."""
    public = subprocess.run(["openssl", "x509", "-in", certificate() / "cert.pem", "-pubkey", "-noout"], check=True, capture_output=True).stdout
    key = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=public, check=True, capture_output=True).stdout
    return f"--ignore-certificate-errors-spki-list={base64.b64encode(hashlib.sha256(key).digest()).decode()}"


@contextmanager
def https(dist: Path, base: str, folder: Path) -> Iterator[int]:
    """The port of an nginx that serves a folder under a path."""
    if not shutil.which("nginx"):
        raise UserError("There is no nginx, which this needs for HTTP/2: apt-get install nginx.")
    port = free_port()
    (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, port=port, dist=dist.resolve(), base=base, keys=certificate()))
    server = subprocess.Popen(["nginx", "-c", folder / "nginx.conf"])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


@contextmanager
def slow(port: int, line: Line) -> Iterator[int]:
    """A port behind which is that of a server, at the end of the line."""
    loop = asyncio.new_event_loop()
    free_at = 0.0  # when the line is free again: all connections share it

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_shaped: bool) -> None:
        nonlocal free_at
        sent: asyncio.Queue = asyncio.Queue(max(4, int(line.rate / 8 * line.delay / PIECE)))

        async def deliver() -> None:
            while (due_data := await sent.get())[1]:
                await asyncio.sleep(max(0, due_data[0] - loop.time()))
                writer.write(due_data[1])
                await writer.drain()
            writer.close()

        delivery = loop.create_task(deliver())
        try:
            while data := await reader.read(PIECE):
                if is_shaped:
                    free_at = max(free_at, loop.time() - 0.1) + len(data) * 8 / line.rate  # what a busy machine was late is made up for
                    await asyncio.sleep(max(0, free_at - loop.time()))
                await sent.put((loop.time() + line.delay / 2, data))
        except OSError:
            pass  # one of them has hung up
        await sent.put((0, b""))
        await delivery

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(line.delay)  # to connect
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(asyncio.CancelledError):  # at the end
            await asyncio.gather(carry(reader, server_writer, False), carry(server_reader, writer, True), return_exceptions=True)

    own, started, end = free_port(), threading.Event(), asyncio.Event()

    async def listen() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", own, limit=PIECE):
            started.set()
            await end.wait()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for each in connections:
            each.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    thread = threading.Thread(target=lambda: loop.run_until_complete(listen()), daemon=True)
    thread.start()
    started.wait()
    try:
        yield own
    finally:
        loop.call_soon_threadsafe(end.set)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def at_the_end(dist: Path, base: str, line: Line) -> Iterator[str]:
    """The address of a site at the end of a line."""
    with tempfile.TemporaryDirectory() as folder, https(dist, base, Path(folder)) as port, slow(port, line) as own:
        yield f"https://localhost:{own}{base}"
