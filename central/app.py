"""The HTTP interface of the centre. Bodies are read raw, up to their limit (docs/protocol.md)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar

from fastapi import FastAPI, Header, Path, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from central.answers import add_error_answers
from central.apply import apply_all, apply_next
from central.applying import Applying
from central.centre import Centre
from central.device_logs import take_log
from central.enrol import enrol
from central.head import head_of
from central.heartbeats import MAX_HEARTBEAT_BYTES, take_heartbeat
from central.ingest import take_batch
from central.manifests import check_file, manifest_bytes
from central.orders import orders_of
from central.outcomes import outcomes_of
from central.persons import take_persons
from central.readmission import readmit
from central.reconcile import take_claims
from central.sessions import MAX_REQUEST_BYTES, challenge, device_of, open_session
from kiosk.core.errors import KnownError
from kiosk.core.wire.batch import MAX_PLAIN_BYTES, MEDIA_TYPE
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.claims import MAX_CLAIMS_BYTES
from kiosk.core.wire.codec import dump
from kiosk.core.wire.device_log import MAX_LOG_BYTES
from kiosk.core.wire.enrolment import MAX_REQUEST_BYTES as MAX_ENROLMENT_BYTES
from kiosk.core.wire.pki import pem_of
from kiosk.core.wire.sealed_person import MAX_DELIVERY_BYTES

VERSION = "1"
JSON = "application/json"
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""Nothing about requests leaves the server, whatever the environment says."""
T = TypeVar("T")


def body_of(what: str, media: str = JSON) -> dict[str, Any]:
    """How the interface's description names a raw body."""
    schema = {"type": "string", "format": "binary"} if media != JSON else {"type": "object"}
    return {"requestBody": {"required": True, "content": {media: {"schema": schema}}, "description": what}}


def signed(what: str) -> dict[int | str, dict[str, Any]]:
    """How the description names a signed answer, and errors."""
    return {200: {"description": what, "content": {JSON: {"schema": {"type": "object"}}}}, **ERRORS}


ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "{error: {code, params, sentence_ar, sentence_en, remedy_ar, remedy_en}}",
        "content": {JSON: {"schema": {"type": "object"}}},
    }
}
Bearer = Annotated[str | None, Header(alias="Authorization", description="Bearer token of /v1/session")]


def create_app(centre: Centre) -> FastAPI:
    """Build the application of a centre. Entries stored before a crash are applied when it starts."""

    applying = Applying(lambda: apply_next(centre))

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(apply_all, centre)
        applying.start()
        try:
            yield
        finally:
            await run_in_threadpool(applying.stop)

    app = FastAPI(
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
    return app


def _open_routes(app: FastAPI, centre: Centre) -> None:
    """What anyone may ask."""

    @app.get("/health", summary="Whether the server answers", responses=ERRORS)
    def health() -> dict[str, bool]:
        return {"ok": True}

    @app.get("/v1/ca", summary="The CA certificate, PEM: compare its code with the slip", responses=ERRORS)
    def ca() -> Response:
        return Response(pem_of(centre.keys.ca_der), media_type="application/x-pem-file")

    @app.post(
        "/v1/enrol",
        summary="Enrol a device with a one-time number",
        openapi_extra=body_of("EnrolmentRequest"),
        responses=signed("signed object `bundle`"),
    )
    async def take_enrolment(request: Request) -> Response:
        return await _answered(centre, request, MAX_ENROLMENT_BYTES, lambda data: enrol(centre, data))

    @app.post("/v1/challenge", summary="A text to sign for a session", responses=signed("Challenge"))
    def draw_challenge() -> Response:
        return _json(canonical(dump(challenge(centre))))

    @app.post(
        "/v1/session",
        summary="Open a session for reading",
        openapi_extra=body_of("signed object `session` by the device key"),
        responses=signed("SessionToken"),
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
        responses={**signed("signed object `ack`"), 409: {"description": "`ack` with outcome gap or fork"}},
    )
    async def take_journal(request: Request) -> Response:
        data = await _body(request, MAX_PLAIN_BYTES)
        taken = await run_in_threadpool(centre.storage.again, lambda: take_batch(centre, data))
        applying.soon(more=taken.more)
        return _json(taken.acknowledgement, 409 if taken.outcome in ("gap", "fork") else 200)

    @app.post(
        "/v1/persons",
        summary="Hand over sealed personal records",
        openapi_extra=body_of("signed object `persons` by the device key"),
        responses=signed("signed object `persons-ack`"),
    )
    async def hand_persons(request: Request) -> Response:
        return await _answered(centre, request, MAX_DELIVERY_BYTES, lambda data: take_persons(centre, data))

    @app.post(
        "/v1/heartbeat",
        summary="Say what the device holds; get the signed time",
        openapi_extra=body_of("signed object `heartbeat` by the device key"),
        responses=signed("signed object `time`"),
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
        openapi_extra=body_of("signed object `claims` by the device key"),
        responses=signed("{taken: true}"),
    )
    async def claims(request: Request) -> Response:
        return await _answered(centre, request, MAX_CLAIMS_BYTES, lambda data: take_claims(centre, data))

    @app.post(
        "/v1/readmission",
        summary="Show a restored server that does not know the device how it was enrolled",
        openapi_extra=body_of("signed object `readmission` by the device key"),
        responses=signed("{taken: true}"),
    )
    async def readmission(request: Request) -> Response:
        return await _answered(centre, request, MAX_CLAIMS_BYTES, lambda data: readmit(centre, data))

    @app.post(
        "/v1/logs",
        summary="Hand over the technical log that an order asked for, sealed",
        openapi_extra=body_of("signed object `log` by the device key"),
        responses=signed("{taken: true}"),
    )
    async def logs(request: Request) -> Response:
        return await _answered(centre, request, MAX_LOG_BYTES, lambda data: take_log(centre, data))


def _session_routes(app: FastAPI, centre: Centre) -> None:
    """What a device reads with the token of its session."""
    again = centre.storage.again

    @app.get(
        "/v1/manifest", summary="What the device should hold", responses=signed("signed object `manifest`")
    )
    def manifest(authorization: Bearer = None) -> Response:
        return _json(again(lambda: manifest_bytes(centre, device_of(centre, authorization).code)))

    @app.get(
        "/v1/head",
        summary="Whether anything is new for the device",
        responses=signed("Head, signed for the nonce"),
    )
    def head(n: Annotated[str, Query(pattern=r"^[0-9a-f]{16}$")], authorization: Bearer = None) -> Response:
        return _json(again(lambda: head_of(centre, device_of(centre, authorization), n)))

    @app.get(
        "/v1/outcomes",
        summary="Entries that wait at the centre",
        responses=signed("signed object `outcomes`"),
    )
    def outcomes(authorization: Bearer = None) -> Response:
        return _json(again(lambda: outcomes_of(centre, device_of(centre, authorization))))

    @app.get("/v1/orders", summary="Orders to the device, each signed", responses=signed("Orders"))
    def orders(authorization: Bearer = None) -> Response:
        return _json(again(lambda: orders_of(centre, device_of(centre, authorization).code)))

    @app.get(
        "/v1/files/{file}",
        summary="A file of the manifest, by the hash of its bytes; Range is served",
        responses={**ERRORS, 206: {"description": "a part"}},
        response_class=FileResponse,
    )
    def file(
        file: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], authorization: Bearer = None
    ) -> FileResponse:
        again(lambda: check_file(centre, device_of(centre, authorization), file))
        return FileResponse(centre.folder.files / file, media_type="application/gzip")


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
