"""What a person types to make a simulated payment terminal misbehave."""

from collections.abc import Callable

from kiosk.devices.simulators.control import LINE_WORDS
from kiosk.devices.simulators.line import Line
from kiosk.devices.simulators.zvt_terminal import BEHAVIOURS, Behaviour, SimulatedZvtTerminal

Act = Callable[[Line[SimulatedZvtTerminal]], None]
POWER_OFF_SECONDS = 5.0


def _behave(behaviour: Behaviour) -> Act:
    def act(line: Line[SimulatedZvtTerminal]) -> None:
        with line.change() as machine:
            machine.behaviour = behaviour

    return act


def _well(line: Line[SimulatedZvtTerminal]) -> None:
    LINE_WORDS["well"](line)
    _behave(Behaviour())(line)


def _power_off(line: Line[SimulatedZvtTerminal]) -> None:
    with line.change() as machine:
        machine.lose_power(POWER_OFF_SECONDS)


WORDS: dict[str, Act] = {
    **LINE_WORDS,
    **{word: _behave(behaviour) for word, behaviour in BEHAVIOURS.items()},
    "well": _well,
    "power-off": _power_off,
}
"""The words of the line and of the terminal; `well` ends both kinds, `power-off` is for some seconds."""
