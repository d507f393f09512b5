"""One rule as text: what it means, and that nonsense only ever gives the one error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.core.fees.expression import Call, Names, Range, Word, parse_rule
from kiosk.core.fees.rules import KEYS, Shape
from kiosk.core.marked import Marked


def parsed(text: str) -> Call:
    return parse_rule(Marked(text, "rules.yaml", 7))


def test_a_name_alone_is_a_rule() -> None:
    call = parsed("FREE")
    assert (call.name, call.values, dict(call.keys)) == ("FREE", (), {})


def test_values_come_before_keys() -> None:
    call = parsed("RANGE(low..high, schedule=fees, by=[place, kind], when=place:city)")
    assert call.values == (Range("low", "high"),)
    assert call.keys == {
        "schedule": Word("fees"),
        "by": Names(("place", "kind")),
        "when": Word("place", "city"),
    }


def test_limits_may_have_no_lower_end_and_spaces_do_not_matter() -> None:
    assert parsed(" FIXED ( a ,limits = .. high ) ").keys == {"limits": Range(None, "high")}


def test_a_service_code_is_a_name() -> None:
    assert parsed("SAME_AS(BLD-03)").values == (Word("BLD-03"),)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", "…"),
        ("FIXED(", "…"),
        ("FIXED(a", "…"),
        ("FIXED(a))", ")"),
        ("FIXED(a b)", "b"),
        ("FIXED(by=place, a)", "a"),
        ("FIXED(a, by=x, by=y)", "by"),
        ("FIXED(12.50)", "12.50)"),
        ("FIXED(a) + STAMPS(b)", "+ STAMPS(b)"),
        ("FIXED(by=[a,])", "]"),
        ("(a)", "("),
        ("FIXED(a=)", ")"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, at: str) -> None:
    with pytest.raises(KnownError) as caught:
        parsed(text)
    assert caught.value.code == "fees.rule_syntax"
    assert caught.value.params["at"] == at
    assert (caught.value.params["file"], caught.value.params["line"]) == ("rules.yaml", 7)


def test_a_list_is_no_rule() -> None:
    with pytest.raises(KnownError, match="rule_syntax"):
        parse_rule(Marked([], "rules.yaml", 1))


_PIECES = st.sampled_from(
    [*Shape, *KEYS, "(", ")", ",", "=", "..", ":", "[", "]", " ", "place", "+", "٥", "\u2067", "12"]
)


@settings(max_examples=300)
@given(st.text(max_size=60) | st.lists(_PIECES, max_size=16).map("".join))
def test_any_text_is_a_call_or_a_known_error(text: str) -> None:
    try:
        said = parsed(text).name
    except KnownError as error:
        said = error.code
    assert said in (*text.replace("(", " ").split(), "fees.rule_syntax")
