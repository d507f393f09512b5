"""The same histories with the centre on PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.central.postgres import Cluster
from tests.sync.machine.running import run, ways_to
from tests.sync.machine.served import Lines
from tests.sync.machine.template import make_template


@pytest.fixture(scope="module")
def ways(postgres: Cluster) -> Iterator[Lines]:
    with ways_to(make_template(postgres)) as made:
        yield made


@pytest.mark.timeout(600)
@pytest.mark.parametrize("start", range(100, 108))
def test_nothing_is_lost_doubled_or_hidden_on_postgres(ways: Lines, start: int) -> None:
    run(ways, 5, start)
