"""The table of situations: every error that people see, one module per area."""

from kiosk.core.errors import Situation
from kiosk.core.situations import (
    arabic,
    cash,
    catalogue,
    command_line,
    counter,
    debt_data,
    debts,
    desk,
    devices,
    documents,
    entries,
    fees,
    files,
    forms,
    identity,
    money,
    policy,
    protocol,
    receipt_acts,
    roles,
    seal,
    shift_acts,
    store,
    verify,
    wire,
)

_AREAS: tuple[dict[str, Situation], ...] = (
    arabic.SITUATIONS,
    cash.SITUATIONS,
    catalogue.SITUATIONS,
    command_line.SITUATIONS,
    counter.SITUATIONS,
    debt_data.SITUATIONS,
    debts.SITUATIONS,
    desk.SITUATIONS,
    devices.SITUATIONS,
    documents.SITUATIONS,
    entries.SITUATIONS,
    fees.SITUATIONS,
    files.SITUATIONS,
    forms.SITUATIONS,
    identity.SITUATIONS,
    money.SITUATIONS,
    policy.SITUATIONS,
    protocol.SITUATIONS,
    receipt_acts.SITUATIONS,
    roles.SITUATIONS,
    seal.SITUATIONS,
    shift_acts.SITUATIONS,
    store.SITUATIONS,
    verify.SITUATIONS,
    wire.SITUATIONS,
)

SITUATIONS: dict[str, Situation] = {code: situation for area in _AREAS for code, situation in area.items()}
if len(SITUATIONS) != sum(map(len, _AREAS)):
    raise RuntimeError("two areas declare the same situation")
