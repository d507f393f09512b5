"""Pausing what leaves by itself, and letting it go on: each is an entry in the person's name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from kiosk.core.entries.technical import NetworkKind, SyncPaused, SyncResumed
from kiosk.core.roles import Right, require
from kiosk.desk.session import Session
from kiosk.store.scan_rules import ScanRules, keep_scan_rules, scan_rules
from kiosk.store.sync_pause import Pause, keep_pause, pause_of


class OnNetwork(Protocol):
    """A network (`kiosk.link.network.Network`): by its name it is known again here, its kind is told."""

    @property
    def name(self) -> str:
        """What the system calls it; it does not leave the device."""

    @property
    def kind(self) -> NetworkKind:
        """How it is reached."""


def pause_sync(
    session: Session, *, lasts: timedelta | None = None, network: OnNetwork | None = None
) -> Pause:
    """Hold back what leaves by itself: for so long (None: until somebody lifts it), on one network or on any.

    Raises KnownError `roles.no_right`, `store.*`.
    """
    require(session.roles, Right.SYNC)
    with session.act() as act:
        since = act.moment.at
        until = since + lasts if lasts is not None else None
        pause = Pause(session.staff, since, until, network.name if network is not None else None)
        act.append(pause.begun(network.kind if network is not None else None))
        keep_pause(act.db, pause)
    return pause


def resume_sync(session: Session) -> Pause | None:
    """Let it go on; the pause that was set, None without one.

    Raises KnownError `roles.no_right`, `store.*`.
    """
    require(session.roles, Right.SYNC)
    before = pause_of(session.store.db)
    if before is not None:
        with session.act() as act:
            act.append(before.ended(act.moment.at) or SyncResumed(what="everything", how="lifted"))
            keep_pause(act.db, None)
    return before


def change_scan_rules(
    session: Session, change: Callable[[ScanRules], ScanRules], kind: NetworkKind | None = None
) -> ScanRules:
    """Put other rules for scans in force and return them; an entry says who holds scans back, or frees them.

    `kind`: of the network that the change is about. Raises KnownError `roles.no_right`,
    `store.*`, and what `change` raises.
    """
    require(session.roles, Right.SYNC)
    before = scan_rules(session.store.db)
    after = change(before)
    if after == before:
        return after
    with session.act() as act:
        if (after.paused, after.not_on) != (before.paused, before.not_on):
            holds = after.paused or after.not_on
            paused = SyncPaused(what="scans", until=None, only_on=None if after.paused else kind)
            act.append(paused if holds else SyncResumed(what="scans", how="lifted"))
        keep_scan_rules(act.db, after)
    return after
