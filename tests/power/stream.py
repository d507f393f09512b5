"""What a process did to a folder, read from what strace saw: writes, syncs, names, and what it told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

CALLS = (
    "openat,creat,open,close,dup,dup2,dup3,lseek,write,pwrite64,pwritev,pwritev2,writev,fsync,fdatasync,"
    "sync_file_range,ftruncate,truncate,fallocate,rename,renameat,renameat2,link,linkat,symlink,symlinkat,"
    "unlink,unlinkat,mkdir,mkdirat,rmdir,mmap,copy_file_range,sendfile"
)
"""Every call by which a folder can change. One that the reader does not know is an error, never left out."""
IN_MEMORY = "-shm"
"""The index of the write-ahead log: shared memory that SQLite makes anew after a power cut."""


@dataclass(frozen=True)
class Named:
    """A name came to be, for the file of this number."""

    name: str
    file: int


@dataclass(frozen=True)
class Renamed:
    """A file has another name, whoever had that before."""

    old: str
    new: str
    file: int


@dataclass(frozen=True)
class Removed:
    """A name is gone."""

    name: str


@dataclass(frozen=True)
class Written:
    """Bytes at a place of a file."""

    file: int
    at: int
    data: bytes


@dataclass(frozen=True)
class Cut:
    """A file has another size."""

    file: int
    size: int


@dataclass(frozen=True)
class Synced:
    """What was written to a file is on the disk."""

    file: int


@dataclass(frozen=True)
class FolderSynced:
    """The names in the folder are on the disk."""


@dataclass(frozen=True)
class Told:
    """Somebody was told: from here on it must be true, whatever happens."""

    line: str


Names = Named | Renamed | Removed
Data = Written | Cut
Op = Names | Data | Synced | FolderSynced | Told

_CALL = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+|\?)(?:<([^>]*)>)?")
_FD = re.compile(r"^(\d+)<([^>]*)>")
_TEXT = re.compile(r'"([^"]*)"')
_BEGUN = re.compile(r"^(\d+) +(.*) <unfinished \.\.\.>$")
_ENDED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")


def _whole(text: str, marks: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines with one of `marks`; a call told in two parts, for another process, where it ended.

    Raises ValueError for what happened beside such a call, since nothing says which was first.
    """
    begun: dict[str, str] = {}
    for line in text.splitlines():
        if found := _BEGUN.match(line):
            begun[found[1]] = f"{found[1]} {found[2]}"
            continue
        if (found := _ENDED.match(line)) and found[1] in begun:
            line = begun.pop(found[1]) + found[2]
        if not any(mark in line for mark in marks):
            continue
        if beside := [one for one in begun.values() if any(mark in one for mark in marks)]:
            raise ValueError(f"lines without an order: {beside[0][:200]} and {line[:200]}")
        yield line
    if lost := [one for one in begun.values() if any(mark in one for mark in marks)]:
        raise ValueError(f"a line that cannot be read: {lost[0][:200]}")


class Reader:
    """Reads the lines of `strace -f -y -xx` about one folder and one file of what was told."""

    def __init__(self, root: Path, told: Path) -> None:
        self._root, self._told = PurePosixPath(root), str(told)
        self.names: dict[str, int] = {path.name: n for n, path in enumerate(sorted(root.iterdir()))}
        self._next = len(self.names)
        self._sizes = {n: (root / name).stat().st_size for name, n in self.names.items()}
        self._open: dict[tuple[str, str], tuple[int, int, bool]] = {}
        """By process and descriptor: file, place, and whether it appends."""

    def read(self, text: str) -> Iterator[Op]:
        """Yield what was done, in order. Raises ValueError for what cannot be told from the lines."""
        ours = bytes(self._root).hex(), self._told.encode().hex()
        marks = tuple("".join(rf"\x{pair}" for pair in re.findall("..", one)) for one in ours)
        for line in _whole(text, marks):
            found = _CALL.match(line)
            if found is None:
                raise ValueError(f"a line that cannot be read: {line[:200]}")
            pid, call, arguments, result = found.group(1, 2, 3, 4)
            if not result.startswith("-"):
                yield from self._one(pid, call, arguments, int(result))

    def _one(self, pid: str, call: str, arguments: str, result: int) -> Iterator[Op]:
        if call in ("openat", "open", "creat"):
            yield from self._opened(pid, call, arguments, result)
        elif call in ("rename", "renameat", "renameat2", "unlink", "unlinkat"):
            yield from self._renamed(call, arguments)
        else:
            yield from self._on_descriptor(pid, call, arguments, result)

    def _opened(self, pid: str, call: str, arguments: str, result: int) -> Iterator[Op]:
        name = self._name(_TEXT.findall(arguments)[0])
        if name is None:
            return
        makes = "O_CREAT" in arguments or call == "creat"
        if name not in self.names and makes:
            self.names[name] = self._next
            self._sizes[self._next] = 0
            self._next += 1
            yield Named(name, self.names[name])
        file = self.names[name]
        if "O_TRUNC" in arguments or call == "creat":
            self._sizes[file] = 0
            yield Cut(file, 0)
        self._open[pid, str(result)] = file, 0, "O_APPEND" in arguments

    def _renamed(self, call: str, arguments: str) -> Iterator[Op]:
        texts = [self._name(text) for text in _TEXT.findall(arguments)]
        if None in texts:
            raise ValueError(f"{call} across folders: {arguments[:200]}")
        old, new = texts[0] or "", texts[-1] or ""
        if call.startswith("unlink"):
            if self.names.pop(old, None) is not None:
                yield Removed(old)
            return
        file = self.names[new] = self.names.pop(old)
        yield Renamed(old, new, file)

    def _on_descriptor(self, pid: str, call: str, arguments: str, result: int) -> Iterator[Op]:
        found = _FD.match(arguments)
        path = _plain(found.group(2)).decode() if found else ""
        if path == self._told and call == "write":
            yield Told(_plain(_TEXT.findall(arguments)[0]).decode())
            return
        if found and path == str(self._root):
            if call in ("fsync", "fdatasync"):
                yield FolderSynced()
            return
        if call == "mmap":
            _refuse_mapped(arguments)
            return
        handle = self._open.get((pid, found.group(1))) if found else None
        if found is None or handle is None:
            if path != self._told:
                raise ValueError(f"{call} on what was not opened before: {arguments[:200]}")
            return
        yield from self._on_file((pid, found.group(1)), call, arguments, result)

    def _on_file(self, key: tuple[str, str], call: str, arguments: str, result: int) -> Iterator[Op]:
        file, place, appends = self._open[key]
        if call == "close":
            del self._open[key]
        elif call in ("fsync", "fdatasync"):
            yield Synced(file)
        elif call == "lseek":
            self._open[key] = file, result, appends
        elif call == "ftruncate":
            self._sizes[file] = int(arguments.rpartition(",")[2])
            yield Cut(file, self._sizes[file])
        elif call in ("write", "pwrite64"):
            data = _plain(_TEXT.findall(arguments)[0])[:result]
            positioned = call == "pwrite64"
            at = int(arguments.rpartition(",")[2]) if positioned else self._sizes[file] if appends else place
            if not positioned:
                self._open[key] = file, at + result, appends
            self._sizes[file] = max(self._sizes[file], at + result)
            yield Written(file, at, data)
        else:
            raise ValueError(f"{call} is not known to change a file: {arguments[:200]}")

    def _name(self, text: str) -> str | None:
        """A name in the folder; None for the folder itself and what is elsewhere."""
        path = PurePosixPath(_plain(text).decode())
        if path.parent != self._root:
            if self._root in path.parents:
                raise ValueError(f"a folder within the folder: {path}")
            return None
        return path.name


def _refuse_mapped(arguments: str) -> None:
    path = _plain(re.findall(r"<([^>]*)>", arguments)[0]).decode()
    if "PROT_WRITE" in arguments and "MAP_SHARED" in arguments and not path.endswith(IN_MEMORY):
        raise ValueError(f"written through memory, unseen: {path}")


def _plain(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
