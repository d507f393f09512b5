"""Faults in how debts reach a device, each a breach of a law."""

from tools.mutants.model import Mutant

DEBT_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        1,
        "a-payment-that-other-devices-never-hear-of",
        "central/debt_booking.py",
        "            note_accounts(self._db, sorted({account for account, _ in self._moved}))\n",
        "",
        ("tests/sync/test_downlink.py",),
    ),
    Mutant(
        1,
        "changed-debts-are-believed-unhashed",
        "kiosk/store/debts/delta.py",
        "            check_pieces(self._db, merged, hashes, listed)\n",
        "",
        ("tests/store/test_debts_delta.py",),
    ),
    Mutant(
        1,
        "a-piece-is-believed-unhashed",
        "kiosk/store/debts/stage.py",
        '        if rows_hash(rows_text(self._db, "incoming.debtor", piece.first, None)) != piece.rows_hash:',
        "        if False:",
        ("tests/store/test_debts_stage.py",),
    ),
    Mutant(
        5,
        "a-great-loss-of-debts-waits-for-nobody",
        "kiosk/sync/debts.py",
        "    _hold_a_loss(place, ref, accept_smaller=accept_smaller)\n",
        "",
        ("tests/sync/test_debts.py",),
    ),
    Mutant(
        4,
        "a-charge-may-owe-less-than-nothing",
        "kiosk/store/debts/stage.py",
        " OR c.value ->> 3 < 0)",
        ")",
        ("tests/store/test_debts_stage.py",),
    ),
    Mutant(
        6,
        "changes-lead-from-debts-that-were-others-by-now",
        "kiosk/store/debts/delta.py",
        'WHERE current = ? AND hash = ?",\n            (version.version, self._hash, self._set, self._base),',
        'WHERE current = ?",\n            (version.version, self._hash, self._set),',
        ("tests/store/test_debts_delta.py",),
    ),
)
