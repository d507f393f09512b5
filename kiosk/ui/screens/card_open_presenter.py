"""The card payments that have not ended, and the end of the terminal's day. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from kiosk.core.errors import KnownError
from kiosk.core.money import format_pounds
from kiosk.core.roles import Right
from kiosk.ui.presenter import Context
from kiosk.ui.screens.approval_presenter import Fact
from kiosk.ui.screens.card_reading import CardFacts, open_now
from kiosk.ui.screens.report_lines import money

if TYPE_CHECKING:
    from kiosk.desk.card_reverse import Day

MOST = 6
"""Attempts in sight: a terminal has one at most, so more means more terminals."""


@dataclass(frozen=True)
class Listed:
    """One attempt in words."""

    seq: int
    title: str
    detail: str
    amount: str
    state: str


@dataclass(frozen=True)
class CardOpenState:
    """What the screen shows. `day`: '' not offered, ask, sure, working or done; `facts` of the day."""

    read: bool = False
    terminal: str = ""
    listed: tuple[Listed, ...] = ()
    day: str = ""
    facts: tuple[Fact, ...] = ()
    same: bool = True


class CardOpenView(Protocol):
    """The screen."""

    def show_state(self, state: CardOpenState) -> None:
        """Draw the state."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""


class CardOpenPresenter:
    """Reads afresh at each visit."""

    def __init__(self, context: Context, view: CardOpenView) -> None:
        self._context, self._view = context, view
        self.state = CardOpenState()

    def arrive(self) -> None:
        """List what is open."""
        desk = self._context.desk
        if self.state.day != "working":
            offered = desk.cards.terminal() and desk.require_on_duty().may(Right.REPORT_X)
            self.state = replace(self.state, day="ask" if offered else "", facts=())
        desk.ask(open_now, self._read, self._view.say_error)

    def choose(self, seq: str) -> None:
        """One was chosen."""
        self._context.go.go("card_doubt", attempt=int(seq))

    def day(self) -> None:
        """Close the terminal's day: asked once more, since nothing of before is reversed after it."""
        if self.state.day == "ask":
            self._show(replace(self.state, day="sure"))
        elif self.state.day == "sure":
            self._show(replace(self.state, day="working"))
            self._context.desk.cards.close_day(self._closed, self._failed)

    def _closed(self, day: "Day") -> None:
        self._context.desk.look_again()
        entry = day.entry
        facts = self._facts(
            ("day_said_taken", entry.taken_count, entry.taken),
            ("day_said_reversed", entry.reversed_count, entry.reversed),
            ("day_our_taken", entry.our_taken_count, entry.our_taken),
            ("day_our_reversed", entry.our_reversed_count, entry.our_reversed),
        )
        texts = self._context.texts
        if day.difference:
            words = texts("card.day_more" if day.difference > 0 else "card.day_less")
            facts = (*facts, Fact(words, money(texts, abs(day.difference)), strong=True))
        self._show(replace(self.state, day="done", facts=facts, same=not day.difference))

    def _failed(self, error: KnownError) -> None:
        self._show(replace(self.state, day="ask"))
        self._view.say_error(error)

    def _facts(self, *lines: tuple[str, int, int]) -> tuple[Fact, ...]:
        texts = self._context.texts
        return tuple(
            Fact(texts(f"card.{key}", count=count), money(texts, sum_)) for key, count, sum_ in lines
        )

    def _read(self, found: Sequence[CardFacts]) -> None:
        terminal = self._context.desk.cards.terminal()
        listed = tuple(self._listed(one) for one in found[:MOST])
        self._show(replace(self.state, read=True, terminal=terminal, listed=listed))

    def _listed(self, one: CardFacts) -> Listed:
        texts = self._context.texts
        kind = texts(f"card.kind_{one.kind}")
        return Listed(
            seq=one.seq,
            title=f"{kind} {texts.shown(one.reference)}",
            detail=f"{texts('card.terminal')} {texts.shown(one.terminal)} {texts.shown(one.at)}",
            amount=texts.data(format_pounds(one.piastres, texts.language)),
            state=texts(f"card.state_{one.state}"),
        )

    def _show(self, state: CardOpenState) -> None:
        self.state = state
        self._view.show_state(state)
