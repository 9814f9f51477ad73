"""Level 1: what native onnxruntime computes is what the estimator computed, on every held-out row."""

import numpy as np

from mlweb.proof import export, golden


def test_level_1_estimator_equals_onnxruntime(checked, session, heldout, form):
    agreed, *_ = checked
    assert len(export.prove(agreed, session, heldout, form["batch"])) == len(heldout[0][1])


def test_golden_cases_hold_what_onnxruntime_computes(session, cases):
    accepted = [case for case in cases if "feeds" in case]
    assert accepted, "no golden case is accepted"
    for case in accepted:
        names = list(case["outputs"])
        outputs = session.run(names, {name: golden.unpack(feed) for name, feed in case["feeds"].items()})
        for name, output in zip(names, outputs, strict=True):
            expected = golden.unpack(case["outputs"][name])
            if expected.dtype.kind == "f":
                np.testing.assert_allclose(output, expected, rtol=1e-5, atol=1e-6, err_msg=case["name"])
            else:
                assert output.tolist() == expected.tolist(), case["name"]


def test_there_are_ugly_cases_too(cases):
    assert any("refusals" in case for case in cases)
