"""The notebook in the browser: Python in a tab asks the page's own model, and nobody else."""

import json
import re
import shutil

import onnxruntime as ort
import pytest
from playwright.sync_api import expect

from commands import poe
from mlweb.codec.encode import encode
from mlweb.contract import check
from mlweb.contract.form import make_form
from served_sites import SERVICE_WORKER, serving
from vendored import lend

pytestmark = pytest.mark.slow

CELL = """
cases = {cases}
from page_model import PageError
answers = [await model.predict(values) for values in cases]
import json
print("ANSWERS", json.dumps(answers))
try: await model.predict({wrong})
except PageError as error: print("REFUSED", error)
import piplite
try: await piplite.install("numpy")
except RuntimeError as error: print("ASKED", error)
"""


@pytest.fixture(scope="module")
def home(rendered, tmp_path_factory):
    """A calculator with its notebook, made by the commands that a person runs."""
    folder = tmp_path_factory.mktemp("notebook") / "calculator"
    shutil.copytree(rendered(recipe="custom-graph", extras=["notebook"]), folder)
    lend(folder)
    for task in ("train", "export", "build"):
        said = poe(folder, task)
    assert "dist/notebook/ has a notebook that asks the model" in said
    return folder


@pytest.fixture
def url(home):
    with serving(home / "dist") as served:
        yield served


@SERVICE_WORKER  # through which the kernel sees the notebook's files
def test_it_computes_what_native_onnxruntime_computes(page, home, url, browser_name):
    """By the notebook as it is published, and by the golden cases in a cell more; `page` fails on any request to another host."""
    if browser_name != "chromium":
        pytest.skip("one engine is enough to know that the site has all that it needs")
    golden = json.loads((home / "model/golden.json").read_text(encoding="utf-8"))["cases"]
    cases = [case["values"] for case in golden if "feeds" in case]
    assert len(cases) > 10
    page.goto(f"{url}notebook/lab/index.html?path=model.ipynb")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    outputs = page.locator(".jp-Notebook .jp-OutputArea-output")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    expect(outputs).to_have_count(2, timeout=60_000)
    assert "'kind': 'value'" in outputs.first.inner_text()
    assert outputs.nth(1).inner_text().startswith("(True, 20, "), outputs.nth(1).inner_text()

    page.locator(".jp-Notebook .jp-Cell").last.click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(CELL.format(cases=repr(cases), wrong={"rate": "much"}))
    page.keyboard.press("Shift+Enter")
    expect(outputs).to_have_count(3, timeout=30_000)
    expect(outputs.last).to_contain_text("ASKED No package can be installed here", timeout=30_000)
    said = outputs.last.inner_text()
    assert re.search("REFUSED .*Interest rate", said), said[-500:]
    answers = json.loads(re.search(r"ANSWERS (.*)", said)[1])
    contract, model, signature, facts = check.check(home)
    form = make_form(contract, signature, facts)
    session = ort.InferenceSession(model)
    for values, answer in zip(cases, answers, strict=True):
        native = dict(zip(answer, session.run(list(answer), encode(form, [values])), strict=True))
        for name, result in answer.items():
            assert result["value"] == pytest.approx(float(native[name].ravel()[0]), rel=1e-12), (values, name)
