"""A disk that a power cut finds in the middle: what is on it for sure, and every state it may be left in.

What was synced is there. Of what was written since, a cut leaves nothing, all, the first part, or any of the
512-byte sectors, in any order; of names that were made, changed or removed since the folder was synced, any.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.power.stream import (
    IN_MEMORY,
    Cut,
    Data,
    FolderSynced,
    Named,
    Names,
    Op,
    Removed,
    Renamed,
    Synced,
    Told,
    Written,
)

SECTOR = 512

Files = dict[str, bytes]
"""Names and contents of a folder."""
Atom = Names | Data
"""What a cut leaves whole or not at all."""


@dataclass(frozen=True)
class State:
    """A folder after a power cut: its files, and how many things had been told by then."""

    files: Files
    told: int
    point: int
    how: str
    digest: bytes


@dataclass
class Disk:
    """One folder on a disk."""

    names: dict[str, int]
    contents: dict[int, bytes]
    pending: list[Atom] = field(default_factory=list)
    told: int = 0
    _hashes: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)
    """Contents that are on the disk for sure, by their id in memory, with their hash."""

    @classmethod
    def holding(cls, names: dict[str, int], files: Files) -> "Disk":
        """A disk on which these files are, all of them synced."""
        disk = cls(dict(names), {number: files[name] for name, number in names.items()})
        disk._keep_hashes(disk.contents)
        return disk

    def take(self, op: Op) -> None:
        """Let one operation happen."""
        match op:
            case Told():
                self.told += 1
            case Synced(file):
                self._settle([one for one in self.pending if isinstance(one, Data) and one.file == file])
            case FolderSynced():
                self._settle([one for one in self.pending if not isinstance(one, Data)])
            case Written(file, at, data):
                self.pending += _sectors(file, at, data)
            case _:
                self.pending.append(op)

    def after_a_cut(self, random: Random, extra: int) -> Iterator[tuple[str, list[Atom]]]:
        """What of the pending is left: nothing, all, names without data, data alone, and `extra` more."""
        yield "nothing", []
        if not self.pending:
            return
        yield "everything", self.pending
        names: list[Atom] = [one for one in self.pending if not isinstance(one, Data)]
        if names and len(names) < len(self.pending):
            yield "names", names
            yield "data", [one for one in self.pending if isinstance(one, Data)]
        for turn in range(extra):
            if turn % 4 == 0:
                yield "prefix", self.pending[: random.randrange(len(self.pending) + 1)]
            else:
                share = (5, 9, 1)[turn % 4 - 1]
                yield "reordered", [one for one in self.pending if random.randrange(10) < share]

    def left(self, atoms: Sequence[Atom]) -> Files:
        """The files that are found when these of the pending atoms reached the disk."""
        names, touched = dict(self.names), self._applied(one for one in atoms if isinstance(one, Data))
        for one in atoms:
            _rename(names, one)
        found = {name: touched.get(file, self.contents.get(file, b"")) for name, file in names.items()}
        return {name: data for name, data in found.items() if not name.endswith(IN_MEMORY)}

    def digest(self, files: Files) -> bytes:
        """Names and contents as one hash."""
        whole = hashlib.sha256()
        for name, data in sorted(files.items()):
            whole.update(f"{name}:{len(data)}:".encode() + self._hash(data))
        return whole.digest()

    def _hash(self, data: bytes) -> bytes:
        kept = self._hashes.get(id(data))
        return kept[1] if kept else hashlib.sha256(data).digest()

    def _keep_hashes(self, files: Iterable[int]) -> None:
        kept = self._hashes
        for data in (self.contents[file] for file in files):
            kept[id(data)] = data, hashlib.sha256(data).digest()
        inside = {id(data) for data in self.contents.values()}
        self._hashes = {key: value for key, value in kept.items() if key in inside}

    def _applied(self, data: Iterable[Data]) -> dict[int, bytes]:
        changed: dict[int, bytearray] = {}
        for one in data:
            content = changed.get(one.file)
            if content is None:
                content = changed[one.file] = bytearray(self.contents.get(one.file, b""))
            if isinstance(one, Cut):
                del content[one.size :]
                content.extend(bytes(one.size - len(content)))
            else:
                content.extend(bytes(max(0, one.at - len(content))))
                content[one.at : one.at + len(one.data)] = one.data
        return {file: bytes(content) for file, content in changed.items()}

    def _settle(self, atoms: list[Atom]) -> None:
        changed = self._applied(one for one in atoms if isinstance(one, Data))
        self.contents |= changed
        self._keep_hashes(changed)
        for one in atoms:
            _rename(self.names, one)
        done = {id(one) for one in atoms}
        self.pending = [one for one in self.pending if id(one) not in done]


def _rename(names: dict[str, int], atom: Atom) -> None:
    match atom:
        case Named(name, file):
            names[name] = file
        case Renamed(old, new, file):
            names[new] = file
            if names.get(old) == file:
                del names[old]
        case Removed(name):
            names.pop(name, None)


def _sectors(file: int, at: int, data: bytes) -> Iterator[Written]:
    """A write as the parts of it that fall into one sector each."""
    start = 0
    while start < len(data):
        end = min(len(data), start + SECTOR - (at + start) % SECTOR)
        yield Written(file, at + start, data[start:end])
        start = end


def states(
    disk: Disk, ops: Sequence[Op], *, seed: int = 0, extra: int = 4, from_told: int = 0, every: int = 1
) -> Iterator[State]:
    """Cut the power after each operation, in every way; states that are the same are yielded again only when
    more had been told by then. With `from_told` no power is cut before so many things were told; with `every`
    only after every so many of the writes, and after all that is not a write.
    """
    random, seen = Random(seed), dict[bytes, int]()
    for point, op in enumerate(ops):
        disk.take(op)
        if disk.told < from_told or (isinstance(op, Written) and point % every):
            continue
        for how, atoms in disk.after_a_cut(random, extra):
            if how == "nothing" and not isinstance(op, Synced | FolderSynced | Told):
                continue  # what is on the disk for sure has not changed
            files = disk.left(atoms)
            digest = disk.digest(files)
            if seen.get(digest, -1) < disk.told:
                seen[digest] = disk.told
                yield State(files, disk.told, point, how, digest)
