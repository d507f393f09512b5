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
        "        held = self._asked(lambda: self._client.scan_held(name, upload, nonce))\n",
        "        held = self._client.scan_held(name, upload, nonce) if not name else"
        ' type("H", (), {"epoch": 1})\n',
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
        2,
        "the-entry-comes-before-the-file",
        "kiosk/store/attachments.py",
        "        write_pieces_durably(self.file(attachment), chunks())\n",
        "        for _ in chunks():\n            pass\n",
        ("tests/desk/test_attach.py::test_the_file_is_on_the_disk_before_the_entry",),
    ),
)
