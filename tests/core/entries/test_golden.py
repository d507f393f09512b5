"""The bytes of each entry type and version stay for good: vectors are read and written again alike."""

import json
from typing import Any

import pytest

from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.wire.entry import entry_bytes, entry_hash, parse_entry
from tests.core.entries.golden import GOLDEN, path_of, vector
from tests.core.entries.samples import SAMPLES


def read(entry_type: str, tv: int) -> dict[str, Any]:
    golden: dict[str, Any] = json.loads(path_of(entry_type, tv).read_text(encoding="utf-8"))
    return golden


@pytest.mark.parametrize(("entry_type", "tv"), REGISTRY.versions())
def test_every_type_and_version_has_a_vector_that_still_reads(entry_type: str, tv: int) -> None:
    golden = read(entry_type, tv)
    data = bytes.fromhex(golden["bytes"])
    entry = parse_entry(data)
    assert (entry.type, entry.tv) == (entry_type, tv)
    assert golden["text"] == data.decode()
    assert entry_hash(bytes.fromhex(golden["previous"]), golden["seq"], data).hex() == golden["hash"]
    assert entry_bytes(entry) == data
    assert isinstance(REGISTRY.decode(entry.type, entry.tv, entry.body), Body)


@pytest.mark.parametrize("body", SAMPLES, ids=lambda body: f"{body.TYPE}.{body.TV}")
def test_this_release_still_writes_the_same_bytes(body: Body) -> None:
    assert vector(body) == read(body.TYPE, body.TV)


def test_the_samples_are_one_of_each_type_and_no_vector_is_left_over() -> None:
    assert sorted((body.TYPE, body.TV) for body in SAMPLES) == [
        (name, tv)
        for name, tv in REGISTRY.versions()
        if tv == max(v for n, v in REGISTRY.versions() if n == name)
    ]
    known = {path_of(name, tv) for name, tv in REGISTRY.versions()}
    assert set(GOLDEN.glob("*.*.*.json")) == known
