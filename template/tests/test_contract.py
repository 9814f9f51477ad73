"""metadata.yml describes the model that is there, and the files beside it are about that model."""

import hashlib
import json

from mlweb.contract import check
from mlweb.proof import golden, parity


def test_metadata_and_model_agree(checked):
    agreed, _, signature, facts = checked
    assert check.problems(agreed, signature, facts) == []


def test_facts_golden_cases_and_proof_are_of_this_model(checked):
    agreed, model, _, facts = checked
    sha256 = hashlib.sha256(model).hexdigest()
    assert facts["model"]["sha256"] == sha256, "export again with: uv run poe export"
    assert golden.read(golden.FILE)["model_sha256"] == sha256
    assert parity.proven(parity.FILE, sha256, ""), f"{parity.FILE} describes a different model"


def test_the_browser_can_run_the_model(checked, engine):
    agreed, *_ = checked
    assert list(engine.problems(engine.load(check.Path(agreed.model.file)))) == []


def test_facts_hold_only_numbers_that_json_knows(checked):
    json.dumps(checked[3], allow_nan=False)
