"""Mutants of the life of keys: rekey, an older slot file, tombstones, orders, escrow."""

from tools.mutants.model import Mutant

KEY_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        8,
        "a-rekey-leaves-the-wrapped-keys-of-people-as-they-were",
        "kiosk/store/rekey.py",
        "            rewrap(copy, before, after)\n",
        "",
        ("tests/store/test_rekey.py",),
    ),
    Mutant(
        1,
        "a-rekey-that-was-cut-is-finished-whatever-the-database-says",
        "kiosk/store/slot_rekey.py",
        "return document, keys[-1] if salt_of(database) == keys[-1].salt else keys[-2]",
        "return document, keys[-1]",
        ("tests/store/test_rekey.py",),
    ),
    Mutant(
        1,
        "the-database-is-replaced-before-the-slots-hold-its-key",
        "kiosk/store/rekey.py",
        "    steps.announce()\n    store.db.close()",
        "    store.db.close()",
        ("tests/store/test_rekey.py",),
    ),
    Mutant(
        8,
        "an-older-slot-file-brings-a-removed-person-back",
        "kiosk/store/slot_record.py",
        "    if found is not None and slot_id not in found.valid:",
        "    if False:",
        ("tests/desk/test_staff.py",),
    ),
    Mutant(
        8,
        "a-tombstone-keeps-nobody-out",
        "kiosk/store/tombstone.py",
        '    if found is not None:\n        raise KnownError("slots.tombstoned"',
        '    if False:\n        raise KnownError("slots.tombstoned"',
        ("tests/sync/test_revocation.py",),
    ),
    Mutant(
        8,
        "a-wipe-needs-one-key-alone",
        "kiosk/core/wire/tombstone.py",
        "    request = authority.read(WipeRequest, WIPE_REQUEST, inner, now=now, max_bytes=MAX_ORDER_BYTES)",
        "    request = record_of(WipeRequest, open_object(inner, purpose=WIPE_REQUEST, keys=root, now=now))",
        ("tests/core/wire/test_tombstone.py",),
    ),
    Mutant(
        8,
        "an-escrow-opens-a-copied-folder-too",
        "kiosk/store/slot_keys.py",
        'device = device_secret.holding(FILE).unseal(f"escrow/{slot_id}", b"")',
        "device = bytes(32)",
        ("tests/sync/test_forgotten.py",),
    ),
    Mutant(
        7,
        "a-revoked-person-cannot-close-the-shift-that-he-holds",
        "kiosk/desk/revocation.py",
        "elif slot.code in revoked and (shift is None or shift.staff != slot.code):",
        "elif slot.code in revoked:",
        ("tests/sync/test_revocation.py",),
    ),
)
