"""How often a clerk must touch, scan or fill something: counted at the real screens over a real store.

One tap, one scan and one completed field are one input each; what the program fills or chooses is none. From
the first screen of an open shift until the receipt is shown. Nothing is known of the citizen of a request.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.frame import Figure, against_limit
from kiosk.core.errors import BugError

if TYPE_CHECKING:
    from tests.ui.stage import Stage

SERVICE = "CRT-01"
"""A statement from the records: what the demo asks for."""
MOST_PAGES = 20


class Clerk:
    """Hands that count: `inputs` so far."""

    def __init__(self, stage: "Stage") -> None:
        self.stage, self.inputs = stage, 0

    @property
    def screen(self) -> Any:
        """The screen in front."""
        return self.stage.screen

    def tap(self, widget: Any) -> None:
        """Touch something."""
        self.inputs += 1
        self.stage.tap(widget)

    def press(self, name: str) -> None:
        """Touch the button with these words."""
        self.inputs += 1
        self.stage.press(name)

    def scan(self, text: str) -> None:
        """Hold a card or a sheet under the scanner."""
        self.inputs += 1
        self.stage.scan(text)

    def fill(self, name: str, text: str) -> None:
        """Complete one field of a form."""
        from tests.ui.scenes_serve import fill

        self.inputs += 1
        fill(self.stage, **{name: text})

    def at(self, screen: str) -> None:
        """Raises BugError when the way did not lead to this screen."""
        if self.stage.shell.name_shown != screen:
            raise BugError(f"not at {screen} but at {self.stage.shell.name_shown}")


def request() -> Iterator[Figure]:
    """`desk.inputs_request`: a new citizen's request, paid exactly in cash, up to its receipt."""
    yield against_limit("desk.inputs_request", counted(take_request), "inputs", limit=12)


def collection() -> Iterator[Figure]:
    """`desk.inputs_collection`: one debt of a debtor whose card is scanned, paid in cash, to its receipt."""
    yield against_limit("desk.inputs_collection", counted(take_debt), "inputs", limit=6)


def counted(work: Callable[[Clerk], None]) -> int:
    """Inputs of one piece of work at a trial device with an open shift, its first screen in front."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from tests.ui.scenes_collect import prepared
    from tests.ui.scenes_pay import named
    from tests.ui.stage import Stage, make_template

    with tempfile.TemporaryDirectory() as folder:
        device = Path(folder) / "device"
        make_template(device)
        stage = Stage(device)
        try:
            prepared(stage)
            named(stage)
            stage.shell.home()
            stage.settle()
            clerk = Clerk(stage)
            work(clerk)
            clerk.at("receipt")
        finally:
            stage.close()
    return clerk.inputs


def take_request(clerk: Clerk, service: str = SERVICE) -> None:
    """The leaflet of the service is scanned, every paper is here, every question that must be answered is."""
    from tests.desk.forms import TYPED

    clerk.scan(service)
    must = clerk.stage.do(lambda session: _must(session, service))
    clerk.tap(clerk.screen.go_button)
    for _ in range(MOST_PAGES):
        if clerk.stage.shell.name_shown != "serve" or clerk.screen.presenter.state.step == "fee":
            break
        for one in clerk.screen.presenter.state.fields:
            if one.name in must and not one.value:
                clerk.fill(one.name, one.options[0][0] if one.options else TYPED[one.kind])
        clerk.tap(clerk.screen.go_button)
    clerk.tap(clerk.screen.go_button)
    clerk.at("pay")
    clerk.tap(clerk.screen.pay_button)


def take_debt(clerk: Clerk) -> None:
    """The card is scanned, one of the debts chosen; the amount is what the program offers."""
    from tests.desk.forms import NUMBER

    clerk.press("F3")
    clerk.scan(NUMBER)
    clerk.press("L-2041/17")
    clerk.tap(clerk.screen.go_button)
    clerk.at("pay")
    clerk.tap(clerk.screen.pay_button)


def _must(session: Any, service: str) -> set[str]:
    """The questions of a service that may not stay open."""
    return {field.name for field in session.reference.catalogue.services[service].fields if field.required}
