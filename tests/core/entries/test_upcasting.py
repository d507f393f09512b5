"""Bodies of older versions are read for good, by upcasters; a private registry shows how."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import Registry, UnknownBody
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.fields import Code, Count, Remark


@dataclass(frozen=True, kw_only=True)
class Weighed(Body):
    """Version 3: grams, with a scale."""

    TYPE: ClassVar[str] = "test.weighed"
    TV: ClassVar[int] = 3

    grams: Count
    scale: Code | None
    remark: Remark | None


def to_two(old: Mapping[str, Any]) -> dict[str, Any]:
    return {"grams": old["kilos"] * 1000, "remark": old["remark"]}


def to_three(old: Mapping[str, Any]) -> dict[str, Any]:
    return {**old, "scale": None}


UPCASTERS = {("test.weighed", 1): to_two, ("test.weighed", 2): to_three}
REGISTRY = Registry([Weighed], UPCASTERS)


def test_every_older_version_is_read_as_the_current_one() -> None:
    wanted = Weighed(grams=2000, scale=None, remark="x")
    assert REGISTRY.decode("test.weighed", 1, {"kilos": 2, "remark": "x"}) == wanted
    assert REGISTRY.decode("test.weighed", 2, {"grams": 2000, "remark": "x"}) == wanted
    assert REGISTRY.decode(*REGISTRY.encode(wanted)) == wanted
    assert isinstance(REGISTRY.decode("test.weighed", 4, {}), UnknownBody)
    assert REGISTRY.versions() == [("test.weighed", tv) for tv in (1, 2, 3)]


@pytest.mark.parametrize("old", [{}, {"kilos": None, "remark": "x"}, {"kilos": 1, "remark": 5}])
def test_a_damaged_older_body_is_a_known_error(old: dict[str, Any]) -> None:
    with pytest.raises(KnownError) as caught:
        REGISTRY.decode("test.weighed", 1, old)
    assert caught.value.code == "entry.bad_body"


def test_a_registry_without_all_its_upcasters_or_with_a_type_twice_is_our_bug() -> None:
    with pytest.raises(BugError, match="upcasters"):
        Registry([Weighed], {("test.weighed", 1): to_two})
    with pytest.raises(BugError, match="twice"):
        Registry([Weighed, Weighed], UPCASTERS)
    with pytest.raises(BugError, match="not a registered"):
        Registry([]).encode(Weighed(grams=1, scale=None, remark=None))
