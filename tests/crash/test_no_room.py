"""No room at any write of an act: it is refused, leaves nothing, and is done once there is room."""

from collections.abc import Callable

import pytest

from tests.crash.conftest import Copy, Steps
from tests.crash.doing import DOING
from tests.crash.test_kill import settle, stands

ACTS = ("request", "pay", "debt", "void", "open", "hand", "receive", "move", "close", "paper")


@pytest.mark.parametrize("act", ACTS)
def test_an_act_without_room_is_refused_at_every_half_page_until_there_is(
    act: str, steps: Steps, copies: Callable[[str], Copy]
) -> None:
    doing, copy = DOING[act], copies(act)
    before = stands(copy(), doing)
    root = copy()
    ended = steps(root, act, full=True)
    assert ended.said == doing.number
    assert set(ended.tries) <= {"store.disk_error", "store.disk_full"}
    assert len(ended.tries) >= 6
    assert ended.clean
    assert settle(root, doing, before, ended)
