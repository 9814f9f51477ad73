"""Every kind of field in the table stands in a form beside every panel, and what its class makes up, given as a person would, reaches the model."""

import importlib.util

import numpy as np
import onnx
import pytest
from onnx import helper
from playwright.sync_api import expect

from mlweb import runner
from mlweb.codec.decode import decode, output_names
from mlweb.codec.encode import encode
from mlweb.codec.kinds import ARRAYS, KINDS, SCALARS
from mlweb.codec.scalars import shown
from mlweb.contract import schema
from mlweb.contract.form import make_form
from mlweb.graph import onnx_file
from mlweb.proof import synthetic_rows
from mlweb.proof.golden import names
from paths import ROOT

pytestmark = pytest.mark.slow

NEEDED = {"choice": {"choices": [1, 2]}}  # keys that a kind can't do without
PORTS = [(dtype, dims) for dims in ([None, 4], [None, None, 3]) for dtype in ("float32", "int64", "string", "bool", "uint8")]


def fitting(kind: str) -> tuple[str, list]:
    """An input that the kind fits: dtype and dims."""
    entry = KINDS[kind].model_construct(kind=kind, choices=[])
    if kind in SCALARS:
        found = [(dtype, [None, 1]) for dtype, _ in PORTS if not [*entry.mismatches(dtype)]]
    else:
        found = [(dtype, dims) for dtype, dims in PORTS if not [*entry.mismatches(dtype, dims)]]
    assert found, f"PORTS has no input that the kind {kind} fits: add one"
    return found[0]


def identities(kinds: list[str]) -> onnx.ModelProto:
    """Each kind's value as it is."""
    ports = {kind: fitting(kind) for kind in kinds}
    ends = [
        [
            helper.make_tensor_value_info(f"{side}_{kind}", helper.np_dtype_to_tensor_dtype(np.dtype(object if dtype == "string" else dtype)), dims)
            for kind, (dtype, dims) in ports.items()
        ]
        for side in ("x", "y")
    ]
    nodes = [helper.make_node("Identity", [f"x_{kind}"], [f"y_{kind}"]) for kind in kinds]
    return helper.make_model(helper.make_graph(nodes, "kinds", *ends), ir_version=10, opset_imports=[helper.make_opsetid("", 17)])


@pytest.fixture(scope="module")
def person():
    """A project's own tests as a module: how a person gives a value."""
    found = importlib.util.spec_from_file_location("test_browser_of_a_project", ROOT / "template/tests/test_browser.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("table", "panels"),
    [(SCALARS, "predict, what-if, explain, batch, embed, feedback"), (ARRAYS, "predict, explain, embed, feedback")],
    ids=["scalars", "arrays"],
)
def test_what_is_made_up_reaches_the_model(opened, tmp_path, person, table, panels):
    kinds, model = [*table], identities([*table])
    metadata = {
        "schema": 1,
        "name": "Kinds",
        "inputs": {f"x_{kind}": {"kind": kind, **NEEDED.get(kind, {})} for kind in kinds},
        "outputs": {f"y_{kind}": {"kind": "value" if kind in SCALARS else "tensor"} for kind in kinds},
        "page": {"panels": panels.split(", ")},
    }
    text = "".join(f"{key}: {value}\n" for key, value in metadata.items()).replace("'", "")
    (tmp_path / "metadata.yml").write_text(text, encoding="utf-8")
    form = make_form(schema.load(tmp_path / "metadata.yml"), onnx_file.signature(model), {})
    row = synthetic_rows.row(form, next(synthetic_rows.scopes(form)), np.random.default_rng(0))
    session = runner.strict_session(model.SerializeToString())
    [results] = decode(form, runner.compute(session, output_names(form), encode(form, [row])))
    assert row.keys() == set(names(form))

    page = opened(lambda: model, text)
    controls, held = page.evaluate(person.CONTROLS), {}
    for field in (field for source in form["inputs"] for field in source["fields"]):
        value, control = row[field["name"]], controls.get(field["name"])
        assert KINDS[field["kind"]].can_be_given(field, value)
        if control == "hidden":
            held[field["name"]] = person.as_text(value, ".")
        else:
            person.give(page, field, value, ".", control)
    assert page.evaluate(person.VISITOR, {"values": held, "patience": person.PATIENCE_MS})["shown"]
    assert not page.locator(".refusal:visible").count()
    for kind in kinds:
        view = page.locator(f"[data-output=y_{kind}]")
        expect(view).to_be_visible()
        if kind in SCALARS:
            assert view.locator("data").first.get_attribute("value") == shown(results[f"y_{kind}"]["value"])
