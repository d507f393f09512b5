"""The line of a linked terminal is recorded as a printer's is: kinds of messages, no card, no amount."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.core.card_terminal import End
from kiosk.devices.chosen_terminal import CODE, ChosenTerminal
from kiosk.devices.simulators.zvt_terminal import BEHAVIOURS, CARD
from kiosk.devices.trace import FOLDER, switch_on
from tests.devices.payment.terminals import TERMINAL, WAYS, Way, keeper, order, terminal


def fails(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("way", WAYS)
def test_what_passes_is_recorded_without_card_and_amount(way: Way, tmp_path: Path) -> None:
    switch_on(tmp_path, 1, datetime.now(UTC))
    with terminal(way) as line:
        with line.change() as machine:
            machine.behaviour = BEHAVIOURS["leaks"]
        linked = ChosenTerminal(f"zvt-{way}", line.path, TERMINAL).open(tmp_path, fails)
        assert linked.pay(order(132_485), keeper([])).end is End.APPROVED
        linked.close()
    text = (tmp_path / FOLDER / f"{CODE}.txt").read_text(encoding="ascii")
    assert f" zvt-{way}\n" in text
    assert "0601" in text, "the order"
    assert "040f" in text, "its result"
    assert "{amount 6 " in text
    for told in (CARD, "132485", "d3012", TERMINAL):
        assert told not in text


def test_without_an_order_to_record_nothing_is_written(tmp_path: Path) -> None:
    with terminal("tcp") as line:
        linked = ChosenTerminal("zvt-tcp", line.path, TERMINAL).open(tmp_path, fails)
        assert linked.is_usable()
        linked.close()
    assert not (tmp_path / FOLDER).exists()
