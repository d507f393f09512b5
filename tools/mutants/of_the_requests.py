"""Faults in what the centre says of requests: who may say it, that it stays, goes down whole, has an age."""

from tools.mutants.model import Mutant

_CENTRE = ("tests/central/test_requests.py",)

REQUEST_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        8,
        "who-looks-for-a-person-is-noted-nowhere",
        "central/request_search.py",
        '            note_act(db, ACT, f"request:{tracking}", by=by, now=now, why=why, found=len(found))\n',
        "            pass\n",
        ("tests/central/test_request_search.py",),
    ),
    Mutant(
        3,
        "who-took-a-request-decides-on-it",
        "central/request_log.py",
        "        if state.judges and saying.by == row.staff:",
        "        if state.judges and saying.by == row.device:",
        _CENTRE,
    ),
    Mutant(
        3,
        "what-was-said-of-a-request-can-be-changed",
        "central/guards.py",
        '"credit_move", "request_status")',
        '"credit_move")',
        (*_CENTRE, "tests/central/test_migrations.py"),
    ),
    Mutant(
        1,
        "a-word-on-a-request-is-told-with-the-arrivals-only",
        "central/request_log.py",
        "        publish_statuses(centre, db, row.unit)\n",
        "",
        _CENTRE,
    ),
    Mutant(
        1,
        "an-arrival-is-told-when-the-next-word-is",
        "central/request_data.py",
        "    return at is not None and (last is None or at > str(last.as_of))",
        "    return at is not None and last is None",
        _CENTRE,
    ),
    Mutant(
        2,
        "statuses-come-into-use-apart-from-their-entry",
        "kiosk/sync/request_status.py",
        "        put_told(act.db, told.statuses)\n",
        "        put_told(act.db, told.statuses)\n"
        '        for split in ("COMMIT", "BEGIN IMMEDIATE"):\n'
        "            act.db.conn.execute(split)\n",
        ("tests/sync/test_request_status.py",),
    ),
    Mutant(
        5,
        "a-great-loss-of-statuses-is-believed",
        "kiosk/sync/request_status.py",
        "found * 2 < before and not accept_smaller",
        "found * 20 < before and not accept_smaller",
        ("tests/sync/test_request_status.py",),
    ),
    Mutant(
        5,
        "a-silence-of-the-centre-is-taken-for-arrival",
        "kiosk/desk/follow.py",
        "taken is not None and taken.seq <= acknowledged_through(session.store.db)",
        "taken is not None",
        ("tests/sync/test_request_status.py",),
    ),
    Mutant(
        6,
        "the-age-of-a-status-is-not-shown",
        "kiosk/ui/screens/follow_presenter.py",
        '    return texts("follow.as_of", at=_clock(page.age.as_of, offset))',
        '    return texts("follow.no_data")',
        ("tests/ui/test_follow.py",),
    ),
    Mutant(
        8,
        "a-citizens-number-travels-in-a-note",
        "kiosk/core/wire/request_status.py",
        "from kiosk.core.wire.fields import Code, Remark, Tracking\n",
        "from kiosk.core.wire.fields import Code, Tracking\n"
        "from kiosk.core.wire.forms import Title as Remark\n",
        ("tests/core/wire/test_request_status.py",),
    ),
)
