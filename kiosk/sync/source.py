"""Where the files of a manifest come from: the line, or a stick. Either way each is checked against it."""

from collections.abc import Callable, Iterator
from typing import Protocol

from kiosk.core.debts.pieces import Piece
from kiosk.core.wire.debt_files import DebtIndex
from kiosk.core.wire.manifest import DatasetRef, DeltaRef


class Source(Protocol):
    """What `kiosk.link.centre.CentreClient` and `kiosk.sync.stick_source.StickSource` have in common."""

    def file(self, ref: DatasetRef | DeltaRef) -> bytes:
        """The content of a file, checked. Raises KnownError `manifest.altered`, and of its kind."""

    def pieces(self, index: DebtIndex, held: int, between: Callable[[], None]) -> Iterator[Piece]:
        """The pieces of a snapshot of debts behind the first `held`, each checked."""
