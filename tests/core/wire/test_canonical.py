"""One value, one byte form: RFC 8785, with the limits of our formats."""

import unicodedata

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import MAX_DEPTH, MAX_INT, canonical, nfc, parse_canonical

texts = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
scalars = st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | texts
values = st.recursive(
    scalars,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(texts, below, max_size=4),
    max_leaves=15,
)


@settings(max_examples=200)
@given(values)
@example({"\U0001f600": 1, "\ufffd": 2, "\u05d1": 3})
@example([{"\U0001f600": 1, "\ufffd": 2}, {"a": 1}])
@example({'\x00\x1f\x7f"\\/\n': "\u2028é€😂"})
def test_bytes_are_those_of_the_standard_and_read_back_the_same(value: object) -> None:
    data = canonical(value)
    assert data == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert parse_canonical(data) == value


@settings(max_examples=300)
@given(st.binary(max_size=80) | st.text('{}[]",:0123456789.-+eEtrufalsn\\ \u0300a').map(str.encode))
@example(b"[" * 100_000)
@example(b'{"a":' * 5_000)
@example(b"9" * 5_000)
@example(b"\xef\xbb\xbf{}")
@example(b'"\\ud800"')
def test_whatever_the_bytes_the_answer_is_a_value_or_a_known_error(data: bytes) -> None:
    try:
        value = parse_canonical(data)
    except KnownError:
        return
    assert canonical(value) == data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":1.5}', "wire.bad_number"),
        (b'{"a":1e3}', "wire.bad_number"),
        (b'{"a":NaN}', "wire.bad_number"),
        (b'{"a":-Infinity}', "wire.bad_number"),
        (b'{"a":9007199254740992}', "wire.bad_number"),
        (b'{"a":-9007199254740992}', "wire.bad_number"),
        (b'{"a":1,"a":1}', "wire.duplicate_key"),
        (b'{"b":1,"a":1}', "wire.not_canonical"),
        (b'{"a": 1}', "wire.not_canonical"),
        (b'{"a":1}\n', "wire.not_canonical"),
        (b'{"a":-0}', "wire.not_canonical"),
        (b'{"a":"\\u0041"}', "wire.not_canonical"),
        (b'{"a":"\\/"}', "wire.not_canonical"),
        ('{"a":"e\u0301"}'.encode(), "wire.not_nfc"),
        ('{"e\u0301":1}'.encode(), "wire.not_nfc"),
        (b'{"a":"\\ud800"}', "wire.bad_text"),
        (b'{"a":"\xff"}', "wire.not_json"),
        (b'{"a":1', "wire.not_json"),
        (b"", "wire.not_json"),
        (b"[" * 40 + b"]" * 40, "wire.too_deep"),
        (b'"' + b"a" * 100 + b'"', "wire.too_large"),
    ],
)
def test_each_fault_has_its_own_name(data: bytes, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        parse_canonical(data, max_bytes=90)
    assert caught.value.code == code


def nested(depth: int) -> list[object]:
    value: list[object] = []
    for _ in range(depth - 1):
        value = [value]
    return value


def test_the_limits_themselves_are_allowed() -> None:
    for value in (nested(MAX_DEPTH), MAX_INT, -MAX_INT):
        assert parse_canonical(canonical(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        [{"\U0001f600": 1}, "e\u0301"],
        nested(MAX_DEPTH + 1),
        MAX_INT + 1,
        float(1),
        {1: 2},
        {"a": b"x"},
        "e\u0301",
        "\ud800",
        {"\ud800": 1},
        {"a": {1}},
    ],
    ids=repr,
)
def test_a_value_without_canonical_form_is_our_bug(value: object) -> None:
    with pytest.raises(BugError):
        canonical(value)


def test_text_typed_with_loose_marks_is_composed_everywhere() -> None:
    assert nfc({"e\u0301": ["ا\u0654", 1, None, ("e\u0301",)]}) == {"é": ["أ", 1, None, ["é"]]}
