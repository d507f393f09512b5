"""What the kiosk asks of a TPM: seal, unseal, count, and say how it limits wrong tries."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kiosk.core.errors import KnownError
from kiosk.store.tpm.link import Link, open_link, place_of_tpm, send
from kiosk.store.tpm.session import Session
from kiosk.store.tpm.wire import (
    OWNER,
    RC_AUTH_FAIL,
    RC_BAD_AUTH,
    RC_HANDLE,
    RC_INTEGRITY,
    RC_LOCKOUT,
    RC_NV_DEFINED,
    RC_NV_UNINITIALISED,
    Command,
    Reader,
    TpmRefused,
    counter_public,
    frame,
    name_of,
    no_password,
    primary_template,
    sealed_template,
    sized,
)

_PROPERTIES, _PERMANENT = 6, 0x200
_COUNTER, _MOST_TRIES, _INTERVAL = 0x20E, 0x20F, 0x210
_IN_LOCKOUT = 1 << 9


@dataclass(frozen=True)
class TryLimit:
    """How a chip limits guessing: wrong tries so far, how many it takes, seconds until it forgives one."""

    tries: int
    most: int
    interval_s: int
    locked: bool


@dataclass(frozen=True)
class _Primary:
    """Our storage key while it is loaded."""

    handle: int
    public: bytes

    @property
    def named(self) -> tuple[int, bytes]:
        return self.handle, name_of(self.public)


class Tpm:
    """The TPM 2.0 of this machine. Each call opens it and leaves nothing in it but a counter.

    Whatever a chip answers becomes a KnownError `device_secret.tpm_*`.
    """

    def __init__(self, place: str | None = None) -> None:
        self._place = place or place_of_tpm()

    def limit(self) -> TryLimit:
        """Ask how it limits wrong tries."""
        with self._open() as link:
            return _limit(link)

    def seal(self, secret: bytes, auth: bytes) -> bytes:
        """Seal up to 128 bytes under an authorisation of 32 bytes; the result opens on this chip only."""
        with self._open() as link, _primary(link) as primary, _session(link, primary) as session:
            sensitive = sized(auth) + sized(secret)
            rest = sized(sealed_template()) + sized(b"") + struct.pack(">I", 0)
            made = session.run(Command.CREATE, (primary.named,), b"", sensitive, rest)
            return sized(made.sized()) + sized(made.sized())

    def unseal(self, held: bytes, auth: bytes) -> bytes:
        """Open what `seal` returned.

        Raises KnownError `slots.wrong_secret` when the chip refuses `auth` and has counted it,
        `device_secret.tpm_locked` while it takes no tries, `device_secret.tpm_other` for another's object.
        """
        reader = Reader(held)
        private, public = reader.sized(), reader.sized()
        with self._open() as link, _primary(link) as primary, _session(link, primary) as session:
            try:
                with _loaded(link, primary, private, public) as handle:
                    answer = session.run(
                        Command.UNSEAL, ((handle, name_of(public)),), auth, encrypted_answer=True
                    )
            except TpmRefused as refusal:
                raise _tried(link, refusal) from refusal
            return answer.sized()

    def make_counter(self, index: int, auth: bytes) -> bool:
        """Make a counter and raise it once, so that it can be read; False when the index is taken.

        A new counter begins above every one that the chip ever had: making it anew takes nothing back.
        """
        with self._open() as link, _primary(link) as primary, _session(link, primary) as session:
            owner = (OWNER, struct.pack(">I", OWNER))
            try:
                session.run(Command.NV_DEFINE_SPACE, (owner,), b"", auth, sized(counter_public(index)))
            except TpmRefused as refusal:
                if refusal.code == RC_NV_DEFINED:
                    return False
                raise
            _raise(link, session, index, auth)
            return True

    def read_counter(self, index: int, auth: bytes) -> int:
        """Read a counter. Raises KnownError `device_secret.tpm_counter_lost` when it is gone or another's."""
        with self._open() as link, _primary(link) as primary, _session(link, primary) as session:
            return _read(link, session, index, auth)

    def raise_counter(self, index: int, auth: bytes) -> int:
        """Raise a counter by one and return it. Raises KnownError `device_secret.tpm_counter_lost`."""
        with self._open() as link, _primary(link) as primary, _session(link, primary) as session:
            _raise(link, session, index, auth)
            return _read(link, session, index, auth)

    def remove_counter(self, index: int) -> None:
        """Take a counter away, with the device that is retired."""
        with self._open() as link:
            handles = struct.pack(">II", OWNER, index)
            send(link, frame(Command.NV_UNDEFINE_SPACE, handles, no_password(), b""))

    @contextmanager
    def _open(self) -> Iterator[Link]:
        link = open_link(self._place)
        try:
            yield link
        except TpmRefused as refusal:
            if refusal.code == RC_LOCKOUT:
                raise _locked(_limit(link)) from refusal
            raise refusal.known() from refusal
        finally:
            link.close()


@contextmanager
def _primary(link: Link) -> Iterator[_Primary]:
    """Make our storage key; the chip makes the same one each time."""
    parameters = sized(sized(b"") + sized(b"")) + sized(primary_template()) + sized(b"")
    handles = struct.pack(">I", OWNER)
    whole = frame(Command.CREATE_PRIMARY, handles, no_password(), parameters + struct.pack(">I", 0))
    _, reader = send(link, whole)
    handle = reader.number(4)
    reader.take(4)
    try:
        yield _Primary(handle, reader.sized())
    finally:
        _forget(link, handle)


@contextmanager
def _session(link: Link, primary: _Primary) -> Iterator[Session]:
    session = Session(link, primary.handle, primary.public)
    try:
        yield session
    finally:
        session.close()


@contextmanager
def _loaded(link: Link, primary: _Primary, private: bytes, public: bytes) -> Iterator[int]:
    handles = struct.pack(">I", primary.handle)
    _, reader = send(link, frame(Command.LOAD, handles, no_password(), sized(private) + sized(public)))
    handle = reader.number(4)
    try:
        yield handle
    finally:
        _forget(link, handle)


def _forget(link: Link, handle: int) -> None:
    send(link, frame(Command.FLUSH_CONTEXT, b"", b"", struct.pack(">I", handle)))


def _tried(link: Link, refusal: TpmRefused) -> KnownError:
    if refusal.code == RC_LOCKOUT:
        return _locked(_limit(link))
    if refusal.code in (RC_AUTH_FAIL, RC_BAD_AUTH):
        return KnownError("slots.wrong_secret")
    if refusal.code == RC_INTEGRITY:
        return KnownError("device_secret.tpm_other")
    return refusal.known()


def _locked(limit: TryLimit) -> KnownError:
    return KnownError("device_secret.tpm_locked", minutes=max(1, -(-limit.interval_s // 60)))


def _limit(link: Link) -> TryLimit:
    asked = struct.pack(">III", _PROPERTIES, _PERMANENT, 64)
    _, reader = send(link, frame(Command.GET_CAPABILITY, b"", b"", asked))
    reader.take(5)
    found = {reader.number(4): reader.number(4) for _ in range(reader.number(4))}
    locked = bool(found.get(_PERMANENT, 0) & _IN_LOCKOUT)
    return TryLimit(found.get(_COUNTER, 0), found.get(_MOST_TRIES, 0), found.get(_INTERVAL, 0), locked)


def _counter(link: Link, index: int) -> tuple[tuple[int, bytes], ...]:
    """The counter as a command wants it twice: what authorises and what is meant."""
    try:
        _, reader = send(link, frame(Command.NV_READ_PUBLIC, struct.pack(">I", index), b"", b""))
    except TpmRefused as refusal:
        if refusal.code == RC_HANDLE:
            raise KnownError("device_secret.tpm_counter_lost") from refusal
        raise
    named = (index, name_of(reader.sized()))
    return named, named


def _raise(link: Link, session: Session, index: int, auth: bytes) -> None:
    with _own_counter():
        session.run(Command.NV_INCREMENT, _counter(link, index), auth)


def _read(link: Link, session: Session, index: int, auth: bytes) -> int:
    with _own_counter():
        asked = struct.pack(">HH", 8, 0)
        answer = session.run(Command.NV_READ, _counter(link, index), auth, rest=asked, encrypted_answer=True)
        return Reader(answer.sized()).number(8)


@contextmanager
def _own_counter() -> Iterator[None]:
    try:
        yield
    except TpmRefused as refusal:
        if refusal.code in (RC_AUTH_FAIL, RC_BAD_AUTH, RC_NV_UNINITIALISED):
            raise KnownError("device_secret.tpm_counter_lost") from refusal
        raise
