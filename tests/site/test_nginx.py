"""The nginx configuration of docs/how-to/hosting.md, as it stands there: the page below a path, compressed or not, and once more without a server."""

import gzip
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time

import pytest
from playwright.sync_api import expect

import models
from mlweb import browsers
from mlweb.site import build
from paths import ROOT

pytestmark = pytest.mark.slow

DOC = (ROOT / "docs/how-to/hosting.md").read_text(encoding="utf-8")
[LOCATIONS] = re.findall(r"^```nginx\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)
[COMPRESS] = re.findall(r"^find dist/runtime .*$", DOC, re.MULTILINE)
BASE = "/some/path/"
YEAR = "max-age=31536000"
# One process, which can be killed, with nothing outside of its folder.
CONFIG = """daemon off;
master_process off;
pid {folder}/nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        limit_rate {rate};
        {locations}
    }}
}}
"""
# Keeps what the page says of its download: value (None while it is unknown) and maximum of the bar, and the words.
SHOWN = """window.shown = [];
new MutationObserver(() => {
  const bar = document.querySelector('.loading progress');
  if (bar?.max > 1) shown.push([bar.hasAttribute('value') ? bar.value : null, bar.max, document.querySelector('.loading .state').textContent]);
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });"""
UNITS = {"B": 1, "byte": 1, "kB": 10**3, "MB": 10**6}


@pytest.fixture(scope="module")
def site(made, tmp_path_factory):
    """A built site that knows its path."""
    root = tmp_path_factory.mktemp("nginx") / "project"
    shutil.copytree(made(models.linear, models.LINEAR).parent, root, symlinks=True, ignore=shutil.ignore_patterns("dist"))
    pyproject = root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("/small/", BASE))
    return build.build(root, root / "dist").out


@pytest.fixture
def served(request, site, tmp_path):
    """(port, process) of an nginx with the documented locations: compressing each answer, sending what was compressed before, or neither."""
    if not shutil.which("nginx"):
        sentence = "There is no nginx here: apt-get install nginx"
        pytest.fail(sentence, pytrace=False) if os.environ.get("CI") else pytest.skip(sentence)
    shutil.copytree(site, tmp_path / "dist")
    locations = LOCATIONS.replace("/var/www", str(tmp_path / "www"))
    if request.param == "before":
        subprocess.run(COMPRESS, shell=True, cwd=tmp_path, check=True)
        locations = locations.replace("gzip on;", "gzip off;")
    if request.param == "plain":
        locations = re.sub(r"^ *gzip[^;]*;\n", "", locations, flags=re.MULTILINE)
    (tmp_path / "www/some").mkdir(parents=True)
    (tmp_path / "dist").rename(tmp_path / "www" / BASE.strip("/"))
    slow = "5m" if request.param == "plain" else "1200k"  # so that there is a progress to be seen
    port, process = start(tmp_path, locations, rate=slow if "page" in request.fixturenames else "0")
    yield port, process
    process.kill()
    process.wait()


def start(folder, locations, rate):
    """An nginx that answers, and its port, which another program may have taken a moment before: then try the next."""
    for _ in range(5):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, port=port, rate=rate, locations=locations))
        process = subprocess.Popen(["nginx", "-e", folder / "nginx.log", "-c", folder / "nginx.conf"], stderr=subprocess.PIPE)
        while process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return port, process
            except ConnectionRefusedError:
                time.sleep(0.02)
        said = process.stderr.read().decode()
        assert "Address already in use" in said, said
    pytest.fail(said)


@pytest.fixture(scope="module")
def engine(request, playwright):
    """The browser that a test names."""
    found = browsers.find(request.param)
    assert found is not None, f"get it with: python -m mlweb.browsers {request.param}"
    browser = getattr(playwright, request.param).launch(**found)
    yield browser
    browser.close()


@pytest.fixture
def page(engine):
    """A page of its own, on which nothing may go wrong."""
    page, wrong = engine.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    page.close()
    assert not wrong


def ask(port: int, path: str) -> tuple[int, dict, bytes]:
    """Status, headers and content, unpacked, of a path below that of the site."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    data, headers = answer.read(), dict(answer.getheaders())
    connection.close()
    return answer.status, headers, gzip.decompress(data) if headers.get("Content-Encoding") == "gzip" else data


@pytest.mark.parametrize("served", ["on the fly", "before", "plain"], indirect=True)
def test_types_caching_and_compression(served, site, request):
    port, _ = served
    how = request.node.callspec.params["served"]
    names = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    kinds = {}  # one file of each kind, in the folders that have it
    for name in sorted(names):
        kinds[(name.split("/")[0] if "/" in name else name, name.rsplit(".", 1)[1])] = name
    types = {
        "html": "text/html", "js": "text/javascript", "css": "text/css", "json": "application/json", "svg": "image/svg+xml", "txt": "text/plain",
        "webmanifest": "application/manifest+json", "wasm": "application/wasm", "onnx": "application/octet-stream",
        "png": "image/png",
    }  # fmt: skip
    assert {suffix for _, suffix in kinds} == set(types)
    for (folder, suffix), name in kinds.items():
        status, headers, content = ask(port, BASE + name)
        assert (status, headers["Content-Type"], content) == (200, types[suffix], (site / name).read_bytes()), name
        assert headers["Cache-Control"] == (YEAR if folder != name else "no-cache"), name
        assert (headers["X-Content-Type-Options"], headers["Access-Control-Allow-Origin"]) == ("nosniff", "*"), name
        packed = {"on the fly": suffix != "png", "before": folder in ("runtime", "model"), "plain": False}[how]  # a picture is packed as it is
        assert (headers.get("Content-Encoding") == "gzip") == packed, name


@pytest.mark.parametrize("served", ["on the fly"], indirect=True)
def test_ways_in(served, site):
    port, _ = served
    assert ask(port, BASE)[::2] == (200, (site / "index.html").read_bytes())
    status, headers, _ = ask(port, BASE.rstrip("/"))
    assert status == 301 and headers["Location"].endswith(BASE)
    for lost in ("lost", "deep/down/lost", "runtime/ort-000000000000.wasm"):
        assert ask(port, BASE + lost)[::2] == (404, (site / "404.html").read_bytes())


@pytest.mark.parametrize(("engine", "served"), [("chromium", "before"), ("chromium", "plain"), ("firefox", "on the fly")], indirect=True)
def test_the_page_loads_with_an_honest_progress_and_once_more_without_the_server(page, served, site):
    port, process = served
    url = f"http://localhost:{port}{BASE}"
    page.add_init_script(SHOWN)
    page.goto(f"{url}?panels=predict")  # no more than the bar has to be there early
    page.wait_for_selector("html[data-state=ready]", timeout=60_000)
    compute(page, "2", "25.00")

    [manifest] = site.glob("app-*/manifest.json")
    total = sum(file["bytes"] for file in json.loads(manifest.read_text())["files"].values())
    shown = page.evaluate("shown")
    assert {most for _, most, _ in shown} == {total}
    assert shown[-1] == [None, total, "Starting the runtime…"]
    values = [value for value, _, _ in shown if value is not None]
    assert values == sorted(values) and len(set(values)) > 1 and values[-1] < total
    loaded, of = zip(*(map(counted, words.split(" of ")) for value, _, words in shown if value is not None), strict=True)
    assert list(loaded) == sorted(loaded) and max(loaded) <= total * 1.01 and set(of) == {of[0]} and of[0] == pytest.approx(total, rel=0.01)
    assert all(abs(said - value) <= 0.01 * total for said, value in zip(loaded, values, strict=True))

    page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=60_000)
    process.kill()
    process.wait()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=60_000)
    compute(page, "3", "27.00")


def compute(page, a: str, y: str):
    page.locator("[name=a]").fill(a)
    expect(page.locator("[data-output=y] data")).to_have_text(y)


def counted(words: str) -> float:
    """Bytes as the page writes them: "14.3 MB"."""
    number, unit = words.split()
    return float(number.replace(",", "")) * UNITS[unit]
