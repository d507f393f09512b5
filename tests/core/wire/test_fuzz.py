"""Whatever bytes come in, a decoder reads them or says what is wrong: KnownError, and nothing else."""

import ast
import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from tests.core.wire.decoders import DECODERS, NOT_DECODERS
from tests.core.wire.decoding import Decoder
from tests.quality.tree import ROOT

VERBS = ("answer_", "check_", "claimed_", "glance", "manifest_device", "open_", "parse_", "read_", "un")
"""How the name of a function begins that judges what came from outside."""
NAMED = ("content", "data", "der", "packed", "sealed", "typed")
"""What the first argument of such a function is called."""
EXAMPLES = [10, pytest.param(3000, marks=pytest.mark.long)]

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(st.characters(), max_size=12)
    | st.sampled_from(["", "\x00", "\ud800", "0" * 5000, "9999-99-99T99:99:99.999Z", "e\u0301", "ff" * 40]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=6), below, max_size=3),
    max_leaves=6,
)


def bounded(examples: int) -> settings:
    return settings(max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None)


def feed(decoder: Decoder, data: bytes) -> None:
    with suppress(KnownError):
        decoder.read(data)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in plain JSON that can be changed: what holds it, and its key there."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from places(value[key])


def changed(draw: st.DrawFn, value: Any) -> Any:
    """The value with one place exchanged, left out or doubled."""
    whole = [copy.deepcopy(value)]
    holder, key = draw(st.sampled_from(list(places(whole))))
    act = draw(st.sampled_from(["exchange", "leave out", "add"]))
    if act == "exchange" or holder is whole:
        holder[key] = draw(plain)
    elif act == "leave out":
        del holder[key]
    elif isinstance(holder, dict):
        holder[draw(st.text(max_size=6))] = draw(plain)
    else:
        holder.append(holder[key])
    return whole[0]


@st.composite
def broken(draw: st.DrawFn, valid: bytes) -> bytes:
    """A valid message cut off, or with a byte changed, left out, put in, or a stretch repeated."""
    at = draw(st.integers(0, len(valid)))
    act = draw(st.sampled_from(["cut", "change", "leave out", "put in", "repeat"]))
    if act == "cut":
        return valid[:at]
    if act == "repeat":
        return valid[:at] + valid[at // 2 :]
    byte = draw(st.binary(min_size=1, max_size=1))
    return valid[:at] + (b"" if act == "leave out" else byte) + valid[at + (act != "put in") :]


@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize("name", DECODERS)
def test_a_decoder_says_what_is_wrong_with_whatever_bytes(name: str, examples: int) -> None:
    decoder = DECODERS[name]
    made_up = st.binary(max_size=300) | plain.map(lambda value: json.dumps(value).encode())

    @bounded(examples)
    @given(made_up | broken(decoder.valid))
    def each(data: bytes) -> None:
        feed(decoder, data)

    each()


@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize("name", [name for name, one in DECODERS.items() if one.wrap])
def test_what_is_rightly_enclosed_but_of_another_form_is_told_too(name: str, examples: int) -> None:
    decoder = DECODERS[name]
    assert decoder.wrap

    @bounded(examples)
    @given(st.data())
    def each(data: st.DataObject) -> None:
        inside = (
            data.draw(broken(decoder.plain) | st.binary(max_size=100))
            if isinstance(decoder.plain, bytes)
            else data.draw(st.composite(changed)(decoder.plain))
        )
        assert decoder.wrap
        try:
            wrapped = decoder.wrap(inside)
        except BugError:  # what has no canonical form is never signed
            return
        feed(decoder, wrapped)

    each()


@pytest.mark.parametrize("name", DECODERS)
def test_the_example_of_a_decoder_is_read(name: str) -> None:
    decoder = DECODERS[name]
    decoder.read(decoder.valid)
    if decoder.wrap:
        decoder.read(decoder.wrap(decoder.plain))


def could_decode(function: ast.FunctionDef) -> bool:
    first = function.args.args[0].arg if function.args.args else ""
    made = function.returns is not None and ast.unparse(function.returns) == "NoReturn"
    return (
        not function.name.startswith("_") and not made and (function.name.startswith(VERBS) or first in NAMED)
    )


def test_every_decoder_is_fuzzed() -> None:
    known = {name.partition(" ")[0] for name in DECODERS} | NOT_DECODERS.keys()
    found = {
        f"{file.stem}.{one.name}"
        for file in sorted((ROOT / "kiosk" / "core" / "wire").glob("*.py"))
        for one in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(one, ast.FunctionDef) and could_decode(one)
    }
    assert sorted(found - known) == [], "name them in tests/core/wire/decoders.py"
