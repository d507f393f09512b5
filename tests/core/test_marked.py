"""YAML that people write is read as text with its lines, and a mistake is named with file and line."""

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked, read_marked


def mistake(text: str) -> KnownError:
    with pytest.raises(KnownError) as caught:
        read_marked(text, "fees.yaml")
    assert caught.value.params["file"] == "fees.yaml"
    return caught.value


def test_every_value_knows_its_file_and_line() -> None:
    root = read_marked("# fees\nname: نظافة\nlines:\n  - a\n  - code: 7\n", "fees.yaml")
    assert root.map is not None
    lines = root.map["lines"]
    assert root.map["name"] == Marked("نظافة", "fees.yaml", 2)
    assert lines.items is not None
    assert (lines.line, [item.line for item in lines.items]) == (4, [4, 5])
    assert [found.text for found in root.walk() if found.text] == ["نظافة", "a", "7"]


def test_a_scalar_stays_as_it_was_typed() -> None:
    typed = ["010", "1.50", "yes", "null", "2026-01-05", "1_000", "0x1F", "~", "on"]
    root = read_marked("".join(f"- {word}\n" for word in typed), "f")
    assert [item.text for item in root.items or []] == typed


def test_each_value_is_of_one_shape_only() -> None:
    for text in ("word", "- a", "a: b"):
        value = read_marked(text, "f")
        assert [value.text, value.items, value.map].count(None) == 2


@pytest.mark.parametrize("text", ["", "\n\n", "# only a remark\n"])
def test_an_empty_file_is_an_empty_map(text: str) -> None:
    assert read_marked(text, "f").map == {}


def test_a_key_written_twice_is_named_with_its_second_line() -> None:
    error = mistake("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n")
    assert (error.code, error.params["line"], error.params["key"]) == ("yaml.duplicate_key", 5, "c")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n b: 2\n", 2),
        ("a: [1, 2\n", 2),
        ('a: "x\n', 2),
        ("a: 1\n\tb: 2\n", 2),
        ("- a\nb: 1\n", 2),
        ("a: b: c\n", 1),
        ("a: 1\n? [x, y]\n: 2\n", 2),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: *nobody\n", 1),
    ],
)
def test_what_cannot_be_understood_is_named_with_its_line(text: str, line: int) -> None:
    error = mistake(text)
    assert (error.code, error.params["line"]) == ("yaml.syntax", line)
    assert "fees.yaml" in error.sentence()


def test_a_control_character_is_a_mistake_of_the_file() -> None:
    assert mistake("a: \x01\n").code == "yaml.syntax"


def test_a_value_that_contains_itself_is_refused() -> None:
    assert mistake("a: &x\n  - *x\n").code == "yaml.syntax"


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x\n", "a: !!int 5\n", "a: !thing 5\n"])
def test_anchors_and_tags_are_refused(text: str) -> None:
    assert mistake(text).code == "yaml.syntax"


def test_a_short_file_cannot_grow_into_a_huge_value() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    assert mistake(bomb).code == "yaml.syntax"


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[" * 3000 + "]" * 3000, "- " * 3000 + "x", "{a: " * 900 + "}" * 900]
)
def test_a_file_nested_too_deeply_is_refused_and_does_not_end_the_process(text: str) -> None:
    assert mistake(text).code == "yaml.syntax"
