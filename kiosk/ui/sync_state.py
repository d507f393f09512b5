"""What screens say about the connection to the centre: in words, on every screen. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from kiosk.core.errors import KnownError
from kiosk.ui.texts import Texts

if TYPE_CHECKING:
    from kiosk.desk.session import Session
    from kiosk.desk.sync_pause import OnNetwork


@dataclass(frozen=True)
class Connection:
    """Whether the centre answers, and since when that is so (UTC)."""

    reachable: bool
    since: datetime
    loading: "DebtLoading | None" = None
    paused: "Paused | None" = None
    error: KnownError | None = None
    """Why the last round did not end well."""

    def percent(self) -> int | None:
        """How much of a load of debts is there; 100 while it is made findable, None without a load."""
        return None if self.loading is None else self.loading.percent


@dataclass(frozen=True)
class Paused:
    """A pause of sync in force: who set it, since when, until when (UTC; None: until it is lifted).

    `network`: the only one on which it holds, None: on any.
    """

    by: str
    since: datetime
    until: datetime | None = None
    network: str | None = None


@dataclass(frozen=True)
class DebtLoading:
    """New debts that are being loaded: `done` of `debtors`; work goes on with those before."""

    done: int
    debtors: int
    searchable: bool = False

    @property
    def percent(self) -> int:
        """Whole percent; 100 only when every debtor is there."""
        return 100 if self.searchable else min(99, self.done * 100 // max(1, self.debtors))


@dataclass(frozen=True)
class Attention:
    """One thing that a person must look at: `count` of a kind whose text is `attention.<kind>`."""

    kind: str
    count: int


class SyncPort(Protocol):
    """What screens ask of sync. The app wires the real one."""

    def connection(self) -> Connection:
        """How the connection stands; answers at once, from any thread."""

    def attention(self, session: "Session") -> Sequence[Attention]:
        """What was refused or cannot go on by itself; called in the store's worker."""

    def try_now(self) -> None:
        """A person asked: try the connection at once."""

    def pause_changed(self) -> None:
        """A person paused sync or lifted a pause."""

    def network(self) -> "OnNetwork | None":
        """The network in use; None where the system does not tell. Called in the store's worker."""


class NoCentre:
    """The port of a device that has no centre (a trial): never connected, nothing refused."""

    def __init__(self, since: datetime | None = None) -> None:
        self._since = since or datetime.now(UTC)

    def connection(self) -> Connection:
        """Not connected since the start."""
        return Connection(reachable=False, since=self._since)

    def attention(self, session: "Session") -> Sequence[Attention]:  # noqa: ARG002 - nothing is refused
        """Nothing."""
        return ()

    def try_now(self) -> None:
        """There is nobody to reach."""

    def pause_changed(self) -> None:
        """There is nothing to pause."""

    def network(self) -> "OnNetwork | None":
        """None that matters."""
        return None


@dataclass(frozen=True)
class SyncState:
    """What the chip says. `since` is local time as hh:mm; `oldest` the local time of what waits longest."""

    connected: bool
    since: str
    waiting: int = 0
    attention: int = 0
    oldest: str = ""
    loading: int | None = None
    """Percent of the debts that are loaded, while they load."""
    paused_by: str = ""
    """Who paused sync; '' when nobody did. `since` is then when that was, unless connected; with its day, if
    that is another than today.
    """

    @property
    def kind(self) -> Literal["connected", "offline", "attention"]:
        """Which icon and colour the chip has."""
        if self.attention:
            return "attention"
        return "connected" if self.connected else "offline"

    def short_words(self, texts: Texts) -> str:
        """The same for a narrow screen: the state, and how many."""
        number = self.attention or self.waiting
        kind = "attention" if self.attention else self._link
        return texts(f"sync.short_{kind}", count=number)

    @property
    def _link(self) -> str:
        return "connected" if self.connected else "paused" if self.paused_by else "offline"

    def words(self, texts: Texts) -> str:
        """All that the chip says, as one line."""
        said = [self._link_words(texts)]
        if self.attention:
            said.append(texts("sync.attention", count=self.attention))
        if self.waiting:
            said.append(texts("sync.waiting", count=self.waiting))
        if self.loading is not None:
            said.append(texts("sync.loading", percent=self.loading))
        return " · ".join(said)

    def _link_words(self, texts: Texts) -> str:
        """How the connection stands; a pause says who set it and since when."""
        if self._link == "paused":
            return texts("sync.paused", by=self.paused_by, since=self.since)
        return texts("sync.connected") if self.connected else texts("sync.offline", since=self.since)
