"""One question to the centre and its answer, over TLS that trusts the centre's own CA and nobody else.

Every way in which a line fails is a KnownError of `kiosk.core.situations.sync`; a status code or a page that
is not the centre's own never counts as an answer.
"""

import http.client
import json
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from kiosk.core.bidi import excerpt
from kiosk.core.errors import BugError, InBoth, KnownError
from kiosk.core.situations import SITUATIONS
from kiosk.core.wire.pki import pem_of
from kiosk.link.certificate import OwnCertificate
from kiosk.link.severable import Lines, pool_with

JSON = "application/json"
MAX_ANSWER_BYTES = 4 << 20
_PIECE = 1 << 16
_NS = 1_000_000_000
_MAX_CA_BYTES = 64 * 1024
BARE: Mapping[str, str | None] = {
    **dict.fromkeys(("Accept", "Connection")),
    **dict.fromkeys(("Accept-Encoding", "User-Agent"), urllib3.util.SKIP_HEADER),
}
"""Leaves out the headers that say what is so without them: for a poll every minute."""
LONGEST_RETRY_S = 3600
"""What a server may ask for with `Retry-After`: a slip of one header must not silence a device for a day."""
_BUSY = {429, 502, 503, 504, 507}
"""Also what a proxy says of a centre that starts again behind it."""
_SLOW = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
_CUT = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError)
_ALERTS = {
    "CERTIFICATE_EXPIRED": "sync.certificate_expired",
    "CERTIFICATE_REVOKED": "sync.certificate_revoked",
    "CERTIFICATE_REQUIRED": "sync.certificate_missing",
    **dict.fromkeys(("CERTIFICATE_UNKNOWN", "BAD_CERTIFICATE", "UNKNOWN_CA"), "sync.certificate_refused"),
}
"""What the other side's TLS says of our certificate (RFC 8446 §6.2), by the ends of OpenSSL's names."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect, for each silence while reading, and for a whole answer that is no file."""

    connect: int = 5
    silence: int = 15
    whole: int = 60


@dataclass(frozen=True)
class Answer:
    """What came back: status and body. Nothing is believed yet.

    `retry_after`: seconds for which a busy server wants to be left alone, 0 when it does not say. `offset`:
    how many bytes of an upload are there (`Upload-Offset`), None when it does not say.
    """

    status: int
    body: bytes
    retry_after: int = 0
    offset: int | None = None


class _OnlyThisCa(HTTPAdapter):
    """Trusts the CA it was given and shows the certificate it was given, whatever `verify`, `cert`, the
    environment or certifi say.
    """

    def __init__(self, ca: bytes, own: OwnCertificate | None, lines: Lines) -> None:
        self._pem, self._own, self._lines = pem_of(ca), own, lines
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Give every connection a context that holds one CA, and our own certificate if we have one."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(cadata=self._pem)
        if self._own is not None:
            self._own.put_into(context)
        super().init_poolmanager(*args, **kwargs, ssl_context=context)
        self.poolmanager.pool_classes_by_scheme = {"https": pool_with(self._lines)}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:  # noqa: ARG002
        """As requests does, but for a certificate of the session: the context has ours."""
        return super().build_connection_pool_key_attributes(request, verify, None)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ARG002 - its signature
        """Leave the context alone: requests would add authorities and certificates of its own here."""
        if not url.startswith("https://"):
            raise BugError("the centre is reached over TLS only")
        conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None


def pinned_session(
    ca: bytes, lines: Lines | None = None, own: OwnCertificate | None = None
) -> requests.Session:
    """A session that trusts this CA (DER) alone, shows `own`, and reads nothing from the environment. `lines`
    can sever it.

    Raises KnownError `pki.malformed`.
    """
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()
    session.mount("https://", _OnlyThisCa(ca, own, lines or Lines()))
    session.headers.update({"Accept-Encoding": "identity", "User-Agent": "kiosk"})
    return session


def fetch_ca(address: str, timeouts: Timeouts | None = None) -> bytes:
    """The CA certificate (PEM) that a server says is its own. Nothing vouches for it: compare its code first.

    Raises KnownError `sync.*`.
    """
    times = timeouts or Timeouts()
    where = urlsplit(address)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    line = http.client.HTTPSConnection(
        where.hostname or "", where.port or 443, timeout=times.silence, context=context
    )
    try:
        line.request("GET", "/v1/ca")
        answer = line.getresponse()
        body = answer.read(_MAX_CA_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise fault_of(error) from error
    finally:
        line.close()
    if answer.status != http.client.OK or b"BEGIN CERTIFICATE" not in body:
        raise KnownError("sync.captive_portal")
    return body


class Transport:
    """Asks one server. Not for use by two threads at once, but for `sever`.

    `cancelled` stops between pieces of an answer. `own` is shown to the server, which may demand it; without
    it a device gets what anybody may ask: enrolment.
    """

    def __init__(
        self,
        address: str,
        ca: bytes,
        *,
        own: OwnCertificate | None = None,
        timeouts: Timeouts | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        """Raises KnownError `pki.malformed`."""
        self.address = address
        self._ca, self._lines = ca, Lines()
        self._session = pinned_session(ca, self._lines, own)
        self._times = timeouts or Timeouts()
        self._cancelled = cancelled

    def ask(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        *,
        headers: Mapping[str, str | None] | None = None,
        media: str = JSON,
        limit: int = MAX_ANSWER_BYTES,
    ) -> Answer:
        """Send one request and read its answer, at most `limit` bytes of it. Raises KnownError `sync.*`.

        A header that is None is left out.
        """
        body = bytearray()
        sent = {"Content-Type": media, **(headers or {})} if data is not None else dict(headers or {})
        ends = time.monotonic_ns() + self._times.whole * _NS
        said = self._read(method, path, data, sent, lambda _: body, limit, ends)
        return replace(said, body=bytes(body))

    def fetch(self, path: str, into: bytearray, size: int, headers: Mapping[str, str]) -> int:
        """Go on with a file of `size` bytes where `into` ends, and return the status.

        What came before a cut stays in `into`. Raises KnownError `sync.*`.
        """
        asked = {**headers, "Range": f"bytes={len(into)}-"} if into else dict(headers)
        refusal = bytearray()

        def goes_into(status: int) -> bytearray:
            if status == http.client.OK:
                into.clear()
            return into if status in (http.client.OK, http.client.PARTIAL_CONTENT) else refusal

        said = self._read("GET", path, None, asked, goes_into, size, None)
        if refusal or said.status not in (http.client.OK, http.client.PARTIAL_CONTENT):
            raise refusal_of(replace(said, body=bytes(refusal)))
        return said.status

    def fetch_part(
        self, path: str, into: bytearray, start: int, size: int, headers: Mapping[str, str]
    ) -> None:
        """Add the `size` bytes of a file that begin at `start` to `into`.

        What came before a cut stays in `into`. Raises KnownError `sync.*`.
        """
        asked = {**headers, "Range": f"bytes={start}-{start + size - 1}"}
        refusal, part = bytearray(), bytearray()

        def goes_into(status: int) -> bytearray:
            return part if status == http.client.PARTIAL_CONTENT else refusal

        try:
            said = self._read("GET", path, None, asked, goes_into, size, None)
        finally:
            into += part
        if said.status != http.client.PARTIAL_CONTENT:
            raise refusal_of(replace(said, body=bytes(refusal)))
        if len(part) != size:
            raise KnownError("sync.offline")

    def show(self, own: OwnCertificate | None) -> None:
        """Show this certificate instead, or none, from now on: open connections end.

        Raises KnownError `pki.malformed`, and then all is as before.
        """
        before, self._session = self._session, pinned_session(self._ca, self._lines, own)
        before.close()

    def sever(self) -> None:
        """End what is under way, and whatever is asked later, as a line that was cut. From any thread."""
        self._lines.sever()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _read(
        self,
        method: str,
        path: str,
        data: bytes | None,
        headers: Mapping[str, str | None],
        goes_into: Callable[[int], bytearray],
        limit: int,
        ends: int | None,
    ) -> Answer:
        """What the answer says beside its body, which went where `goes_into` said."""
        try:
            with self._session.request(
                method,
                self.address + path,
                data=data,
                headers=dict(headers),
                timeout=(self._times.connect, self._times.silence),
                stream=True,
                allow_redirects=False,
            ) as answer:
                body = goes_into(answer.status_code)
                while piece := answer.raw.read1(_PIECE):
                    body += piece
                    if len(body) > limit:
                        raise KnownError("sync.captive_portal")
                    if self._cancelled():
                        raise KnownError("sync.stopped")
                    if ends is not None and time.monotonic_ns() > ends:
                        raise KnownError("sync.timeout")
                _check_whole(answer, len(body))
                return Answer(answer.status_code, b"", _retry_after(answer.headers), _offset(answer.headers))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise fault_of(error) from error


def _offset(headers: Mapping[str, str]) -> int | None:
    """How many bytes of an upload the centre has (tus 1.0), None when it does not say."""
    said = headers.get("Upload-Offset", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 12 else None


def _retry_after(headers: Mapping[str, str]) -> int:
    """Seconds that `Retry-After` asks for (RFC 9110 §10.2.3), at most `LONGEST_RETRY_S`; 0 without it.

    A date is compared with the server's own, never with this machine's clock.
    """
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdecimal():
        return min(int(said[:9]), LONGEST_RETRY_S)
    with suppress(ValueError, TypeError):
        until, sent = parsedate_to_datetime(said), parsedate_to_datetime(headers.get("Date", ""))
        return max(0, min(int((until - sent).total_seconds()), LONGEST_RETRY_S))
    return 0


def _check_whole(answer: requests.Response, read: int) -> None:
    """An answer whose connection ended early is no answer, also where the library does not say so."""
    named = answer.headers.get("Content-Length", "")
    partial = answer.status_code == http.client.PARTIAL_CONTENT
    if named.isascii() and named.isdecimal() and not partial and read < int(named):
        raise KnownError("sync.offline")


def fault_of(error: Exception) -> KnownError:
    """The situation of a line that failed: cut and unreachable, too slow, not the centre's TLS, or our own
    certificate turned away.
    """
    chain = list(_chain(error))
    alerts = [code for one in chain if isinstance(one, ssl.SSLError) for code in _alerts(one)]
    if alerts:
        return KnownError(alerts[0])
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in chain):
        return KnownError("sync.tls")
    refused = urllib3.exceptions.NewConnectionError
    if any(isinstance(one, _SLOW) and not isinstance(one, refused) for one in chain):
        return KnownError("sync.timeout")
    tls = any(isinstance(one, ssl.SSLError | requests.exceptions.SSLError) for one in chain)
    if tls and not any(isinstance(one, _CUT) for one in chain):
        return KnownError("sync.tls")
    return KnownError("sync.offline")


def _alerts(error: ssl.SSLError) -> list[str]:
    """What an alert of the other side means; its name differs from one OpenSSL to another but for its end."""
    reason = (error.reason or "").upper().replace(" ", "_")
    return [code for end, code in _ALERTS.items() if "ALERT" in reason and reason.endswith(end)]


def _chain(error: BaseException | None) -> Any:
    """An error, and all that it was raised from or wraps."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]


def refusal_of(answer: Answer) -> KnownError:
    """The situation of an answer that is not the one that was asked for."""
    error = _stated(answer.body)
    if answer.status in _BUSY:
        return KnownError("sync.busy", retry_after=answer.retry_after)
    if error is None:
        if answer.status >= http.client.INTERNAL_SERVER_ERROR:
            return KnownError("sync.server_error", status=answer.status)
        return KnownError("sync.captive_portal")
    code = str(error.get("code"))
    if code in ("central.unknown_device", "central.retired"):
        return KnownError("sync.unknown_device")
    if code == "central.no_such_page" or answer.status == http.client.UPGRADE_REQUIRED:
        return KnownError("sync.too_old")
    return _known(code, error)


def _known(code: str, error: Mapping[str, Any]) -> KnownError:
    """The centre's own situation where this release has it, else its sentence as it stands."""
    situation, params = SITUATIONS.get(code), error.get("params")
    if situation and isinstance(params, dict) and situation.placeholders() <= params.keys():
        return KnownError(code, **{str(name): excerpt(str(value)) for name, value in params.items()})
    said = [excerpt(str(error.get(f"sentence_{language}", code))) for language in ("ar", "en")]
    return KnownError("sync.refused", reason=InBoth(*said))


def _stated(body: bytes) -> Mapping[str, Any] | None:
    """The error object of our own server; None for anything else."""
    with suppress(ValueError, RecursionError):
        plain = json.loads(body)
        error = plain.get("error") if isinstance(plain, dict) else None
        if isinstance(error, dict) and isinstance(error.get("code"), str):
            return error
    return None
