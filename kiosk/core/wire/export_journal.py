"""An auditor's copy of a journal: one text file that anyone can verify without our programs.

Lines of JSON, each ended by a line feed (docs/audit-export.md): a head, each entry as its exact bytes with
hash and signatures, the device's checkpoints after the entries they sign, and an end with what the centre
acknowledged. Device and centre write the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import Record
from kiosk.core.wire.fields import Count, DeviceCode, Hex32, Hex64, Kid
from kiosk.core.wire.forms import SignedText

SUFFIX = ".journal.ndjson"


@dataclass(frozen=True, kw_only=True)
class DevicePublicKey:
    """A key with which the device signed, raw in hex."""

    kid: Kid
    public: Hex64
    alg: Literal["ed25519"] = "ed25519"


@dataclass(frozen=True, kw_only=True)
class JournalHead:
    """The first line. `by`: who wrote the file, the device itself or the centre.

    It says nothing that the entries do not prove: it only tells a reader where to begin.
    """

    device: DeviceCode
    stream: Hex32
    by: Literal["device", "centre"]
    keys: tuple[DevicePublicKey, ...]
    what: Literal["kiosk-journal"] = "kiosk-journal"
    v: Literal[1] = 1


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """The newest acknowledgement, as the signed text it came as, and who vouches for it."""

    acknowledgement: SignedText
    root: Hex64
    delegations: tuple[SignedText, ...]


@dataclass(frozen=True, kw_only=True)
class JournalEnd:
    """The last line: how many entries stand above it, and what the centre had confirmed, if anything."""

    entries: Count
    confirmed: Confirmed | None


@dataclass
class Written:
    """What has been written so far: entries, and the last of them."""

    entries: int = 0
    first: int = 0
    last: int = 0
    head: bytes = field(default=bytes(32))


def journal_lines(
    head: JournalHead,
    records: Iterable[Record],
    checkpoints: Mapping[int, Sequence[bytes]],
    confirmed: Confirmed | None,
    written: Written | None = None,
) -> Iterator[bytes]:
    """Yield the lines of the file, in order, each with its line feed; `written` is moved along.

    `checkpoints`: their bytes by the entry they sign. Nothing is judged: a journal that was tampered with is
    written as it is, so that an auditor sees it.
    """
    state = written if written is not None else Written()
    yield _line("head", canonical(dump(head)))
    for record in records:
        yield entry_line(record)
        state.first = state.first or record.seq
        state.entries, state.last, state.head = state.entries + 1, record.seq, record.hash
        for data in checkpoints.get(record.seq, ()):
            yield _line("checkpoint", data)
    for seq in sorted(seq for seq in checkpoints if seq > state.last):
        for data in checkpoints[seq]:
            yield _line("checkpoint", data)
    yield _line("end", canonical(dump(JournalEnd(entries=state.entries, confirmed=confirmed))))


def entry_line(record: Record) -> bytes:
    """One entry as a line: its exact bytes under `entry`; in hex under `raw` if they would break a line."""
    sigs = canonical([dump(one) for one in record.sigs])
    tail = b',"hash":"' + record.hash.hex().encode() + b'","seq":%d,"sigs":' % record.seq + sigs + b"}\n"
    if record.data.startswith(b"{") and record.data.endswith(b"}") and b"\n" not in record.data:
        return b'{"entry":' + record.data + tail
    return b'{"raw":"' + record.data.hex().encode() + b'"' + tail


def _line(name: str, data: bytes) -> bytes:
    if b"\n" in data:
        return b'{"' + name.encode() + b'":"' + data.hex().encode() + b'"}\n'
    return b'{"' + name.encode() + b'":' + data + b"}\n"
