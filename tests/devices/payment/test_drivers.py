"""Drivers by name: those shipped, a bank's own through its entry point, and what goes wrong with one."""

import re
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from kiosk.core.card_terminal import Capabilities, End, PaymentTerminal
from kiosk.core.errors import KnownError
from kiosk.devices.payment.drivers import GROUP, Place, driver, driver_names
from tests.devices.payment.terminals import TERMINAL, keeper, order, terminal

PAGE = Path(__file__).resolve().parents[3] / "docs" / "payment-drivers.md"


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> EntryPoint:
    """The example of the page, as a package that is installed."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    module = ModuleType("example_bank")
    monkeypatch.setitem(__import__("sys").modules, "example_bank", module)
    exec(compile(code, str(PAGE), "exec"), vars(module))
    return EntryPoint("example-bank", "example_bank:make", GROUP)


def test_the_shipped_driver_pays_over_the_network() -> None:
    with terminal("tcp") as line:
        made: PaymentTerminal = driver("zvt-tcp")(Place(line.path.removeprefix("socket://"), TERMINAL))
        assert made.pay(order(), keeper([])).end is End.APPROVED
        made.close()


def test_the_shipped_driver_pays_over_a_serial_line() -> None:
    with terminal("serial") as line:
        made = driver("zvt-serial")(Place(line.path, TERMINAL))
        assert made.pay(order(), keeper([])).end is End.APPROVED
        made.close()


def test_a_banks_driver_is_found_by_its_entry_point(bank: EntryPoint) -> None:
    assert driver_names(lambda: iter((bank,))) == ("zvt-serial", "zvt-tcp", "example-bank")
    made = driver("example-bank", lambda: iter((bank,)))(Place("socket://127.0.0.1:1", "T-1"))
    assert (made.terminal_id, made.capabilities) == (
        "T-1",
        Capabilities(last_result=False, reversal=False, end_of_day=False),
    )
    assert not made.is_usable()
    assert made.pay(order(), keeper([])).end is End.NOT_SENT
    with pytest.raises(KnownError, match=r"terminal\.no_last_result"):
        made.last()


@pytest.mark.parametrize(
    ("point", "code"),
    [
        (EntryPoint("other", "nowhere.at_all:make", GROUP), "terminal.driver_broken"),
        (EntryPoint("other", "json:__doc__", GROUP), "terminal.driver_broken"),
        (EntryPoint("zvt-tcp", "json:loads", GROUP), "terminal.driver_unknown"),
    ],
)
def test_a_driver_that_is_not_there_or_does_not_load_is_told(point: EntryPoint, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        driver("other", lambda: iter((point,)))
    assert caught.value.code == code


def test_nobody_takes_the_name_of_a_shipped_driver() -> None:
    thief = EntryPoint("zvt-tcp", "json:loads", GROUP)
    assert driver("zvt-tcp", lambda: iter((thief,))) is driver("zvt-tcp")
