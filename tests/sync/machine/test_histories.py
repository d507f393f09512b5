"""Two hundred histories on SQLite, the same each time, and ten thousand new ones where time is no matter."""

import secrets
from collections.abc import Iterator

import pytest

from tests.sync.machine.running import run, ways_to
from tests.sync.machine.served import Lines
from tests.sync.machine.template import template


@pytest.fixture(scope="module")
def ways() -> Iterator[Lines]:
    with ways_to(template()) as made:
        yield made


@pytest.mark.timeout(600)
@pytest.mark.parametrize("start", range(20))
def test_nothing_is_lost_doubled_or_hidden(ways: Lines, start: int) -> None:
    run(ways, 10, start)


@pytest.mark.long
@pytest.mark.parametrize("part", range(100))
def test_nothing_is_lost_doubled_or_hidden_in_ten_thousand_histories(ways: Lines, part: int) -> None:
    run(ways, 100, secrets.randbits(32), 24)
