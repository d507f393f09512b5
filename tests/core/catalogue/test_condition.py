"""Conditions: what they mean, what cannot be read, and that the unknown is never guessed."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.catalogue.condition import Combination, Comparison, ConditionError, Node, read_condition


@pytest.mark.parametrize(
    ("text", "facts", "holds"),
    [
        ("place = city", {"place": "city"}, True),
        ("place = city", {"place": "village"}, False),
        ("place != city", {"place": "village"}, True),
        ("place != city", {"place": "city"}, False),
        ("kind in (shop, kiosk)", {"kind": "kiosk"}, True),
        ("kind in (shop, kiosk)", {"kind": "stall"}, False),
        ("a = yes and b = yes", {"a": "yes", "b": "yes"}, True),
        ("a = yes and b = yes", {"a": "yes", "b": "no"}, False),
        ("a = yes or b = yes", {"b": "yes"}, True),
        ("a = yes or b = yes and c = yes", {"a": "yes"}, True),
        ("(a = yes or b = yes) and c = yes", {"a": "yes"}, False),
        ("a=yes", {"a": "yes"}, True),
        ("governorate = 02", {"governorate": "02"}, True),
    ],
)
def test_a_condition_means_what_it_says(text: str, facts: dict[str, str], holds: bool) -> None:
    assert read_condition(text).holds(facts) is holds


@pytest.mark.parametrize("text", ["a = yes", "a != yes", "a in (yes, no)", "a != yes and b = no"])
def test_what_is_not_answered_makes_a_comparison_false(text: str) -> None:
    assert not read_condition(text).holds({"b": "no"})


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("", ""),
        ("place", "place"),
        ("place city", "city"),
        ("place = ", "place ="),
        ("place = city village", "village"),
        ("place = city and", "place = city and"),
        ("and = city", "and = city"),
        ("(place = city", "(place = city"),
        ("place = city)", ")"),
        ("kind in shop", "shop"),
        ("kind in ()", ")"),
        ("kind in (a b)", "b)"),
        ("place = مدينة", "مدينة"),
        ("place == city", "= city"),
        ("(" * 40 + "a = b" + ")" * 40, None),
    ],
)
def test_a_condition_that_cannot_be_read_says_where(text: str, rest: str | None) -> None:
    with pytest.raises(ConditionError) as caught:
        read_condition(text)
    if rest is not None:
        assert caught.value.rest == rest


NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.sampled_from(["yes", "no", "x-1"])
COMPARISONS = st.builds(Comparison, NAMES, st.lists(VALUES, min_size=1, max_size=1).map(tuple), st.booleans())
NODES: st.SearchStrategy[Node] = st.recursive(
    COMPARISONS,
    lambda below: st.builds(
        Combination, st.sampled_from(["and", "or"]), st.lists(below, min_size=2, max_size=3).map(tuple)
    ),
    max_leaves=6,
)


def written(node: Node) -> str:
    if isinstance(node, Comparison):
        return f"{node.name} {'!=' if node.negated else '='} {node.values[0]}"
    return "(" + f" {node.word} ".join(written(part) for part in node.parts) + ")"


@given(NODES, st.dictionaries(NAMES, VALUES))
@settings(max_examples=60)
def test_a_condition_written_and_read_again_holds_alike(node: Node, facts: dict[str, str]) -> None:
    condition = read_condition(written(node))
    assert condition.holds(facts) is node.holds(facts)
    assert read_condition(condition.text) == condition
    assert {one.name for one in condition.comparisons()} <= {"a", "b", "c"}


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ConditionError):
        assert read_condition(text).text == " ".join(text.split())


def test_two_conditions_joined_must_both_hold() -> None:
    both = read_condition("a = yes or b = yes").and_also(read_condition("c = no"))
    assert both.holds({"a": "yes", "c": "no"})
    assert not both.holds({"a": "yes"})
    assert read_condition("a = yes").and_also(None) == read_condition("a = yes")
