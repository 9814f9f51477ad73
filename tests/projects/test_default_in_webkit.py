"""The default project in WebKit, which its own suite does not drive."""

import pytest

from mlweb.proof import parity
from parity_levels import levels

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("engine", ["webkit"], indirect=True)
def test_the_default_project_in_webkit(tab, project, tmp_path):
    """Levels 0 and 2 of a trained project, whose own suite proves it in the two others."""
    found = levels(tab, project, tmp_path)
    assert found.cases and not found.encoded_otherwise, found.encoded_otherwise
    assert not found.failed, found.failed
    assert found.threads == 1
    print(parity.table(found.differences))
