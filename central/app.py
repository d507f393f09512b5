"""The HTTP interface of the centre. Bodies are read raw, up to their limit (docs/protocol.md)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, Path, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from central import messages
from central.answers import add_error_answers
from central.apply import apply_all, apply_next
from central.applying import Applying
from central.attachment_routes import attachment_routes
from central.centre import Centre
from central.described import ERRORS, JSON, TAKEN, Bearer, Described, body_of, holding, signed
from central.device_logs import take_log
from central.enrol import enrol
from central.head import head_of
from central.heartbeats import MAX_HEARTBEAT_BYTES, take_heartbeat
from central.ingest import take_batch
from central.manifests import check_file, manifest_bytes
from central.months import MonthsAhead
from central.orders import orders_of
from central.outcomes import outcomes_of
from central.persons import take_persons
from central.readmission import readmit
from central.reconcile import take_claims
from central.renewals import renew
from central.safe import look
from central.safe_watch import SafeWatch
from central.sessions import MAX_REQUEST_BYTES, challenge, device_of, open_session
from central.tidy import Tidying, keep_house
from kiosk.core.errors import KnownError
from kiosk.core.wire.batch import MAX_PLAIN_BYTES, MEDIA_TYPE
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.claims import MAX_CLAIMS_BYTES
from kiosk.core.wire.codec import dump
from kiosk.core.wire.device_log import MAX_LOG_BYTES
from kiosk.core.wire.enrolment import MAX_REQUEST_BYTES as MAX_ENROLMENT_BYTES
from kiosk.core.wire.pki import pem_of
from kiosk.core.wire.renewal import MAX_RENEWAL_BYTES
from kiosk.core.wire.sealed_person import MAX_DELIVERY_BYTES

VERSION = "1"
PEM = "application/x-pem-file"
PACKED = "application/gzip"
BYTES = {"type": "string", "format": "binary"}
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""Nothing about requests leaves the server, whatever the environment says."""


def create_app(centre: Centre) -> FastAPI:
    """Build the application of a centre. Entries stored before a crash are applied when it starts."""

    tidying, months = Tidying(centre), MonthsAhead(centre.storage)

    def apply() -> int | None:
        chunk = apply_next(centre)
        if chunk is None:
            months.when_due(centre.now())
        return chunk

    applying, watch = Applying(apply), SafeWatch(lambda: look(centre))
    house = SafeWatch(lambda: keep_house(centre, tidying))

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(months.when_due, centre.now())
        await run_in_threadpool(apply_all, centre)
        applying.start()
        house.start()
        if centre.storage.is_postgres:
            watch.start()
        try:
            yield
        finally:
            await run_in_threadpool(house.stop)
            await run_in_threadpool(watch.stop)
            await run_in_threadpool(applying.stop)

    app = Described(
        title="Mobile centre kiosk: central server",
        version=VERSION,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        telemetry=NO_TELEMETRY,
        default_response_class=JSONResponse,
    )
    add_error_answers(app)
    _open_routes(app, centre)
    _device_routes(app, centre, applying)
    _restored_routes(app, centre)
    _session_routes(app, centre)
    attachment_routes(app, centre, _body)
    return app


def _open_routes(app: FastAPI, centre: Centre) -> None:
    """What anyone may ask."""

    @app.get("/health", summary="Whether the server answers", responses=ERRORS)
    def health() -> dict[str, bool]:
        return {"ok": True}

    @app.get(
        "/v1/ca",
        summary="The CA certificate, PEM: compare its code with the slip",
        responses={200: holding("the certificate", {"type": "string"}, PEM), **ERRORS},
        response_class=Response,
    )
    def ca() -> Response:
        return Response(pem_of(centre.keys.ca_der), media_type=PEM)

    @app.post(
        "/v1/enrol",
        summary="Enrol a device with a one-time number",
        openapi_extra=body_of("EnrolmentRequest", schema=messages.ENROLMENT_SENT),
        responses=signed("signed object `bundle`", messages.BUNDLE),
    )
    async def take_enrolment(request: Request) -> Response:
        return await _answered(centre, request, MAX_ENROLMENT_BYTES, lambda data: enrol(centre, data))

    @app.post(
        "/v1/renewal",
        summary="Renew the certificate of a device, also when it has run out",
        openapi_extra=body_of("signed object `renewal` by the device key", schema=messages.RENEWAL_SENT),
        responses=signed("the certificate, which the CA signed", messages.RENEWED),
    )
    async def take_renewal(request: Request) -> Response:
        return await _answered(centre, request, MAX_RENEWAL_BYTES, lambda data: renew(centre, data))

    @app.post(
        "/v1/challenge",
        summary="A text to sign for a session",
        responses=signed("Challenge", messages.CHALLENGE),
    )
    def draw_challenge() -> Response:
        return _json(canonical(dump(challenge(centre))))

    @app.post(
        "/v1/session",
        summary="Open a session for reading",
        openapi_extra=body_of("signed object `session` by the device key", schema=messages.SESSION_SENT),
        responses=signed("SessionToken", messages.TOKEN),
    )
    async def take_session(request: Request) -> Response:
        return await _answered(
            centre, request, MAX_REQUEST_BYTES, lambda data: canonical(dump(open_session(centre, data)))
        )


def _device_routes(app: FastAPI, centre: Centre, applying: Applying) -> None:
    """What devices hand over, each signed by the device itself."""

    @app.post(
        "/v1/journal",
        summary="Hand over a batch of the journal",
        openapi_extra=body_of("a batch: gzip of header line and entry lines", MEDIA_TYPE),
        responses={
            **signed("signed object `ack`", messages.ACKNOWLEDGEMENT),
            409: holding("`ack` with outcome gap or fork", messages.ACKNOWLEDGEMENT),
        },
    )
    async def take_journal(request: Request) -> Response:
        data = await _body(request, MAX_PLAIN_BYTES)
        taken = await run_in_threadpool(centre.storage.again, lambda: take_batch(centre, data))
        applying.soon(more=taken.more)
        return _json(taken.acknowledgement, 409 if taken.outcome in ("gap", "fork") else 200)

    @app.post(
        "/v1/persons",
        summary="Hand over sealed personal records",
        openapi_extra=body_of("signed object `persons` by the device key", schema=messages.PERSONS_SENT),
        responses=signed("signed object `persons-ack`", messages.PERSONS),
    )
    async def hand_persons(request: Request) -> Response:
        return await _answered(centre, request, MAX_DELIVERY_BYTES, lambda data: take_persons(centre, data))

    @app.post(
        "/v1/heartbeat",
        summary="Say what the device holds; get the signed time",
        openapi_extra=body_of("signed object `heartbeat` by the device key", schema=messages.HEARTBEAT_SENT),
        responses=signed("signed object `time`", messages.TIME),
    )
    async def beat(request: Request) -> Response:
        return await _answered(
            centre, request, MAX_HEARTBEAT_BYTES, lambda data: take_heartbeat(centre, data)
        )


def _restored_routes(app: FastAPI, centre: Centre) -> None:
    """What devices show a server that was restored, and what an order asked them for."""

    @app.post(
        "/v1/claims",
        summary="Show a restored server what it had signed for the device",
        openapi_extra=body_of("signed object `claims` by the device key", schema=messages.CLAIMS_SENT),
        responses=signed("{taken: true}", TAKEN),
    )
    async def claims(request: Request) -> Response:
        return await _answered(centre, request, MAX_CLAIMS_BYTES, lambda data: take_claims(centre, data))

    @app.post(
        "/v1/readmission",
        summary="Show a restored server that does not know the device how it was enrolled",
        openapi_extra=body_of(
            "signed object `readmission` by the device key", schema=messages.READMISSION_SENT
        ),
        responses=signed("{taken: true}", TAKEN),
    )
    async def readmission(request: Request) -> Response:
        return await _answered(centre, request, MAX_CLAIMS_BYTES, lambda data: readmit(centre, data))

    @app.post(
        "/v1/logs",
        summary="Hand over the technical log that an order asked for, sealed",
        openapi_extra=body_of("signed object `log` by the device key", schema=messages.LOG_SENT),
        responses=signed("{taken: true}", TAKEN),
    )
    async def logs(request: Request) -> Response:
        return await _answered(centre, request, MAX_LOG_BYTES, lambda data: take_log(centre, data))


def _session_routes(app: FastAPI, centre: Centre) -> None:
    """What a device reads with the token of its session."""
    again = centre.storage.again

    @app.get(
        "/v1/manifest",
        summary="What the device should hold",
        responses=signed("signed object `manifest`", messages.MANIFEST),
    )
    def manifest(authorization: Bearer = None) -> Response:
        return _json(again(lambda: manifest_bytes(centre, device_of(centre, authorization).code)))

    @app.get(
        "/v1/head",
        summary="Whether anything is new for the device",
        responses=signed("Head, signed for the nonce", messages.HEAD),
    )
    def head(n: Annotated[str, Query(pattern=r"^[0-9a-f]{16}$")], authorization: Bearer = None) -> Response:
        return _json(again(lambda: head_of(centre, device_of(centre, authorization), n)))

    @app.get(
        "/v1/outcomes",
        summary="Entries that wait at the centre",
        responses=signed("signed object `outcomes`", messages.OUTCOMES),
    )
    def outcomes(authorization: Bearer = None) -> Response:
        return _json(again(lambda: outcomes_of(centre, device_of(centre, authorization))))

    @app.get(
        "/v1/orders", summary="Orders to the device, each signed", responses=signed("Orders", messages.ORDERS)
    )
    def orders(authorization: Bearer = None) -> Response:
        return _json(again(lambda: orders_of(centre, device_of(centre, authorization).code)))

    @app.get(
        "/v1/files/{file}",
        summary="A file of the manifest, by the hash of its bytes; Range is served",
        responses={
            **ERRORS,
            200: holding("the whole file", BYTES, PACKED),
            206: holding("a part", BYTES, PACKED),
            416: {"description": "a part that it does not have"},
        },
        response_class=FileResponse,
    )
    def file(
        file: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], authorization: Bearer = None
    ) -> FileResponse:
        again(lambda: check_file(centre, device_of(centre, authorization), file))
        return FileResponse(centre.folder.files / file, media_type=PACKED)


async def _answered(centre: Centre, request: Request, limit: int, take: Callable[[bytes], bytes]) -> Response:
    """Answer a body; `take` gives the same for the same bytes, so it may be done again."""
    data = await _body(request, limit)
    return _json(await run_in_threadpool(centre.storage.again, lambda: take(data)))


async def _body(request: Request, limit: int) -> bytes:
    """Read a body, but never more than its limit. Raises KnownError `central.too_large`, `.cut_off`."""
    data = bytearray()
    try:
        async for piece in request.stream():
            data += piece
            if len(data) > limit:
                raise KnownError("central.too_large", limit=limit)
    except ClientDisconnect as error:
        raise KnownError("central.cut_off") from error
    return bytes(data)


def _json(data: bytes, status: int = 200) -> Response:
    return Response(data, status, media_type=JSON)
