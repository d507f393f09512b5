"""The first screen: what this person may do here, how the shift stands, and what needs him. No Qt."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.ui.desk_access import local_text
from kiosk.ui.presenter import Context

if TYPE_CHECKING:
    from kiosk.desk.session import Session


@dataclass(frozen=True)
class Tile:
    """A large button: the screen it leads to, the right that it needs (None: everyone), its function key."""

    screen: str
    right: Right | None
    key: str


TILES = (
    Tile("serve", Right.REQUEST_TAKE, "F2"),
    Tile("collect", Right.DEBT_FIND, "F3"),
    Tile("follow", Right.REQUEST_TAKE, "F9"),
    Tile("shift", Right.SHIFT_OPEN, "F4"),
    Tile("outage", Right.OUTAGE_RECORD, "F5"),
    Tile("queue", None, "F6"),
    Tile("settings", None, "F8"),
)
"""In reading order; the same key means the same everywhere."""
_OF_A_REQUEST = re.compile(
    r"HTTPS?://[^ ]*/R#.*|[A-Z0-9][A-Z0-9-]{2,31}-[0-9]{6,12}", re.ASCII | re.IGNORECASE
)
"""The code of a receipt, the number of a request or receipt; codes of services are shorter."""


@dataclass(frozen=True)
class ShiftFacts:
    """How the shift stands, as plain values from the worker; `state` is '' when none is open.

    `outage` is the number of the open outage, '' while electronic collection works.
    """

    state: str = ""
    staff: str = ""
    since: str = ""
    receipts_left: int | None = None
    handover_due: bool = False
    clock_suspect: bool = False
    outage: str = ""
    stopped: bool = False
    """Something stands still (`kiosk.core.stops`)."""
    cards: int = 0
    """Card payments that have not ended."""


@dataclass(frozen=True)
class HomeState:
    """What the screen shows. `attention` are sentences, most urgent first."""

    tiles: tuple[Tile, ...] = ()
    shift: str = ""
    shift_detail: str = ""
    shift_open: bool = False
    attention: tuple[str, ...] = ()
    stopped: str = ""
    """Leads to the screen of what stands still; '' when nothing does."""
    cards: str = ""
    """Leads to the card payments that have not ended; '' when all have."""


class HomeView(Protocol):
    """The screen."""

    def show_state(self, state: HomeState) -> None:
        """Draw the state."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""


class HomePresenter:
    """Reads afresh at each visit."""

    def __init__(self, context: Context, view: HomeView, screens: Collection[str]) -> None:
        self._context, self._view, self._screens = context, view, screens
        self.state = HomeState()

    def arrive(self) -> None:
        """Show what may be done, then how the shift stands."""
        on_duty = self._context.desk.require_on_duty()
        tiles = tuple(
            tile
            for tile in TILES
            if tile.screen in self._screens and (tile.right is None or on_duty.may(tile.right))
        )
        self._show(HomeState(tiles=tiles, shift=self.state.shift, shift_detail=self.state.shift_detail))
        if on_duty.may(Right.SHIFT_OPEN):
            self._context.desk.ask(shift_facts, self._told, self._view.say_error)

    def choose(self, screen: str) -> None:
        """A tile was pressed."""
        self._context.go.go(screen)

    def scanned(self, text: str) -> None:
        """Scan first: the leaflet of a service, a receipt, or a request's number, opens where it belongs."""
        screen = "follow" if _OF_A_REQUEST.fullmatch(text.strip()) else "serve"
        if any(tile.screen == screen for tile in self.state.tiles):
            self._context.go.go(screen, scan=text)

    def _told(self, facts: ShiftFacts) -> None:
        title, detail = self._shift_words(facts)
        self._show(
            HomeState(
                tiles=self.state.tiles,
                shift=title,
                shift_detail=detail,
                shift_open=facts.state == "open" and facts.staff == self._me,
                attention=tuple(self._attention(facts)),
                stopped=self._context.texts("stops.home") if facts.stopped else "",
                cards=self._context.texts("card.home", count=facts.cards) if facts.cards else "",
            )
        )

    @property
    def _me(self) -> str:
        on_duty = self._context.desk.on_duty
        return on_duty.code if on_duty else ""

    def _shift_words(self, facts: ShiftFacts) -> tuple[str, str]:
        texts = self._context.texts
        if not facts.state:
            return texts("home.no_shift"), texts("home.no_shift_detail")
        if facts.staff != self._me:
            return texts("home.shift_other", code=facts.staff), texts("home.shift_other_detail")
        if facts.state == "closing":
            return texts("home.shift_closing"), texts("home.shift_closing_detail")
        left = facts.receipts_left
        detail = texts("home.receipts_left", count=left) if left is not None else ""
        return texts("home.shift_open", since=facts.since), detail

    def _attention(self, facts: ShiftFacts) -> list[str]:
        texts, sync = self._context.texts, self._context.desk.sync_state
        said = []
        if facts.outage:
            said.append(texts("outage.banner", number=facts.outage))
        if facts.handover_due:
            said.append(texts("home.handover_due"))
        if sync.attention:
            said.append(texts("sync.attention", count=sync.attention))
        if facts.clock_suspect:
            said.append(texts("home.clock_suspect"))
        return said

    def _show(self, state: HomeState) -> None:
        self.state = state
        self._view.show_state(state)


def shift_facts(session: "Session") -> ShiftFacts:
    """How the shift of this device stands; runs in the worker. Raises what `shift_status` raises."""
    from kiosk.desk.card_complete import open_cards
    from kiosk.desk.outage import outage_now
    from kiosk.desk.shift_status import shift_status
    from kiosk.desk.stops import stops

    down = outage_now(session)
    outage = down.number if down else ""
    moment = session.moment()
    suspect = moment.clock.suspect
    stopped = any(one.stops for one in stops(session))
    cards = len(open_cards(session))
    status = shift_status(session)
    if status is None:
        return ShiftFacts(clock_suspect=suspect, outage=outage, stopped=stopped, cards=cards)
    offset = moment.local(money=False).offset
    return ShiftFacts(
        state=status.shift.state,
        staff=status.shift.staff,
        since=local_text(status.opened_at, offset)[-5:],
        receipts_left=status.receipts_left,
        handover_due=status.handover_due,
        clock_suspect=suspect,
        outage=outage,
        stopped=stopped,
        cards=cards,
    )
