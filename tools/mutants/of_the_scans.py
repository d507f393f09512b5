"""Mutants of scans: what would lose one, read one that is erased, or let money wait behind one."""

from tools.mutants.model import Mutant

SCAN_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        1,
        "money-waits-until-a-scan-is-whole",
        "kiosk/sync/attachments.py",
        "                        between()\n",
        "",
        ("tests/sync/test_scans.py::test_money_taken_meanwhile_goes_before_the_next_piece",),
    ),
    Mutant(
        5,
        "a-scan-counts-as-sent-with-its-last-piece",
        "kiosk/sync/attachments.py",
        "        held = self._asked(lambda: self._client.scan_held(one.attachment, one.sums.sealed,"
        " nonce))\n",
        '        held = type("H", (), {"epoch": 1, "safe": False})\n',
        ("tests/sync/test_scans.py::test_an_answer_that_was_eaten_changes_nothing",),
    ),
    Mutant(
        8,
        "an-erased-person-leaves-the-keys-of-his-scans",
        "kiosk/store/schema.py",
        "BEGIN UPDATE attachment_key SET wrapped_key = NULL WHERE person = NEW.id AND wrapped_key NOT NULL;"
        " END;",
        "BEGIN SELECT 1; END;",
        ("tests/desk/test_attach.py::test_a_scan_goes_with_its_person_key_and_file",),
    ),
    Mutant(
        8,
        "the-centre-keeps-the-keys-of-erased-scans",
        "central/erased.py",
        "    erase_scans(db, device, records, now)\n",
        "",
        ("tests/central/test_attachments.py::test_a_scan_goes_with_its_person_also_half_way",),
    ),
    Mutant(
        5,
        "the-centre-takes-any-bytes-for-the-scan",
        "central/scan_store.py",
        "        if hashlib.sha256(data).hexdigest() != sealed:\n            return False\n",
        "",
        ("tests/central/test_attachments.py::test_bytes_that_are_not_what_was_announced_begin_anew",),
    ),
    Mutant(
        5,
        "the-wrong-bucket-is-taken-for-an-empty-one",
        "central/object_store.py",
        "            return True\n        self.see_that_it_is_ours()\n        return False\n",
        "            return True\n        return False\n",
        ("tests/central/test_object_store.py::test_a_store_that_is_another_takes_no_scan_for_lost",),
    ),
    Mutant(
        5,
        "a-store-that-fails-has-no-such-scan",
        "central/object_store_client.py",
        "        if status in (200, 204):\n            return\n",
        "        if status in (200, 204) or (missing and status >= 500):\n            return\n",
        (
            "tests/central/test_object_store.py::test_a_store_that_fails_is_never_taken_for_one_without_the_scan",
        ),
    ),
    Mutant(
        5,
        "a-scan-put-into-the-old-store-counts-as-whole",
        "central/scan_stores.py",
        "    if name_in_use(db) != name:\n",
        "    if not name:\n",
        ("tests/central/test_scans_in_a_bucket.py::test_a_scan_that_is_put_while_the_store_changes",),
    ),
    Mutant(
        1,
        "scans-that-came-during-a-move-stay-behind",
        "central/scan_store_move.py",
        "            if _held(db).keys() <= done.keys():\n",
        "            if wanted.keys() <= done.keys():\n",
        ("tests/central/test_scans_in_a_bucket.py::test_what_becomes_whole_during_a_move_comes_along",),
    ),
    Mutant(
        2,
        "the-entry-comes-before-the-file",
        "kiosk/store/attachments.py",
        "        write_pieces_durably(self.file(attachment), chunks())\n",
        "        for _ in chunks():\n            pass\n",
        ("tests/desk/test_attach.py::test_the_file_is_on_the_disk_before_the_entry",),
    ),
    Mutant(
        3,
        "a-scan-counts-as-safe-without-a-back-up",
        "central/attachments.py",
        "            safe=bool(row.safe),\n        ),\n",
        "            safe=True,\n        ),\n",
        ("tests/central/test_backup_scans.py::test_a_scan_is_safe_once_a_back_up_that_counts_has_it",),
    ),
    Mutant(
        3,
        "a-device-lets-a-scan-go-that-no-back-up-has",
        "kiosk/desk/privacy.py",
        "        if one.state is State.SENT:\n            return True\n",
        "",
        ("tests/sync/test_scans.py::test_a_person_is_not_erased_by_time_before_his_scans_are_safe",),
    ),
    Mutant(
        3,
        "a-back-up-lists-a-scan-that-it-did-not-read-back",
        "central/backup_scans.py",
        "    if not _is_there(pool.file(name), line, whole=True):\n"
        "        raise damaged(pool.file(name), name)\n",
        "",
        ("tests/central/test_backup_scans.py::test_a_medium_that_gives_back_something_else_is_found_out",),
    ),
    Mutant(
        5,
        "a-scan-on-a-stick-counts-as-sent-when-it-is-written",
        "kiosk/sync/stick_scans.py",
        "        given.bytes += len(sealed)\n",
        "        given.bytes += len(sealed)\n"
        "        with transaction(place.db):\n"
        "            keep_sent(place.db, one.attachment, 1, safe=False)\n",
        ("tests/sync/test_scans_by_stick.py::test_scans_go_by_stick_without_any_line",),
    ),
    Mutant(
        1,
        "the-centre-takes-whatever-lies-on-a-stick-for-the-scan",
        "central/usb_scans.py",
        "    if len(data) != one.size or hashlib.sha256(data).hexdigest() != one.sealed:\n",
        "    if len(data) != one.size and hashlib.sha256(data).hexdigest() != one.sealed:\n",
        ("tests/sync/test_scans_by_stick.py",),
    ),
    Mutant(
        3,
        "a-damaged-scan-goes-to-the-centre",
        "kiosk/store/attachments.py",
        "        if hashlib.sha256(sealed).hexdigest() != held.sums.sealed:\n"
        '            raise KnownError("attachment.damaged", attachment=held.attachment)\n',
        "",
        ("tests/sync/test_scans.py::test_a_scan_that_is_damaged_is_set_aside_and_the_next_one_goes",),
    ),
    Mutant(
        8,
        "a-verification-overlooks-the-keys-of-erased-scans",
        "kiosk/store/verify_scans.py",
        "    damaged += _kept_keys(store)\n",
        "",
        ("tests/store/test_verify_scans.py",),
    ),
    Mutant(
        1,
        "a-device-begins-every-scan-anew",
        "kiosk/sync/attachments.py",
        "                offset = self._asked(lambda: self._client.begin_scan(upload))\n",
        "                offset = 0 * self._asked(lambda: self._client.begin_scan(upload))\n",
        ("tests/sync/machine/test_histories.py::test_nothing_is_lost_doubled_or_hidden",),
    ),
)
