"""Trial devices copied from one that was set up before, with reference data read once, for many tests."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.desk.session import Session
from tests.desk.conftest import Trial, make_trial


@cache
def _template() -> Trial:
    folder = Path(tempfile.mkdtemp(prefix="trial-"))
    atexit.register(shutil.rmtree, folder)
    made = make_trial(folder / "device")
    made.close()
    return made


@cache
def _read() -> dict[str, Any]:
    session = _template().unlock("TEL-1")
    reference = session.reference
    read = {name: getattr(reference, name) for name in ("catalogue", "fees", "zone", "policy_book")}
    _template().close()
    return read


@contextmanager
def copy_of_trial(folder: Path) -> Iterator[Trial]:
    """A device of its own in `folder`, with clocks of its own."""
    _read()
    root = folder / "device"
    shutil.copytree(_template().root, root)
    trial = Trial(root, replace(_template().clocks))
    yield trial
    trial.close()


def at_work(trial: Trial, code: str) -> Session:
    """Unlock a trial for a person; catalogue, fees and policy are not read again."""
    session = trial.unlock(code)
    session.reference.__dict__.update(_read())
    return session
