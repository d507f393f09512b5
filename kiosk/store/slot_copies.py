"""The two copies of the slot file on disk: which one counts, how both are replaced, how one is mended."""

from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.store.files import disk_errors, write_durably
from kiosk.store.slot_format import SlotDocument, read_document


class SlotCopies:
    """Reads and writes both copies. A copy that is torn or flipped is passed over, never believed."""

    def __init__(self, paths: tuple[Path, Path]) -> None:
        self._paths = paths

    @property
    def folder(self) -> Path:
        """Where the copies are."""
        return self._paths[0].parent

    def present(self) -> bool:
        """Is there any copy, sound or not?"""
        return any(path.exists() for path in self._paths)

    def read(self) -> tuple[SlotDocument, ...]:
        """Return the sound copies, the higher generation first; one, if both are the same.

        Raises KnownError `slots.missing` when there is no copy, `slots.lost` when none is sound,
        `slots.newer`, `store.*`.
        """
        found = [data for path in self._paths if (data := _read(path)) is not None]
        if not found:
            raise KnownError("slots.missing")
        faults: list[KnownError] = []
        documents: list[SlotDocument] = []
        for data in dict.fromkeys(found):
            try:
                documents.append(read_document(data))
            except KnownError as error:
                if error.code == "slots.newer":
                    raise
                faults.append(error)
        if not documents:
            raise KnownError("slots.lost") from faults[0]
        return tuple(sorted(documents, key=lambda document: -document.header.generation))

    def replace(self, document: SlotDocument) -> None:
        """Write both copies, one after the other: at each moment one whole copy, old or new, is on the disk.

        Raises KnownError `store.*`.
        """
        for path in self._paths:
            write_durably(path, document.data)

    def mend(self, document: SlotDocument) -> None:
        """Bring both copies to a document whose MAC was checked. A full disk leaves it for the next time.

        Raises KnownError `store.read_only`, `store.disk_error`.
        """
        for path in self._paths:
            if _read(path) == document.data:
                continue
            try:
                write_durably(path, document.data)
            except KnownError as error:
                if error.code != "store.disk_full":
                    raise


def _read(path: Path) -> bytes | None:
    """The bytes of a copy; a copy that the disk cannot read is empty, hence not sound; None if missing."""
    try:
        with disk_errors():
            return path.read_bytes()
    except KnownError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        if error.code == "store.disk_error":
            return b""
        raise
