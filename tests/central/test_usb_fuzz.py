"""Whatever lies on a stick, an import takes what is sound and says what is wrong with the rest."""

import json
import shutil
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.usb import import_sticks
from kiosk.core.errors import KnownError
from kiosk.core.wire.export_manifest import MANIFEST
from kiosk.core.wire.sealed_batch import seal_batch
from tests.central.books import Books, Desk
from tests.core.wire.test_fuzz import EXAMPLES, bounded, broken, plain


def batch_of(books: Books, desk: Desk) -> bytes:
    return seal_batch(desk.pack(), books.centre.keys.intake.public_key())


@pytest.mark.parametrize("examples", EXAMPLES)
def test_a_spoiled_stick_gives_typed_errors_only(books: Books, tmp_path: Path, examples: int) -> None:
    desk = books.desk()
    sound = batch_of(books, desk)
    made_up = st.binary(max_size=200) | plain.map(lambda value: json.dumps(value).encode())

    @bounded(examples)
    @given(made_up | broken(sound), made_up, made_up)
    def each(batch: bytes, persons: bytes, manifest: bytes) -> None:
        stick = Path(mkdtemp(dir=tmp_path))
        (stick / "batch-0000000001-0000000009.sealed").write_bytes(batch)
        (stick / "persons-0000000001.json").write_bytes(persons)
        stick.joinpath(MANIFEST).write_bytes(manifest)
        (done,) = import_sticks(books.centre, stick)
        assert all(isinstance(one, KnownError) for one in done.faults)
        assert len(done.outcomes) + len(done.faults) == 3
        shutil.rmtree(stick)

    each()
    (tmp_path / "batch-0000000001-0000000009.sealed").write_bytes(sound)
    (done,) = import_sticks(books.centre, tmp_path)
    assert done.outcomes in (["stored"], ["repeat"])
