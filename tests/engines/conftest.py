"""The modules of this folder follow each other in one process, with the engines that were started for the first."""

import pytest

from engine_tabs import starting


@pytest.fixture(scope="package")
def running(playwright):
    """As engine_tabs.running, until the tests of this folder are over."""
    with starting(playwright) as running:
        yield running
