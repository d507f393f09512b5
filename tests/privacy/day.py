"""A day of work full of strings that nobody may read; run as `python -m tests.privacy.day FOLDER`.

It works on a trial device in FOLDER, makes a backup beside it, tells its keys on standard output and waits,
with the store open and the last act not checkpointed, until it is killed.
"""

import json
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.collect import Collection, Identity, collect, prepare_collection
from kiosk.desk.custody import Handing, hand_over, new_transfer
from kiosk.desk.outage import OutageTyped, report_outage
from kiosk.desk.pay import Offer, SlipTyped
from kiosk.desk.payer import Payer
from kiosk.desk.serve import pay_request, take_request
from kiosk.desk.session import Session
from kiosk.desk.void import VoidTyped, propose_void, void_receipt
from kiosk.store.backup import back_up
from kiosk.store.debts.search import By
from kiosk.store.store import Store
from tests.acts import SERVICE, begin, finish, new_trial, read_x, tally
from tests.desk.conftest import CHEAP, SECRETS
from tests.desk.debts import charge, debt, debtor, load_debts
from tests.desk.forms import request
from tests.desk.money import pieces

NAME, PAYER, DEBTOR = "زنوبيا المستكاوي الدمنهوري", "طوبيا عبد المسيح جرجس", "خوفو سنفرو حتب"
NUMBER, DEBTORS_NUMBER = "29001011234564", "28512250100013"
MOBILE, DEBTORS_MOBILE = "01098765432", "+201156473829"
ADDRESS, REMARK = "73 حارة السقايين بالحطابة", "المبلغ سلم ناقصا في المظروف"
ACCOUNT, TICKET, SLIP, SEAL = "ZQ-7788-9911", "BLG-2026-550071", "SL-33445566", "SEAL-90817263"
POUNDS = 876_543
AMOUNT = POUNDS * 100
"""Piastres of a debt, paid by slip."""


def wrong_tries(root: Path) -> None:
    """Somebody types a wrong secret, and somebody his secret as his code."""
    for code, typed in (("TEL-2", "12121212121212"), (SECRETS["TEL-2"][0], SECRETS["TEL-2"][0])):
        with suppress(KnownError):
            Store.open(root, code, typed, opening=CHEAP)


def serve(session: Session) -> None:
    """A request, its fee paid by somebody else, and a void with a remark."""
    typed = request(
        session,
        SERVICE,
        applicant_name=NAME,
        national_number=NUMBER,
        mobile=MOBILE,
        applicant_address=ADDRESS,
    )
    tracking = take_request(session, typed).tracking
    taken = pay_request(session, tracking, Offer(cash=100_00), payer=Payer(PAYER, "relative"))
    void = VoidTyped(taken.number, "wrong_amount", 1, "SUP-1", remark=REMARK)
    secret = SECRETS["SUP-1"][0]
    with session.approver(propose_void(session, void), "SUP-1", secret, Right.VOID_APPROVE) as approval:
        void_receipt(session, void, approval)


def collect_debt(session: Session) -> None:
    """A debt with everything that the centre knows of a debtor, paid by the slip of a terminal."""
    row = debtor("DBT-7", debt(ACCOUNT, charge("rent", POUNDS)), name=DEBTOR, national=DEBTORS_NUMBER)
    load_debts(session, [replace(row, phone=DEBTORS_MOBILE, address=ADDRESS)])
    found = Identity(By.NUMBER, DEBTORS_NUMBER)
    prepared = prepare_collection(session, Collection("DBT-7", AMOUNT, identity=found))
    slip = SlipTyped(AMOUNT, SLIP, "T-1", "A-1", "2026-11-24T09:00", last4="4321")
    collect(session, prepared, Offer(slips=(slip,)))


def work(root: Path) -> Session:
    """The whole day; the session of the next shift, still open."""
    trial = new_trial(root)
    wrong_tries(root)
    session = trial.unlock("TEL-1")
    begin(session)
    serve(session)
    report_outage(session, OutageTyped("no_network", TICKET))
    collect_debt(session)
    read_x(session)
    hand_over(session, Handing(new_transfer(), "TRS-9", pieces(100_00), seal=SEAL))
    tally(session)
    finish(session)
    unlocked = session.store.unlocked
    back_up(session.store.db, root / "backup.db", unlocked.dek, unlocked.salt)
    begin(session, 0)
    serve(session)
    return session


def main() -> None:
    """Work, tell the keys, wait."""
    session = work(Path(sys.argv[1]))
    unlocked, device = session.store.unlocked, session.store.device_signer
    keys = {
        "data key": bytes(unlocked.dek),
        "staff key": bytes(unlocked.staff_key.seed),
        "device key": device.key.private_bytes_raw(),
    }
    sys.stdout.write(json.dumps({name: key.hex() for name, key in keys.items()}) + "\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    main()
