"""One server with accounts and one without for the whole package; starting one takes seconds."""

from collections.abc import Iterator

import pytest

from tests.api.bad_inputs.studio import Target, running_target


@pytest.fixture(scope="package")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """With accounts: ada and bob are members, eve only looks, root administers."""
    with running_target(tmp_path_factory.mktemp("accounts"), accounts=True) as running:
        yield running


@pytest.fixture(scope="package")
def local_target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with running_target(tmp_path_factory.mktemp("local"), accounts=False) as running:
        yield running
