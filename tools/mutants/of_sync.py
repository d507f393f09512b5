"""Mutants of sync: mistakes that were made elsewhere, each to be found by the random histories."""

from tools.mutants.model import Mutant

_FOUND_BY = ("tests/sync/machine/test_histories.py::test_nothing_is_lost_doubled_or_hidden",)

SYNC_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        1,
        "a-branch-may-begin-behind-what-was-forgotten",
        "central/ingest.py",
        "    if before is None or before.hex() != header.head_before:\n",
        "    if before is None:\n",
        ("tests/sync/test_contradiction.py",),
    ),
    Mutant(
        1,
        "a-batch-that-comes-twice-is-new",
        "central/ingest.py",
        "    if new >= len(batch.lines):\n        return held\n",
        "    new = 0\n",
        _FOUND_BY,
    ),
    Mutant(
        1,
        "any-good-status-is-success",
        "kiosk/sync/uplink.py",
        "    return *client.journal(batch, nonce), last\n",
        "    try:\n"
        "        return *client.journal(batch, nonce), last\n"
        "    except KnownError as error:\n"
        '        if error.code != "sync.captive_portal":\n'
        "            raise\n"
        "        ack = Acknowledgement(\n"
        "            device=place.me.device, stream=place.me.stream, stored_through=last, safe_through=0,\n"
        '            head=(place.hash_at(last) or b"").hex(), epoch=1, server_time=now(), nonce=nonce,\n'
        '            outcome="stored", fork_at=None,\n'
        "        )\n"
        '        return ack, b"{}", last\n',
        _FOUND_BY,
    ),
    Mutant(
        1,
        "acknowledged-before-it-is-committed",
        "central/ingest.py",
        "    with centre.storage.step(alone=False) as step:\n",
        "    from threading import Thread\n"
        "    from time import sleep\n"
        "\n"
        "    taken: list[_Stored] = []\n"
        "\n"
        "    def take() -> None:\n"
        "        hashes = batch.chain()\n"
        "        with centre.storage.write() as db:\n"
        "            stored = _store(db, batch, hashes, now)\n"
        "            if stored.fork_at is not None:\n"
        "                _keep_branch(db, batch, hashes[-1], data, stored.fork_at, now)\n"
        "            taken.append(stored)\n"
        "            sleep(0.3)\n"
        "\n"
        "    Thread(target=take).start()\n"
        "    for _ in range(1000):\n"
        "        if taken:\n"
        "            return taken[0]\n"
        "        sleep(0.005)\n"
        "    with centre.storage.step(alone=False) as step:\n",
        _FOUND_BY,
    ),
    Mutant(
        1,
        "the-highest-entry-seen-is-acknowledged",
        "central/ingest.py",
        "    if before is None or before.hex() != header.head_before:\n",
        "    if before is None:\n        return None\n    if before.hex() != header.head_before:\n",
        _FOUND_BY,
    ),
    Mutant(
        1,
        "an-entry-that-cannot-be-applied-is-dropped",
        "central/apply.py",
        "            ledger.set_apart(one.seq, reasons, debts=False)\n            return\n",
        "            return\n",
        _FOUND_BY,
    ),
    Mutant(
        7,
        "an-entry-that-cannot-be-applied-blocks-what-follows",
        "central/ingest.py",
        "        hashes = _checked(batch, known)\n",
        "        hashes = _checked(batch, known)\n"
        "        for one in batch.lines:\n"
        """            if b'"broken"' in one.data:\n"""
        '                raise KnownError("batch.malformed", problem="body")\n',
        _FOUND_BY,
    ),
    Mutant(
        3,
        "a-period-goes-when-it-is-acknowledged",
        "kiosk/store/drop.py",
        "if ack is None or ack.safe_through < border.last_part:",
        "if ack is None or ack.stored_through < border.last_part:",
        _FOUND_BY,
    ),
    Mutant(
        6,
        "changes-beside-the-pieces-that-they-name-are-taken",
        "kiosk/store/debts/delta.py",
        "    for first in sorted({*named, *_touched(db, begins)}):\n",
        "    for first in sorted(named):\n",
        ("tests/sync/test_debts.py",),
    ),
    Mutant(
        7,
        "an-order-that-was-done-lifts-an-older-copy-of-the-disk",
        "central/orders.py",
        "if row not in lifts or (row.epoch, row.n) not in done]",
        "if row not in lifts or done is not None]",
        ("tests/sync/test_lifting.py",),
    ),
    Mutant(
        6,
        "a-snapshot-counts-none-of-our-entries",
        "kiosk/sync/debts.py",
        "    return Link(place.me.stream, ref.applied.through), ref.applied.not_applied\n",
        "    return None, ()\n",
        _FOUND_BY,
    ),
    Mutant(
        7,
        "a-certificate-that-ran-out-locks-a-device-out",
        "kiosk/sync/renewal.py",
        "        self._client.transport.show(None)\n",
        "        self._show()\n",
        ("tests/central/test_proxies.py",),
    ),
    Mutant(
        2,
        "a-lost-answer-makes-another-key",
        "kiosk/sync/renewal.py",
        "        if kept.key and not kept.certificate:\n",
        "        if kept.key and kept.certificate:\n",
        ("tests/sync/test_renewal.py",),
    ),
)
