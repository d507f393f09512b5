"""What a standby or an archive of WAL proves of a moment of the database, judged from what PostgreSQL tells.

A mark is what each journal held, and a place in the WAL that was read after that: whoever has the WAL up to
this place has those entries. Judging reads nothing and writes nothing (`central.safe` does).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

Kind = Literal["standby", "archive"]
Proof = Literal["proved", "waiting"]

_FILE = re.compile(r"[0-9A-F]{24}")


@dataclass(frozen=True)
class Life:
    """Which life of which database: PostgreSQL's system identifier, its timeline, the epoch of the centre.

    After a failover, a recovery or a restore one of them is another one.
    """

    system: str
    timeline: int
    epoch: int


@dataclass(frozen=True)
class Archiver:
    """What the archiver did since its statistics began (`since`): files, the last one, whether it fails now.

    `on`: there is a command or a library that it gives files to.
    """

    on: bool
    files: int
    last: str | None
    failing: bool
    since: str


@dataclass(frozen=True)
class WalSender:
    """A connection that receives WAL. `flushed`: up to which byte of WAL it says that it has it on its disk;
    `state` is None when our role may not see it; `replays`: it is a server that applies what it gets.
    """

    name: str
    state: str | None
    flushed: int | None
    replays: bool
    logical: bool
    address: str | None


@dataclass(frozen=True)
class Seen:
    """What PostgreSQL tells now. `server`: the address at which it heard us, None on a socket."""

    senders: Sequence[WalSender]
    archiver: Archiver
    server: str | None
    segment: int


@dataclass(frozen=True)
class Mark:
    """What journals held at `at`, all of it in the WAL before byte `lsn`, which lies in the file `wal`.

    `streams`: entries of each; `persons`: up to which entry all personal records were there.
    """

    at: str
    lsn: int
    wal: str
    archiver: Archiver
    streams: Mapping[str, int]
    persons: Mapping[str, int]


@dataclass(frozen=True)
class Problem:
    """Why a source proves nothing now: the code of a situation. `base_void`: its base counts no more."""

    code: str
    base_void: bool = False


def judge_standby(name: str, *, off_machine: bool, mark: Mark, seen: Seen) -> Proof | Problem:
    """Whether a standby of this name has the WAL up to the mark on its disk."""
    named = [one for one in seen.senders if one.name == name]
    if not named:
        return Problem("safe.not_connected")
    if all(one.state is None for one in named):
        return Problem("safe.not_allowed")
    able = [one for one in named if not one.logical and one.state in ("streaming", "catchup")]
    standbys = [one for one in able if one.replays]
    if not standbys:
        receives = any(one.state == "streaming" for one in able) or all(one.logical for one in named)
        return Problem("safe.not_a_standby") if receives else "waiting"
    apart = [one for one in standbys if off_machine or not _same_machine(one.address, seen.server)]
    if not apart:
        return Problem("safe.same_machine")
    reached = any(one.flushed is not None and one.flushed >= mark.lsn for one in apart)
    return "proved" if reached else "waiting"


def judge_archive(*, has_base: bool, mark: Mark, seen: Seen) -> Proof | Problem:
    """Whether the files of WAL up to the mark have gone to the archive, none left out since it was taken."""
    now, then = seen.archiver, mark.archiver
    if not now.on:
        return Problem("safe.archive_off", base_void=True)
    if not has_base:
        return Problem("safe.no_base")
    if now.failing:
        return Problem("safe.archive_failing")
    if now.last is None or not _FILE.fullmatch(now.last) or now.last[:8] != mark.wal[:8]:
        return "waiting"
    if now.since == then.since and _left_out(then, now, seen.segment):
        return Problem("safe.archive_gap", base_void=True)
    return "proved" if now.last >= mark.wal else "waiting"


def place_of(lsn: str) -> int:
    """A place in the WAL as a number of bytes. PostgreSQL writes `16/B374D848`."""
    high, _, low = lsn.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def _left_out(then: Archiver, now: Archiver, segment: int) -> bool:
    """Whether the archive moved on by more files than it was given: it was switched off in between."""
    if then.last is None or now.last is None or not _FILE.fullmatch(then.last):
        return False
    if then.last[:8] != now.last[:8]:
        return False
    return _number(now.last, segment) - _number(then.last, segment) > now.files - then.files


def _number(file: str, segment: int) -> int:
    """The how manieth file of its timeline it is; `segment`: bytes of each."""
    return int(file[8:16], 16) * ((1 << 32) // segment) + int(file[16:], 16)


def _same_machine(address: str | None, server: str | None) -> bool:
    """Whether a connection surely comes from the machine of the database: by a socket, or its loopback."""
    return address is None or address == server or ip_address(address).is_loopback
