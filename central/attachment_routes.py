"""The routes by which scans come up: a subset of tus 1.0 (creation, checksum), within a session."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import FastAPI, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from central.attachments import Place, begin_upload, held_answer, place_of, take_piece
from central.centre import Centre
from central.described import ERRORS, JSON, Bearer, body_of, record, signed, signed_object
from central.sessions import device_of
from kiosk.core.attachments_upload import (
    MAX_METADATA,
    MAX_UPLOAD,
    OFFSET_MEDIA,
    PIECE,
    PURPOSE,
    TUS,
    ScanHeld,
    read_metadata,
)
from kiosk.core.errors import KnownError

PATH = "/v1/attachments"
_OFFSET = {"Upload-Offset": {"description": "bytes that are here", "schema": {"type": "string"}}}
Name = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="id of the upload")]
Whole = Annotated[int, Header(alias="Upload-Length", ge=1, le=MAX_UPLOAD)]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=MAX_UPLOAD)]
Checksum = Annotated[str, Header(alias="Upload-Checksum", description="`sha256 ` and base64")]
Said = Annotated[str, Header(alias="Upload-Metadata", max_length=MAX_METADATA)]
Nonce = Annotated[str, Query(pattern=r"^[0-9a-f]{32}$")]
ReadBody = Callable[[Request, int], Awaitable[bytes]]


def attachment_routes(app: FastAPI, centre: Centre, read_body: ReadBody) -> None:
    """Add them; `read_body` reads a raw body up to a limit."""
    again = centre.storage.again

    @app.post(
        PATH,
        summary="Begin the upload of a scan, or find how far it is",
        status_code=201,
        responses={201: {"description": "its address and how far it is", "headers": _OFFSET}, **ERRORS},
        response_class=Response,
    )
    def begin(length: Whole, said: Said, authorization: Bearer = None) -> Response:
        wish = read_metadata(said, length)
        place = again(lambda: begin_upload(centre, device_of(centre, authorization), wish))
        there = _place(place)
        there.headers["Location"] = f"{PATH}/{place.upload}"
        there.status_code = 201
        return there

    @app.head(
        f"{PATH}/{{upload}}",
        summary="How far an upload is",
        responses={200: {"description": "how far it is", "headers": _OFFSET}, "4XX": {"description": "none"}},
        response_class=Response,
    )
    def how_far(upload: Name, authorization: Bearer = None) -> Response:
        place = again(lambda: place_of(centre, device_of(centre, authorization), upload))
        answer = _place(place)
        answer.headers["Upload-Length"] = str(place.size)
        return answer

    @app.patch(
        f"{PATH}/{{upload}}",
        summary="Add a piece of a scan",
        status_code=204,
        openapi_extra=body_of("the sealed bytes from `Upload-Offset` on", OFFSET_MEDIA),
        responses={204: {"description": "how far it is now", "headers": _OFFSET}, **ERRORS},
        response_class=Response,
    )
    async def add(
        upload: Name, offset: Offset, checksum: Checksum, request: Request, authorization: Bearer = None
    ) -> Response:
        known = await run_in_threadpool(again, lambda: device_of(centre, authorization))
        if request.headers.get("content-type") != OFFSET_MEDIA:
            raise KnownError("central.bad_request")
        piece = await read_body(request, PIECE)
        place = await run_in_threadpool(
            again, lambda: take_piece(centre, known, upload, offset, checksum, piece)
        )
        return _place(place, 204)

    @app.get(
        f"{PATH}/{{upload}}",
        summary="That a scan is held whole, signed for the nonce",
        responses=signed("signed object `scan-held`", signed_object(PURPOSE, record(ScanHeld))),
    )
    def held(upload: Name, n: Nonce, authorization: Bearer = None) -> Response:
        answer = again(lambda: held_answer(centre, device_of(centre, authorization), upload, n))
        return Response(answer, media_type=JSON)


def _place(place: Place, status: int = 200) -> Response:
    """A 204 must be made as one: with the length of an empty body HAProxy 3 would not keep the line."""
    headers = {"Tus-Resumable": TUS, "Upload-Offset": str(place.offset), "Cache-Control": "no-store"}
    return Response(status_code=status, headers=headers)
