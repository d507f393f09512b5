"""Secret numbers: fourteen generated digits, or chosen ones where a chip counts the tries."""

from collections import Counter

import pytest

from kiosk.core.errors import KnownError
from kiosk.store.secret_digits import (
    GENERATED,
    HARDWARE_PIN,
    choose_secret,
    generate_secret,
    is_weak,
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
    "weak",
    [
        "123456", "654321", "901234", "135791", "111111", "121212", "123123", "112233", "446644", "310585",
        "850531", "31051985", "19850531", "147258", "12344321", "1212121212",
    ],
)  # fmt: skip
def test_numbers_that_are_guessed_first_are_refused(weak: str) -> None:
    assert is_weak(weak)
    with pytest.raises(KnownError) as caught:
        choose_secret(weak, HARDWARE_PIN)
    assert caught.value.code == "secret.weak"


def test_a_part_of_his_own_numbers_is_refused() -> None:
    personal = ["+20 100 483 7265", "٢٩٨٠٧١٤٢١٠٢٥٩٤"]
    for weak in ("837265", "142102"):
        assert not is_weak(weak)
        assert is_weak(weak, personal)


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
    refused = sum(is_weak(f"{number:06d}") for number in range(0, 1_000_000, 31))
    assert refused * 31 < 100_000
