"""The reader that is made for each record says of everything what a plain walk along its fields says."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from kiosk.core.entries.body import Body
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire import codec
from kiosk.core.wire.codec import Coder, FieldError, dump, fail
from kiosk.core.wire.fields import Code
from tests.core.entries.samples import SAMPLES

CHANGES = 60
"""Of each body: enough for a fault to be named at most of its fields."""
ODD: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2**53 - 1,
        2**53,
        json.loads("1.5"),
        [],
        {},
        [1],
        {"kind": "cash"},
        {"kind": []},
    ),
    *("", "x", "A-1", "é", "٣٠١٠", "2026-01-01", "2026-01-01T00:00:00.000Z", "29801011234567", "a" * 300),
]


def walking(
    cls: type[Any], parts: list[tuple[str, Coder]], check: Callable[[Any], None] | None
) -> Callable[[Any], Any]:
    """A reader without any haste: what the made ones are held to."""

    def load_record(plain: Any) -> Any:
        if type(plain) is not dict:
            fail("", "not a map")
        names = {name for name, _ in parts}
        if plain.keys() != names:
            odd = min(names.symmetric_difference(plain))
            fail(odd[:40], "missing" if odd in names else "unknown")
        given: dict[str, Any] = {}
        for name, part in parts:
            try:
                given[name] = part.load(plain[name])
            except FieldError as error:
                raise error.below(name) from error
        value = cls(**given)
        if check:
            check(value)
        return value

    return load_record


@pytest.fixture
def walkers(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[type[Body], Coder]]:
    codec._coder.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(codec, "_reader", walking)
        made = {type(body): codec.coder(type(body)) for body in SAMPLES}
    codec._coder.cache_clear()
    yield made
    codec._coder.cache_clear()


def outcome(load: Callable[[Any], Any], plain: Any) -> tuple[Any, ...]:
    try:
        value = load(plain)
    except FieldError as error:
        return "field", error.path, error.problem
    except KnownError as error:
        return "known", error.code, dict(error.params)
    return "read", value, repr(value), vars(value)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield from places(part, (*path, key))


def changed(plain: Any, chance: random.Random) -> Any:
    """The same value with one place replaced, removed, added to or moved by one."""
    plain = copy.deepcopy(plain)
    *path, key = chance.choice(list(places(plain))) or (None,)
    if key is None:
        return chance.choice(ODD)
    around = plain
    for step in path:
        around = around[step]
    what = chance.randrange(10)
    if type(around[key]) is int and what < 2:
        around[key] += chance.choice((-1, 1))
    elif what < 6:
        around[key] = chance.choice(ODD)
    elif what < 8:
        del around[key]
    elif isinstance(around, list):
        around.append(copy.deepcopy(chance.choice(around)))
    else:
        around[chance.choice(["aa", "zz", *around])] = chance.choice(ODD)
    return plain


def test_a_made_reader_says_what_a_walk_along_the_fields_says_in_every_case(
    walkers: dict[type[Body], Coder],
) -> None:
    chance = random.Random(20261125)
    kinds = set()
    for body in SAMPLES:
        plain, walker = dump(body), walkers[type(body)]
        assert outcome(walker.load, plain)[1] == body
        for _ in range(CHANGES):
            given = changed(plain, chance)
            if chance.randrange(10) < 3 and isinstance(given, dict) and given:
                given = changed(given, chance)
            expected = outcome(walker.load, given)
            assert outcome(codec.coder(type(body)).load, given) == expected, given
            kinds.add(expected[0])
    assert kinds == {"field", "known", "read"}


def test_a_record_with_a_constructor_of_its_own_or_slots_has_no_reader() -> None:
    @dataclass(frozen=True)
    class Constructed:
        code: Code

        def __post_init__(self) -> None:
            raise AssertionError

    @dataclass(frozen=True, slots=True)
    class Slotted:
        code: Code

    for cls in (Constructed, Slotted):
        with pytest.raises(BugError, match=cls.__name__):
            codec.coder(cls)
