"""What commands that work on a store share: which folder, who works, who approves, and their secrets.

A secret comes from the environment or a hidden prompt, never from the command line: that is in the history
and in the list of processes.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.commands.base import mark_trial, output
from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.desk.unlock import lock, unlock
from kiosk.store.medium_state import medium_of
from kiosk.store.store import Opening

SECRET, APPROVER_SECRET = "KIOSK_SECRET", "KIOSK_APPROVER_SECRET"
OPENING = Opening()
"""The cost of keys. Tests put a cheap one here; nothing that a person can set changes it."""

Function = TypeVar("Function", bound=Callable[..., Any])


def store_options(function: Function) -> Function:
    """Give a command `--store FOLDER` and `--staff CODE`, passed to it as `store` and `staff`."""
    store = click.option(
        "--store",
        envvar="KIOSK_STORE",
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="مجلد بيانات الجهاز · the device's data folder",
    )
    staff = click.option(
        "--staff", envvar="KIOSK_STAFF", metavar="CODE", help="كود الموظف · staff code of who works"
    )
    return store(staff(function))


def approver_options(function: Function) -> Function:
    """Give a command `--approver CODE`, passed to it as `approver` (None when not given)."""
    return click.option(
        "--approver", metavar="CODE", help="كود من يعتمد ويوقّع · staff code of who approves and signs"
    )(function)


def required_options(store: Path | None, staff: str | None) -> tuple[Path, str]:
    """Both as given. Raises KnownError `session.no_store`, `session.no_staff`."""
    if store is None:
        raise KnownError("session.no_store")
    if staff is None:
        raise KnownError("session.no_staff")
    return store, staff


@contextmanager
def open_session(store: Path | None, staff: str | None) -> Iterator[Session]:
    """Unlock the store for a person and lock it again afterwards. A trial marks what the command says.

    Raises KnownError `session.no_store`, `session.no_staff`, and what `kiosk.desk.unlock.unlock` raises.
    """
    folder, code = required_options(store, staff)
    session = unlock(folder, code, secret_of(SECRET, code), opening=OPENING)
    try:
        if session.store.journal.state().trial:
            mark_trial()
        _look_at_medium(session)
        yield session
    finally:
        lock(session)


def _look_at_medium(session: Session) -> None:
    """Hold a second medium to the journal: a disk that was put back stops new money from here on.

    A card that is out or bad says nothing here: `kiosk medium` and the running kiosk do.
    """
    if medium_of(session.store.db) is None:
        return
    from kiosk.sync.place import Place
    from kiosk.sync.second_medium import check_medium

    try:
        check_medium(Place.of(session.store))
    except KnownError as error:
        if not error.code.startswith(("export.", "medium.")):
            raise


def approver_secret(code: str) -> str:
    """The secret of the approver `code` as typed: from KIOSK_APPROVER_SECRET or a hidden prompt."""
    return secret_of(APPROVER_SECRET, code)


def secret_of(variable: str, code: str) -> str:
    """A secret as typed: from the environment, or a hidden prompt."""
    typed = os.environ.get(variable)
    if typed is not None:
        return typed
    question = output().text(f"الرقم السري للموظف {code}", f"Secret number of {code}")
    answer: str = click.prompt(question, hide_input=True, err=True)
    return answer
