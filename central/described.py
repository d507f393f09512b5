"""The forms of messages as JSON schemas, taken from the very records that are read and written.

What a schema cannot say stands in docs/protocol.md: that the bytes are canonical, and who signed what.
"""

import re
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from fastapi import FastAPI, Request, Security
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from kiosk.core.errors import BugError
from kiosk.core.wire.codec import Free, Text, Whole

JSON = "application/json"
Schema = dict[str, Any]
Responses = dict[int | str, dict[str, Any]]

_UTC = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"}
_DAY = {"type": "string", "format": "date"}


def record(cls: type[Any]) -> Schema:
    """The JSON schema of a record of `kiosk.core.wire`: its fields, all of them and no others."""
    hints = get_type_hints(cls, include_extras=True)
    return _map_of({one.name: schema_of(hints[one.name]) for one in fields(cls)})


def signed_object(purpose: str, payload: Schema) -> Schema:
    """The JSON schema of a signed object of one purpose (docs/formats.md)."""
    return _map_of(
        {
            "v": {"type": "integer", "const": 1},
            "alg": {"type": "string", "const": "ed25519"},
            "purpose": {"type": "string", "const": purpose},
            "kid": {"type": "string", "pattern": "^[0-9a-f]{8}$"},
            "issued": _UTC,
            "expires": _UTC,
            "payload": payload,
            "sig": {"type": "string", "pattern": "^[0-9a-f]{128}$"},
        }
    )


@cache
def _shared(kind: Any) -> Schema:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _ruled(arguments[1])
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(one) for one in arguments]}
    if origin is tuple:
        return {"type": "array", "items": schema_of(arguments[0])}
    if is_dataclass(kind):
        assert isinstance(kind, type)
        return record(kind)
    return {bool: {"type": "boolean"}, datetime: _UTC, date: _DAY, type(None): {"type": "null"}}[kind]


def schema_of(kind: Any) -> Schema:
    """The JSON schema of the type of one field, as `kiosk.core.wire.codec` understands it."""
    return dict(_shared(kind))


def _ruled(rule: Text | Whole | Free) -> Schema:
    if isinstance(rule, Whole):
        return {"type": "integer", "minimum": rule.low, "maximum": rule.high}
    if isinstance(rule, Free):
        return {"type": "object"}
    if rule.pattern.flags & ~(re.ASCII | re.UNICODE):
        raise BugError(f"no JSON schema says {rule.pattern}")
    return {"type": "string", "pattern": f"^(?:{rule.pattern.pattern})$"}


def _map_of(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": sorted(properties),
        "additionalProperties": False,
    }


_LINE = {"type": "string"}
ERROR = _map_of(
    {
        "error": _map_of(
            {
                "code": {"type": "string", "pattern": r"^[a-z0-9_]+(\.[a-z0-9_]+)+$"},
                "params": {"type": "object", "additionalProperties": _LINE},
                **{
                    f"{part}_{language}": _LINE
                    for part in ("sentence", "remedy")
                    for language in ("ar", "en")
                },
            }
        )
    }
)
"""What every refusal says."""
_ERROR = {"$ref": "#/components/schemas/Error"}
TAKEN = _map_of({"taken": {"type": "boolean", "const": True}})
"""The answer that says only that it was taken."""


def holding(what: str, schema: Schema, media: str = JSON) -> dict[str, Any]:
    """How the description names an answer with content."""
    return {"description": what, "content": {media: {"schema": schema}}}


_RETRY = {"Retry-After": {"description": "seconds", "required": True, "schema": {"type": "string"}}}
ERRORS: Responses = {
    "4XX": holding("why it was refused, in both languages", _ERROR),
    503: {**holding("busy, or out of space; nothing was taken", _ERROR), "headers": _RETRY},
}


def body_of(what: str, media: str = JSON, schema: Schema | None = None) -> dict[str, Any]:
    """How the description names a raw body."""
    plain = {"type": "object"} if media == JSON else {"type": "string", "format": "binary"}
    content = {media: {"schema": schema or plain}}
    return {"requestBody": {"required": True, "content": content, "description": what}}


def signed(what: str, schema: Schema | None = None) -> Responses:
    """How the description names a good answer in JSON, and errors."""
    return {200: holding(what, schema or {"type": "object"}), **ERRORS}


class Described(FastAPI):
    """An application whose description holds the form of its errors once."""

    def openapi(self) -> dict[str, Any]:
        """The description of all routes."""
        whole = super().openapi()
        whole.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
        return whole


class _Token(SecurityBase):
    """The token of `/v1/session`; whether it is one, `central.sessions.device_of` says."""

    def __init__(self) -> None:
        self.model = HTTPBearer(description="Token of /v1/session")
        self.scheme_name = "session"

    async def __call__(self, request: Request) -> str | None:
        return request.headers.get("authorization")


Bearer = Annotated[str | None, Security(_Token())]
"""The header `Authorization` of a request, if it has one."""
