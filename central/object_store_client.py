"""The one place that talks to an S3-compatible store: five signed requests, over a line that is ours alone.

The session trusts the CA of the centre's file and reads neither the environment nor any other file. A
request has an end however slowly it drips, and only so many are with the store at a time: whoever brings
money finds a thread of the server free. What fails is a KnownError of `kiosk.core.situations.scan_store`.
"""

import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Event, Thread
from xml.etree import ElementTree

import requests
import urllib3
from requests_aws4auth import AWS4Auth

from central.object_store_config import BucketPlace
from kiosk.core.bidi import excerpt
from kiosk.core.errors import BugError, KnownError

SLOTS = 16
"""Requests of one process that are with the store at a time; a server has 40 threads for its requests."""
_WAIT_S = 1
_TRIES = 2
_PAUSE_S = 0.1
_PIECE = 1 << 16
_LONGEST_ANSWER = 16 << 20
_MISSING = 404
_FULL = ("QuotaExceeded", "InsufficientStorage", "StorageFull", "InsufficientCapacity", "XMinioStorageFull")
_SLOW = (requests.Timeout, urllib3.exceptions.TimeoutError)


@dataclass(frozen=True)
class Limits:
    """Time to connect, for each silence, for a whole request. `page`: names in one answer of a list."""

    connect: timedelta = timedelta(seconds=3)
    silence: timedelta = timedelta(seconds=10)
    whole: timedelta = timedelta(seconds=20)
    page: int = 1000


@dataclass(frozen=True)
class Listed:
    """One object of a list: its key below the prefix, bytes, and when it was written."""

    key: str
    size: int
    at: datetime


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    size: int

    @property
    def code(self) -> str:
        """The store's own word for what went wrong, '' where there is none."""
        found = _xml(self.body)
        return ((found.findtext("{*}Code") if found is not None else None) or "")[:60]


class BucketClient:
    """Objects of one bucket below the prefix of its place. Used by many threads."""

    def __init__(self, place: BucketPlace, limits: Limits | None = None) -> None:
        self.place = place
        self._limits = limits or Limits()
        self._slots = BoundedSemaphore(SLOTS)
        self._session = _session(place)

    def put(self, key: str, data: bytes) -> None:
        """Write an object, whole or not at all; the store holds the body to its signed SHA-256."""
        self._ask("PUT", key, data)

    def get(self, key: str) -> bytes | None:
        """Read an object whole; None when there is none."""
        answer = self._ask("GET", key, missing=True)
        return None if answer.status == _MISSING else answer.body

    def size(self, key: str) -> int | None:
        """How many bytes an object has; None when there is none, or no bucket."""
        answer = self._ask("HEAD", key, missing=True)
        return None if answer.status == _MISSING else answer.size

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no fault."""
        self._ask("DELETE", key, missing=True)

    def list(self, below: str) -> Iterator[Listed]:
        """All objects whose keys begin with this, in pages."""
        token = ""
        while True:
            asked = {"list-type": "2", "max-keys": str(self._limits.page)}
            asked["prefix"] = f"{self.place.prefix}{below}"
            if token:
                asked["continuation-token"] = token
            found = _xml(self._ask("GET", None, params=asked).body)
            if found is None:
                raise self._failed("no XML")
            yield from (self._listed(one) for one in found.iterfind("{*}Contents"))
            token = found.findtext("{*}NextContinuationToken") or ""
            if found.findtext("{*}IsTruncated") != "true":
                return
            if not token:
                raise self._failed("NextContinuationToken")

    def is_public(self, key: str) -> bool:
        """Whether a stranger, who signs nothing, can read this object."""
        return self._ask("GET", key, signed=False).status == 200

    def _ask(
        self,
        method: str,
        key: str | None,
        data: bytes = b"",
        *,
        params: Mapping[str, str] | None = None,
        missing: bool = False,
        signed: bool = True,
    ) -> _Answer:
        url = f"{self.place.endpoint}/{self.place.bucket}"
        if key is not None:
            url = f"{url}/{self.place.prefix}{key}"

        def once() -> _Answer | KnownError:
            return self._once(method, url, data, params or {}, signed=signed)

        answer = self._within(once)
        if signed:
            self._judge(answer, missing=missing)
        return answer

    def _within(self, once: "Callable[[], _Answer | KnownError]") -> _Answer:
        """Do this in a thread that may be left behind: no silence, drip or header holds its caller up."""
        if not self._slots.acquire(timeout=_WAIT_S):
            raise KnownError("scans.busy", where=self.place.where)
        box, given_up = SimpleQueue[_Answer | KnownError | None](), Event()

        def run() -> None:
            found: _Answer | KnownError | None = None
            try:
                for _ in range(_TRIES):
                    found = once()
                    if not _may_pass(found) or given_up.wait(timeout=_PAUSE_S):
                        break
            finally:
                self._slots.release()
                box.put(found)

        Thread(target=run, name="scan-store", daemon=True).start()
        try:
            found = box.get(timeout=self._limits.whole.total_seconds())
        except Empty:
            given_up.set()
            raise self._slow(self._limits.whole) from None
        if found is None:
            raise BugError("a request to the store of scans ended in a fault of ours")
        if isinstance(found, KnownError):
            raise found
        return found

    def _once(
        self, method: str, url: str, data: bytes, params: Mapping[str, str], *, signed: bool
    ) -> _Answer | KnownError:
        """One request; what the line does to it is returned as an error, since this is another thread."""
        # A new signer each time: one that is shared changes its key in place when the day changes.
        place = self.place
        auth = AWS4Auth(place.access_key, place.secret_key, place.region, "s3") if signed else None
        limits = (self._limits.connect.total_seconds(), self._limits.silence.total_seconds())
        try:
            with self._session.request(
                method, url, data=data, params=params, auth=auth, timeout=limits,
                allow_redirects=False, stream=True,
            ) as answer:  # fmt: skip
                body = bytearray()
                for piece in answer.iter_content(_PIECE):
                    body += piece
                    if len(body) > _LONGEST_ANSWER:
                        return self._failed(f"> {_LONGEST_ANSWER}")
                size = int(answer.headers.get("Content-Length") or 0)
                return _Answer(answer.status_code, bytes(body), size)
        except _SLOW:
            return self._slow(self._limits.silence)
        except requests.exceptions.SSLError as error:
            return KnownError("scans.untrusted", where=place.where, reason=_reason(error))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if _silent(error):
                return self._slow(self._limits.silence)
            return KnownError("scans.away", where=place.where, reason=_reason(error))

    def _judge(self, answer: _Answer, *, missing: bool) -> None:
        """Let pass what was done, or what is not there where that may be."""
        status, where = answer.status, self.place.where
        if status in (200, 204):
            return
        code = answer.code
        if code == "NoSuchBucket" or (status == _MISSING and not missing):
            raise KnownError("scans.no_bucket", bucket=self.place.bucket, where=where)
        if status == _MISSING:
            return
        if code == "RequestTimeTooSkewed":
            raise KnownError("scans.clock", where=where)
        if status == 507 or code in _FULL:
            raise KnownError("scans.full", where=where)
        if status in (401, 403):
            raise KnownError("scans.refused", where=where, reason=f"{status} {code}".strip())
        raise self._failed(f"{status} {code}".strip())

    def _listed(self, one: ElementTree.Element) -> Listed:
        key, size, at = (one.findtext(f"{{*}}{name}") or "" for name in ("Key", "Size", "LastModified"))
        try:
            return Listed(key.removeprefix(self.place.prefix), int(size), datetime.fromisoformat(at))
        except ValueError as error:
            raise self._failed("ListBucketResult") from error

    def _failed(self, reason: str) -> KnownError:
        return KnownError("scans.failed", where=self.place.where, reason=reason)

    def _slow(self, limit: timedelta) -> KnownError:
        return KnownError("scans.slow", where=self.place.where, seconds=f"{limit.total_seconds():g}")


def _session(place: BucketPlace) -> requests.Session:
    """A session that trusts this CA and nobody else, whatever the environment, netrc or certifi say."""
    session = requests.Session()
    session.trust_env = False
    session.verify = str(place.ca) if place.ca is not None else True
    session.headers.update({"Accept-Encoding": "identity", "User-Agent": "kiosk-central"})
    adapter = requests.adapters.HTTPAdapter(pool_connections=1, pool_maxsize=SLOTS, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _may_pass(found: "_Answer | KnownError") -> bool:
    """Whether the same may succeed right away: a line that broke, a store that stumbled."""
    if isinstance(found, KnownError):
        return found.code == "scans.away"
    return found.status in (500, 502, 503, 504)


def _xml(body: bytes) -> ElementTree.Element | None:
    """What the store says, None where that is no XML. The store is ours and its answer short."""
    try:
        return ElementTree.fromstring(body) if body else None  # noqa: S314
    except ElementTree.ParseError:
        return None


def _silent(error: BaseException) -> bool:
    """Whether a silence is at the bottom of it: requests calls that in the middle of a body a lost line."""
    inner = error.args[0] if error.args else None
    return isinstance(inner, _SLOW) or "timed out" in str(inner)


def _reason(error: BaseException) -> str:
    """The innermost reason, in a few words."""
    inner = error
    while not isinstance(inner, ssl.SSLCertVerificationError):
        told = (getattr(inner, "reason", None), *inner.args, inner.__cause__)
        below = next((one for one in told if isinstance(one, BaseException)), None)
        if below is None:
            return excerpt(getattr(inner, "strerror", None) or str(inner) or type(inner).__name__, 80)
        inner = below
    return excerpt(inner.verify_message, 80)
