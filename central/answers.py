"""Turns known errors into answers: a status and JSON with code and sentences. Never an unexplained 500."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from kiosk.core.errors import Kind, KnownError, error_payload

log = logging.getLogger("central")

_BY_KIND = {
    Kind.INPUT: HTTPStatus.BAD_REQUEST,
    Kind.REFUSED: HTTPStatus.FORBIDDEN,
    Kind.ENVIRONMENT: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.DAMAGED: HTTPStatus.BAD_REQUEST,
}
CHECKSUM_MISMATCH = 460
"""Of tus 1.0."""
_BY_CODE: dict[str, int] = {
    "batch.too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "wire.too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "central.too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "central.unknown_device": HTTPStatus.NOT_FOUND,
    "central.no_such_file": HTTPStatus.NOT_FOUND,
    "attachment.no_upload": HTTPStatus.NOT_FOUND,
    "attachment.other_offset": HTTPStatus.CONFLICT,
    "attachment.unfinished": HTTPStatus.CONFLICT,
    "attachment.erased": HTTPStatus.GONE,
    "attachment.bad_checksum": CHECKSUM_MISMATCH,
    "protocol.other_version": HTTPStatus.UPGRADE_REQUIRED,
    "session.none": HTTPStatus.UNAUTHORIZED,
    "session.over": HTTPStatus.UNAUTHORIZED,
    "session.stale_challenge": HTTPStatus.UNAUTHORIZED,
    "signed.bad_signature": HTTPStatus.FORBIDDEN,
    "signed.unknown_key": HTTPStatus.FORBIDDEN,
    "central.bad_signature": HTTPStatus.FORBIDDEN,
    "enrol.used": HTTPStatus.CONFLICT,
    "enrol.stream_known": HTTPStatus.CONFLICT,
    "enrol.expired": HTTPStatus.GONE,
}
RETRY_AFTER_S = 5


def answer_error(error: KnownError) -> JSONResponse:
    """The answer for a known error. Where the store of scans is, and what ails it, is for the centre's own
    people: the log has it, devices hear `scans.later`.
    """
    if error.code.startswith("scans."):
        log.warning("scans: %s", error.sentence("en"))
        error = KnownError("scans.later")
    status = _BY_CODE.get(error.code, _BY_KIND[error.situation.kind])
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse({"error": error_payload(error)}, status, headers)


def add_error_answers(app: FastAPI) -> None:
    """Let the application answer every error in the one form."""

    @app.exception_handler(KnownError)
    async def _known(_request: Request, error: KnownError) -> JSONResponse:
        return answer_error(error)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        known = KnownError("central.no_such_page")
        return JSONResponse({"error": error_payload(known)}, error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, _error: RequestValidationError) -> JSONResponse:
        return answer_error(KnownError("central.bad_request"))

    @app.exception_handler(Exception)
    async def _bug(_request: Request, error: Exception) -> JSONResponse:
        log.exception("a fault of the server", exc_info=error)
        return JSONResponse({"error": error_payload(KnownError("central.bug"))}, 500)

    @app.exception_handler(DataError)
    async def _unstorable(_request: Request, error: DataError) -> JSONResponse:
        """A text with a zero byte, a number beyond 64 bits: of the agreed form, but nothing keeps it."""
        log.warning("database: %s", error.orig)
        return answer_error(KnownError("central.bad_request"))
