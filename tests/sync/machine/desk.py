"""What people do at the desks of a history. Each act says in words what it did, or why it was refused."""

from collections.abc import Callable
from datetime import timedelta

from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.collect import Collection, Identity, collect, prepare_collection, show_debtor
from kiosk.desk.pay import Offer
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.shift_open import open_shift
from kiosk.desk.void import VoidTyped, propose_void, void_receipt
from kiosk.store.debts.search import By
from kiosk.store.periods import first_kept
from kiosk.store.queries.drawer import cash_in_hand
from kiosk.store.queries.receipts import find_receipt
from kiosk.store.sync_state import retired_series
from tests.acts import hand, pay_debt
from tests.desk.money import pay, pieces
from tests.store.turning import drop_now, erase_old, turn_now
from tests.sync.machine.body import Body, acts
from tests.sync.machine.poison import append_raw
from tests.sync.machine.template import OTHER_TELLER, SUPERVISOR, TELLER, debtor_of
from tests.sync.machine.world import World

POISONS = ("a payment of an unknown debt", "a body out of form", "a type of a later release")


def told(act: Callable[[], str]) -> str:
    """What an act did, or what the person was told instead."""
    try:
        return act()
    except KnownError as error:
        if not acts(error):
            raise
        return f"refused: {error.code}"


def take_fee(body: Body, piastres: int) -> str:
    """A request and its fee."""

    def act() -> str:
        taken = pay(body.session, piastres)
        body.paid.append(taken.number)
        return taken.number

    return told(act)


def take_debt(body: Body, account: str, piastres: int) -> str:
    """A part of a debt, or what is shown as left of it."""

    def act() -> str:
        owed = show_debtor(body.session, debtor_of(account)).balance
        amount = min(piastres, owed)
        if not amount:
            return "nothing is shown as owed"
        wanted = Collection(debtor_of(account), amount, identity=Identity(By.ACCOUNT, account))
        done = collect(body.session, prepare_collection(body.session, wanted), Offer(cash=amount))
        body.paid.append(done.taken.number)
        return f"{amount} of {owed}: {done.taken.number}"

    return told(act)


def void_last(body: Body) -> str:
    """The newest receipt of this shift, with the supervisor's signature."""
    if not body.paid:
        return "no receipt"
    session, number = body.session, body.paid[-1]

    def act() -> str:
        record = find_receipt(session.store.db, number)
        out = record.copies_out if record else 0
        typed = VoidTyped(number=number, reason="wrong_amount", recovered=out, approver=SUPERVISOR)
        secret = body.secrets[SUPERVISOR]
        with session.approver(
            propose_void(session, typed), SUPERVISOR, secret, Right.VOID_APPROVE
        ) as approval:
            void_receipt(session, typed, approval)
        body.paid.pop()
        return number

    return told(act)


def lighten(body: Body, above: int) -> str:
    """Give the cash of the drawer to the treasury, once it is more than `above` piastres."""

    def act() -> str:
        held = cash_in_hand(body.session.store.db, body.session.own_shift().seq)
        if held <= above:
            return f"{held} in the drawer"
        return f"{hand(body.session, held).total} given away"

    return told(act)


def change_teller(body: Body) -> str:
    """Count, close, and let the other teller open the next shift."""
    if body.poisoned:
        return "an entry out of form keeps this program from counting"

    def act() -> str:
        kept = close_shift(body)
        body.close()
        body.who = OTHER_TELLER if body.who == TELLER else TELLER
        open_shift(body.session, pieces(kept), book(body))
        return f"{body.who} opens with {kept}"

    return told(act)


def open_again(body: Body) -> str:
    """Open a shift where none is open."""
    if body.session.shift() is not None:
        return "one is open"
    kept = body.session.store.db.conn.execute("SELECT kept FROM shift ORDER BY seq DESC LIMIT 1").fetchone()

    def act() -> str:
        open_shift(body.session, pieces(kept[0]), book(body))
        return body.who

    return told(act)


def book(body: Body) -> str | None:
    """The oldest book that has numbers left and was not retired: a person chooses where there are several."""
    db = body.session.store.db
    held = db.conn.execute("SELECT series FROM book WHERE next <= last ORDER BY seq").fetchall()
    return next((series for (series,) in held if series not in retired_series(db)), None)


def close_shift(body: Body) -> int:
    """Count and close; all of it is kept in the drawer. How much."""
    session = body.session
    kept = cash_in_hand(session.store.db, session.own_shift(closing=True).seq)
    count(session, pieces(kept))
    close(session, Closing(kept=kept))
    body.paid.clear()
    return kept


def poisoned(world: World, body: Body, kind: str) -> str:
    """Write an entry that the centre cannot apply, with the device's own key."""

    def act() -> str:
        seq = _poison(body, kind)
        (record,) = body.session.store.journal.records(seq, seq)
        world.poison.append((body.stream, seq, record.hash))
        world.tally[f"poison: {kind}"] += 1
        return f"entry {seq}"

    return told(act)


def _poison(body: Body, kind: str) -> int:
    session = body.session
    if kind == POISONS[0]:
        return pay_debt(session).payment.seq
    if kind == POISONS[1]:
        body.poisoned = True
        return append_raw(session, "payment.taken", {"broken": "true"})
    return append_raw(session, "future.thing", {"what": "of a later release"})


def drop(world: World, body: Body, *, safely: bool) -> str:
    """Do all that comes before the oldest period may go, and ask for it; forty days later at the centre."""
    if body.poisoned or not body.alone:
        return "not on this device"
    world.dropped = True

    def act() -> str:
        if body.session.shift() is not None:
            close_shift(body)
        turn_now(body.session)
        who, body.who = body.who, SUPERVISOR
        body.close()
        erase_old(body.session)
        body.close()
        body.who = who
        said = [world.round(body)]
        world.centre.apply(everything=True)
        if safely:
            world.backup()
        world.move_centre_clock(timedelta(days=40))
        body.close()
        said.append(world.round(body))
        world.look_at(body)  # before it goes
        try:
            drop_now(body.session)
        except KnownError as error:
            if not error.code.startswith("journal."):
                raise
            return "; ".join([*said, error.code])
        world.tally["a period dropped"] += 1
        return "; ".join([*said, f"dropped up to {first_kept(body.session.store.db)}"])

    return told(act)
