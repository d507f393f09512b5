"""Every table of the store, declared by what losing it would mean.

A table that is not declared here fails a test; so does a declared one that does not exist.
"""

from enum import Enum

from kiosk.store.debts.tables import KEYS, SETS


class Nature(Enum):
    """What a table is, and so how it may be written, rebuilt or lost (docs/store.md)."""

    JOURNAL = "journal"
    """The facts: append-only, hash-chained, never edited."""
    PERSONAL = "personal"
    """Sealed personal records beside the facts: erased by destroying a record's key, never edited."""
    DERIVED = "derived"
    """Rebuilt from journal and snapshots at any time; written only by projections."""
    SNAPSHOT = "snapshot"
    """Dated data from the centre; each application is a journal entry."""
    OPERATIONAL = "operational"
    """Jobs, drafts, settings, the device's own keys: no fact lives only here."""


NATURES: dict[str, Nature] = {
    "journal_1": Nature.JOURNAL,
    "checkpoint": Nature.JOURNAL,
    "person": Nature.PERSONAL,
    "attachment_key": Nature.PERSONAL,
    "stream": Nature.DERIVED,
    "carried": Nature.DERIVED,
    "staff_known": Nature.DERIVED,
    "snapshot_applied": Nature.DERIVED,
    "book_taken": Nature.DERIVED,
    "outage": Nature.DERIVED,
    "shift": Nature.DERIVED,
    "shift_count": Nature.DERIVED,
    "request_taken": Nature.DERIVED,
    "attachment": Nature.DERIVED,
    "payment": Nature.DERIVED,
    "slip_used": Nature.DERIVED,
    "card_attempt": Nature.DERIVED,
    "card_batch": Nature.DERIVED,
    "paper_form": Nature.DERIVED,
    "allocation": Nature.DERIVED,
    "handover": Nature.DERIVED,
    "printed": Nature.DERIVED,
    "report": Nature.DERIVED,
    "incident": Nature.DERIVED,
    "order_done": Nature.DERIVED,
    "stop_seen": Nature.DERIVED,
    "dataset": Nature.SNAPSHOT,
    "request_told": Nature.SNAPSHOT,
    "debts_in_use": Nature.SNAPSHOT,
    "debtor_a": Nature.SNAPSHOT,
    "debtor_b": Nature.SNAPSHOT,
    "debt_piece_a": Nature.SNAPSHOT,
    "debt_piece_b": Nature.SNAPSHOT,
    **{f"{key.name}_{one}": Nature.SNAPSHOT for key in KEYS for one in SETS},
    "debtor_search_a": Nature.SNAPSHOT,
    "debtor_search_b": Nature.SNAPSHOT,
    "person_index": Nature.OPERATIONAL,
    "draft": Nature.OPERATIONAL,
    "intent": Nature.OPERATIONAL,
    "print_job": Nature.OPERATIONAL,
    "setting": Nature.OPERATIONAL,
    "acknowledgement": Nature.OPERATIONAL,
    "attachment_sent": Nature.OPERATIONAL,
    "decided": Nature.OPERATIONAL,
    "quarantined": Nature.OPERATIONAL,
    "device_key": Nature.OPERATIONAL,
}


def tables_of(nature: Nature) -> tuple[str, ...]:
    """Return the names of the tables of one nature, in the order they are declared."""
    return tuple(name for name, declared in NATURES.items() if declared is nature)
