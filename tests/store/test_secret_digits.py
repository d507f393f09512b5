"""Secret numbers: fourteen generated digits, or chosen ones where a chip counts the tries."""

from collections import Counter

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.weak_numbers import Chosen, weakness
from kiosk.secret_number_files import read_weak_rules, shipped_weak_rules
from kiosk.store.secret_digits import (
    GENERATED,
    HARDWARE_PIN,
    choose_secret,
    generate_secret,
    read_secret,
)


def test_a_generated_secret_has_fourteen_digits_in_three_groups_and_is_never_the_same() -> None:
    made = [generate_secret() for _ in range(300)]
    assert len({one.digits for one in made}) == 300
    for one in made:
        groups = one.grouped().split("-")
        assert [len(group) for group in groups] == [4, 5, 5]
        assert "".join(groups).encode() == one.digits
    first = Counter(one.digits[:1] for one in made)
    assert len(first) == 10


@pytest.mark.parametrize(
    "typed",
    [
        "01234567890123",
        "0123 45678 90123",
        "0123-45678-90123",
        "٠١٢٣٤٥٦٧٨٩٠١٢٣",
        "۰۱۲۳۴۵۶۷۸۹۰۱۲۳",
        "\u200f٠١٢٣ 45678-90123\u200e ",
    ],
)
def test_western_and_arabic_digits_are_the_same_number(typed: str) -> None:
    assert read_secret(typed, GENERATED).digits == b"01234567890123"


@pytest.mark.parametrize("typed", ["", "   ", "٠١٢٣x", "½", "²³", "abc", "12345678901a34"])
def test_what_is_not_digits_is_named(typed: str) -> None:
    with pytest.raises(KnownError) as caught:
        read_secret(typed, GENERATED)
    assert caught.value.code == "secret.not_digits"


def test_a_wrong_length_says_how_many_are_missing() -> None:
    with pytest.raises(KnownError) as caught:
        read_secret("1234567890123", GENERATED)
    assert caught.value.code == "secret.length"
    assert caught.value.sentence("en") == "13 digits were typed, 14 are needed."


def test_without_hardware_nobody_chooses_his_own() -> None:
    with pytest.raises(KnownError) as caught:
        choose_secret("73910462857103", GENERATED)
    assert caught.value.code == "secret.generated_only"


@pytest.mark.parametrize(
    ("weak", "reason"),
    [
        ("123456", "equal steps"), ("654321", "equal steps"), ("901234", "equal steps"),
        ("135791", "equal steps"), ("111111", "equal steps"), ("121122", "one or two digits"),
        ("123123", "repeats"), ("778855", "repeats"), ("445566778899", "repeats"), ("452254", "backwards"),
        ("147852", "a shape on the pad"), ("258963", "a shape on the pad"),
        ("310585", "a date"), ("850531", "a date"), ("31051985", "a date"), ("19850531", "a date"),
        ("198573", "a whole year"), ("732011", "a whole year"), ("159753", "many people"),
    ],
)  # fmt: skip
def test_numbers_that_are_guessed_first_are_refused_with_the_reason(weak: str, reason: str) -> None:
    with pytest.raises(KnownError) as caught:
        choose_secret(weak, HARDWARE_PIN)
    assert caught.value.code == "secret.weak"
    assert reason in caught.value.sentence("en")
    assert "سهل التخمين" in caught.value.sentence("ar")


def test_a_part_of_his_own_numbers_is_refused() -> None:
    personal = ["+20 100 483 7265", "٢٩٨٠٧١٤٢١٠٢٥٩٤"]
    for weak in ("837265", "142102"):
        choose_secret(weak, HARDWARE_PIN)
        with pytest.raises(KnownError) as caught:
            choose_secret(weak, HARDWARE_PIN, personal)
        assert "رقمك القومي" in caught.value.sentence("ar")


def test_the_staff_code_is_refused_within_the_number_but_not_two_digits_of_it() -> None:
    assert choose_secret("482913", HARDWARE_PIN, staff="TEL-29")
    with pytest.raises(KnownError) as caught:
        choose_secret("482913", HARDWARE_PIN, staff="TEL-829")
    assert "كود الموظف" in caught.value.sentence("ar")


@pytest.mark.parametrize("good", ["739104", "60481593", "482915730164"])
def test_other_numbers_may_be_chosen(good: str) -> None:
    assert choose_secret(good, HARDWARE_PIN).digits == good.encode()


@pytest.mark.parametrize("wrong", ["73910", "7391046285714"])
def test_a_chosen_number_has_six_to_twelve_digits(wrong: str) -> None:
    with pytest.raises(KnownError) as caught:
        choose_secret(wrong, HARDWARE_PIN)
    assert caught.value.code == "secret.length"
    assert caught.value.params["wanted"] == "6–12"


def test_few_numbers_are_refused_so_that_the_rest_is_hard_to_guess() -> None:
    rules = shipped_weak_rules()
    refused = sum(weakness(Chosen(f"{number:06d}"), rules) is not None for number in range(0, 1_000_000, 31))
    assert refused * 31 < 110_000


def test_where_a_chip_counts_tries_the_program_draws_eight_digits_that_it_would_not_refuse() -> None:
    made = [generate_secret(HARDWARE_PIN).digits.decode() for _ in range(200)]
    assert {len(one) for one in made} == {8}
    for one in made:
        assert choose_secret(one, HARDWARE_PIN).grouped() == f"{one[:3]}-{one[3:6]}-{one[6:]}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("rules:\n  - kind: horoscope\n    ar: أ\n    en: a\n", 2),
        ("rules:\n  - kind: step\n    ar: أ\n", 2),
        ("rules:\n  - kind: few\n    ar: أ\n    en: a\n", 2),
        ("rules:\n  - kind: few\n    ar: أ\n    en: a\n    most: two\n", 5),
        ("rules:\n  - kind: listed\n    ar: أ\n    en: a\n    numbers: [12x]\n", 5),
        ('rules:\n  - kind: step\n    ar: أ\n    en: a\n    most: "2"\n', 2),
    ],
)
def test_a_mistake_in_the_list_is_named_with_its_line(text: str, line: int) -> None:
    with pytest.raises(KnownError) as caught:
        read_weak_rules(text, "list.yaml")
    assert caught.value.code == "secret.bad_rules"
    assert caught.value.params["line"] == line
