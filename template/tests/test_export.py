"""Level 1: what native onnxruntime computes is what the estimator computed, on every held-out row."""

import numpy as np

from mlweb.proof import export, golden, partings


def test_level_1_estimator_equals_onnxruntime(checked, session, heldout, form, tie):
    agreed, _, _, facts = checked
    by_native = "source" in facts  # of a model that was fetched ready to run there is no estimator
    assert len(export.prove(agreed, session, heldout, form["batch"], tie=tie if by_native else 0)) == len(heldout[0][1])


def test_golden_cases_hold_what_onnxruntime_computes(session, cases, tie):
    accepted = [case for case in cases if "feeds" in case]
    assert accepted, "no golden case is accepted"
    feeds, wanted = ([golden.unpacked(case[side]) for case in accepted] for side in ("feeds", "outputs"))
    computed = [dict(zip(names, session.run(list(names), given), strict=True)) for given, names in zip(feeds, wanted, strict=True)]
    led = partings.led(session, feeds, computed, wanted, tie)  # the machine that exported may have rounded otherwise
    assert not led.failed, led.failed
    for case, outputs, expected_outputs in zip(accepted, led.outputs, wanted, strict=True):
        for name, expected in expected_outputs.items():
            output = outputs[name]
            if expected.dtype.kind == "f":
                np.testing.assert_allclose(output, expected, rtol=1e-5, atol=1e-6, err_msg=case["name"])
            else:
                assert output.tolist() == expected.tolist(), case["name"]


def test_there_are_ugly_cases_too(cases):
    assert any("refusals" in case for case in cases)
