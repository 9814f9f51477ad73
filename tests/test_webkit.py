"""The third engine: WebKit, as Debian's WebKitGTK, by WebDriver under a virtual screen (Playwright drives no system's WebKit)."""

import glob
import json
import os
import shutil
import subprocess
import threading
from contextlib import contextmanager

import numpy as np
import pytest
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait
from selenium.webdriver.webkitgtk.service import Service

import models
from conftest import ROOT
from mlweb import check, golden, graph, parity, serve
from mlweb.languages import localised

pytestmark = pytest.mark.slow

DRIVER, BROWSER = "WebKitWebDriver", "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"
PROBE = (ROOT / "template/tests/probe.js").read_text(encoding="utf-8")
CHANCE = np.random.default_rng(0)


@contextmanager
def screen():
    """A virtual screen of its own: yields its name for DISPLAY."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def webkit():
    """A WebKit that opens pages; where it is missing the tests are skipped, in CI they fail."""
    missing = [name for name in (DRIVER, "Xvfb") if not shutil.which(name)] + ([] if glob.glob(BROWSER) else ["MiniBrowser"])
    if missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no {', '.join(missing)}: apt-get install webkit2gtk-driver xvfb")
    options = webdriver.WebKitGTKOptions()
    options.binary_location = glob.glob(BROWSER)[0]
    options.add_argument("--automation")
    with screen() as display:
        driver = webdriver.WebKitGTK(options=options, service=Service(shutil.which(DRIVER), env={**os.environ, "DISPLAY": display}))
        driver.set_script_timeout(120)
        yield driver
        driver.quit()


def call(webkit, **given):
    """The answer of tests/probe.js on the open page."""
    probe = PROBE.partition("\n")[2].rstrip()  # without its comment
    script = f"const [given, done] = arguments; ({probe})(given).then((it) => done([it]), (error) => done(String(error)));"
    answer = webkit.execute_async_script(script, given)
    assert isinstance(answer, list), answer
    return answer[0]


def floats(rows, columns):
    return CHANCE.normal(size=(rows, columns)).astype(np.float32)


def feeds_of(model):
    """Random rows for each of the hand-written models."""
    return {
        models.linear: {"a": floats(50, 1), "b": floats(50, 1)},
        models.softmax: {"features": floats(50, 4)},
        models.mixed: {
            "city": np.array([["Zürich"], ["Saint-Étienne 🏔️"]] * 5, object),
            "sunny": np.array([[True], [False]] * 5),
            "rooms": np.arange(10, dtype=np.int64).reshape(-1, 1),
        },
    }[model]


@pytest.mark.parametrize(
    ("model", "metadata"),
    [(models.linear, models.LINEAR), (models.softmax, models.SOFTMAX), (models.mixed, models.MIXED)],
    ids=["linear", "softmax", "mixed"],
)
def test_webkit_equals_native(webkit, served, model, metadata):
    url, _ = served(model, metadata)
    visit(webkit, url)
    equals_native(webkit, model(), feeds_of(model))


def test_webkit_equals_native_on_the_default_project(webkit, project):
    [(feeds, _)] = golden.read_rows(project / golden.HELDOUT)
    [manifest] = project.glob("dist/app-*/manifest.json")
    cases = golden.read(project / golden.FILE)["cases"]
    with serve.Server(project / "dist", "/sub/path/", port=0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        visit(webkit, server.url)
        form = localised(json.loads(manifest.read_text(encoding="utf-8"))["form"], "en")
        answers = call(webkit, call="encode", form=form, rows=[case["values"] for case in cases])
        equals_native(webkit, graph.load(project / "model/model.onnx"), feeds)
        server.shutdown()
    for case, answer in zip(cases, answers, strict=True):
        assert answer == {key: case[key] for key in ("feeds", "refusals") if key in case}, case["name"]


def visit(webkit, url):
    """Open a site and wait for its first result."""
    webkit.get(url)
    WebDriverWait(webkit, 60).until(lambda driver: driver.execute_script("return document.documentElement.dataset.state") != "loading")
    said = webkit.execute_script("return document.getElementById('status').textContent")
    assert webkit.execute_script("return document.documentElement.dataset.state") == "ready", said
    assert webkit.execute_script("return document.querySelector('.result [data-output]').innerText")


def equals_native(webkit, model, feeds):
    """Level 2: what the page's own client computes for the feeds is what native onnxruntime computes."""
    session = check.strict_session(model.SerializeToString())
    names = list(graph.signature(model).outputs)
    native = dict(zip(names, session.run(names, feeds), strict=True))
    answer = call(webkit, call="run", runs=[golden.packed(feeds)])
    differences, failed = parity.browser(native, {name: golden.unpack(answer["outputs"][0][name]) for name in names})
    assert not failed, failed
    print(parity.table(differences))
