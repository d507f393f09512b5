"""Collecting a debt: find the debtor, see what he owes and how old that is, divide an amount. No Qt."""

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.core.errors import KnownError
from kiosk.core.money import format_money, format_pounds, parse_money
from kiosk.ui.presenter import Context, Errors
from kiosk.ui.screens.collect_reading import DebtorPage, Searched, open_debtor, preview, search
from kiosk.ui.screens.collect_state import CollectState, CollectView, DebtView, ListedRow, Typed

if TYPE_CHECKING:
    from kiosk.core.debts.allocation import Choice
    from kiosk.desk.collect import Collection, Identity, Preview

ROWS = 4
"""Debtors or debts in sight at once; more are a page further."""


class CollectPresenter:
    """Nothing is written here: the payment follows on its own screen."""

    def __init__(self, context: Context, view: CollectView) -> None:
        self._context, self._view = context, view
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.state = CollectState()
        self.typed = Typed()
        self._found: Searched | None = None
        self._identity: Identity | None = None
        self._page: DebtorPage | None = None
        self._chosen: tuple[str, ...] = ()
        self._first = 0
        self._asked = 0
        self._own_amount = False

    def arrive(self, *, new: bool = False) -> None:
        """Go on with the debtor that is open, with balances looked at again, or begin with the search."""
        if self._page is not None and not new:
            self._open(self._page.code)
            return
        self._begin_anew()
        self._show(self.state)

    # --- find

    def search(self, typed: str) -> None:
        """Look for a number, phone, account or name."""
        self._context.desk.ask(search(typed), self._searched, self._not_searched)

    def _not_searched(self, error: KnownError) -> None:
        errors = Errors(self._context.texts)
        errors.add("query", error)
        self._view.show_errors(errors.found)

    def _searched(self, found: Searched) -> None:
        self._view.show_errors(())
        self._found, self._identity, self._first = found, found.identity, 0
        if len(found.rows) == 1 and found.rows[0].sure:
            self._open(found.rows[0].code)
            return
        self._list()

    def more(self) -> None:
        """The next rows."""
        total = len(self._page.debts) if self._page else len(self._found.rows) if self._found else 0
        self._first = self._first + ROWS if self._first + ROWS < total else 0
        if self._page is not None:
            self._draw()
        else:
            self._list()

    def _list(self) -> None:
        texts = self._context.texts
        rows = self._found.rows if self._found else ()
        shown = tuple(
            ListedRow(
                id=one.code,
                title=texts.data(self._full_name(one.name, one.father)),
                detail=self._where(one.address, one.number, one.phone),
                end=texts("collect.sure" if one.sure else "collect.by_name"),
            )
            for one in rows[self._first : self._first + ROWS]
        )
        self._show(replace(self.state, step="find", rows=shown, nobody=not rows, more=self._more(len(rows))))

    def _full_name(self, name: str, father: str) -> str:
        return f"{name} ({self._context.texts('collect.father', name=father)})" if father else name

    def _where(self, address: str, number: str, phone: str) -> str:
        """What is compared with his papers: address and last digits."""
        texts = self._context.texts
        said = [texts.data(address)] if address else []
        if number:
            said.append(texts("collect.number", digits=_end(number)))
        if phone:
            said.append(texts("collect.phone", digits=_end(phone)))
        return " · ".join(said)

    def _more(self, total: int) -> str:
        if total <= ROWS:
            return ""
        page, pages = self._first // ROWS + 1, -(-total // ROWS)
        return self._context.texts("collect.more", page=page, pages=pages)

    def choose(self, code: str) -> None:
        """A debtor was touched."""
        self._open(code)

    def open_first(self) -> None:
        """Enter on a list of one."""
        if len(self.state.rows) == 1:
            self.choose(self.state.rows[0].id)

    def _open(self, code: str) -> None:
        self._context.desk.ask(
            open_debtor(code, self._context.texts.language), self._opened, self._view.say_error
        )

    def _opened(self, page: DebtorPage) -> None:
        fresh = self._page is None or self._page.code != page.code
        self._page = page
        if fresh:
            self._chosen, self._first = (), 0
            self._own_amount, self.typed = False, Typed()
            self._fill_amount()
            self.state = CollectState(step="debts", not_chosen=len(page.debts) == 1)
        self._draw()
        self._divide()

    # --- debts

    def touch(self, account: str) -> None:
        """A debt was touched: the debtor pays it next, or not after all."""
        chosen = [one for one in self._chosen if one != account]
        self._chosen = tuple(chosen) if account in self._chosen else (*self._chosen, account)
        self.state = replace(self.state, not_chosen=False)
        self._fill_amount()
        self._draw()
        self._divide()

    def no_choice(self) -> None:
        """The debtor was asked and does not choose."""
        self._chosen = ()
        self.state = replace(self.state, not_chosen=True)
        self._fill_amount()
        self._draw()
        self._divide()

    def type(self, **fields: str) -> None:
        """Something was typed."""
        self.typed = replace(self.typed, **fields)
        if "amount" in fields:
            self._own_amount = True
            self._divide()

    def other_payer(self) -> None:
        """Somebody else pays, or the debtor himself after all."""
        self.state = replace(self.state, other=not self.state.other)
        self._draw()

    def capacity(self, code: str) -> None:
        """In which capacity the other pays."""
        self.state = replace(self.state, capacity=code)
        self._draw()

    def _divide(self) -> None:
        """Show how the amount would be divided, as far as all is there."""
        collection = self._collection(None)
        if collection is None or not self._answered:
            self.state = replace(self.state, divided=(), problem="")
            self._draw()
            return
        self._asked += 1
        asked = self._asked
        desk = self._context.desk

        def told(answer: "tuple[Preview, bool]") -> None:
            if asked == self._asked:
                self.state = replace(
                    self.state, divided=self._rows_of(answer[0]), problem="", by_name=answer[1]
                )
                self._draw()

        def refused(error: KnownError) -> None:
            if asked == self._asked:
                mandate = self.state.mandate or error.code == "collect.mandate"
                problem = self._context.texts.error(error)
                self.state = replace(self.state, divided=(), problem=problem, mandate=mandate)
                self._draw()

        desk.ask(preview(collection), told, refused)

    def _rows_of(self, shown: "Preview") -> tuple[tuple[str, str, str], ...]:
        texts, language = self._context.texts, self._context.texts.language
        before = {one.debt: one for one in shown.balances}
        sums: dict[str, int] = {}
        for part in shown.divided.parts:
            sums[part.debt] = sums.get(part.debt, 0) + part.amount
        rows = [
            (
                texts.data(debt),
                texts.data(format_pounds(amount, language)),
                texts("collect.left", amount=format_pounds(before[debt].after, language))
                if debt in before
                else "",
            )
            for debt, amount in sums.items()
        ]
        for kept, words in (
            *((one, "collect.advance") for one in shown.divided.advances),
            *((one, "collect.on_account") for one in shown.divided.on_account),
        ):
            rows.append(
                (texts.data(kept.debt or "-"), texts.data(format_pounds(kept.amount, language)), texts(words))
            )
        return tuple(rows)

    @property
    def _answered(self) -> bool:
        return bool(self._chosen) or self.state.not_chosen

    def _collection(self, errors: Errors | None) -> "Collection | None":
        """What is to be paid, as typed; mistakes go to `errors` when it is given."""
        from kiosk.core.debts.allocation import ChosenAmounts, ChosenDebts, NoChoice
        from kiosk.desk.collect import Collection
        from kiosk.desk.payer import Payer

        found = errors or Errors(self._context.texts)
        amount = found.take("amount", lambda: parse_money(self.typed.amount))
        if self._page is None or amount is None:
            return None
        payer = None
        if self.state.other:
            if not self.typed.payer.strip():
                found.add("payer", KnownError("form.missing"))
            if not self.state.capacity:
                found.add("capacity", KnownError("form.missing"))
            number = self.typed.number.strip() or None
            payer = Payer(self.typed.payer, self.state.capacity or "other", number)
        choice: Choice = NoChoice()
        if len(self._chosen) == 1:
            choice = ChosenDebts(self._chosen)
        elif self._chosen:
            choice = ChosenAmounts(self._shares(self._page, amount))
        return Collection(
            debtor=self._page.code,
            amount=amount,
            choice=choice,
            identity=self._identity,
            payer=payer if errors else None,
            mandate=self.typed.mandate.strip() or None,
            order_no=self.typed.order_no.strip() or None,
        )

    def _shares(self, page: DebtorPage, amount: int) -> tuple[tuple[str, int], ...]:
        """The amount in the debtor's order: each is paid off before the next; the last takes the rest."""
        balances = {one.account: one.balance for one in page.debts}
        shares: dict[str, int] = {}
        for account in self._chosen:
            shares[account] = min(balances[account], amount)
            amount -= shares[account]
        shares[self._chosen[-1]] += amount
        return tuple((account, share) for account, share in shares.items() if share)

    def _fill_amount(self) -> None:
        """Until somebody types an amount, it is what falls due on the chosen debts."""
        if self._page is None or self._own_amount:
            return
        counted = [one for one in self._page.debts if one.account in self._chosen or not self._chosen]
        usual = sum(one.due for one in counted) or sum(one.balance for one in counted)
        self.typed = replace(self.typed, amount=format_money(usual) if usual else "")

    def pay(self) -> None:
        """On to the payment, when all is there and can be divided."""
        errors = Errors(self._context.texts)
        if not self._answered:
            errors.add("choice", KnownError("ui.choice_missing"))
        collection = self._collection(errors)
        if self.state.mandate and not self.typed.mandate.strip():
            errors.add("mandate", KnownError("form.missing"))
        if errors or collection is None:
            self._view.show_errors(errors.found)
            return

        def told(answer: "tuple[Preview, bool]") -> None:
            self._view.show_errors(())
            self._context.go.go("pay", collection=collection, preview=answer[0], second=answer[1])

        self._context.desk.ask(preview(collection), told, self._not_divided)

    def _not_divided(self, error: KnownError) -> None:
        errors = Errors(self._context.texts)
        area = error.code.partition(".")[0]
        field = {"debts": "amount", "form": "payer", "payer": "payer", "identity": "number"}.get(area)
        if error.code == "collect.mandate":
            self.state = replace(self.state, mandate=True)
            self._draw()
            field = "mandate"
        if field is None:
            self._view.say_error(error)
            return
        errors.add(field, error)
        self._view.show_errors(errors.found)

    def go_on(self) -> None:
        """The button that goes on."""
        if self.state.step == "find":
            self.open_first()
        else:
            self.pay()

    def go_back(self) -> bool:
        """From the debts to the search; False from there."""
        if self._page is None:
            return False
        found, identity = self._found, self._identity
        self._begin_anew()
        self._found, self._identity = found, identity
        if found is not None and len(found.rows) > 1:
            self._list()
        else:
            self._show(self.state)
        return True

    # --- drawing

    def _draw(self) -> None:
        page = self._page
        if page is None:
            return
        texts, language = self._context.texts, self._context.texts.language
        day = f"{page.as_of:%d/%m/%Y}"
        age = texts("collect.as_of", day=day)
        if page.stale:
            age = texts("collect.as_of_stale", day=day, days=page.days)
        amount = _amount(self.typed.amount)
        self._show(
            replace(
                self.state,
                step="debts",
                rows=(),
                name=texts.data(self._full_name(page.name, page.father)),
                who=self._where(page.address, page.number, page.phone),
                as_of=age,
                stale=page.stale,
                undivided=texts("collect.undivided", amount=format_pounds(page.undivided, language))
                if page.undivided
                else "",
                due=texts.data(format_pounds(page.due, language)),
                balance=texts.data(format_pounds(page.balance, language)),
                debts=tuple(
                    DebtView(
                        account=one.account,
                        title=texts.data(f"{one.kind} · {texts.shown(one.account)}"),
                        detail="" if one.held else texts("collect.not_held"),
                        balance=texts.data(format_pounds(one.balance, language)),
                        due=texts("collect.due", amount=format_pounds(one.due, language)),
                        order=str(self._chosen.index(one.account) + 1) if one.account in self._chosen else "",
                    )
                    for one in page.debts[self._first : self._first + ROWS]
                ),
                more=self._more(len(page.debts)),
                amount=self.typed.amount,
                mandate=self.state.mandate,
                act=texts("collect.pay", amount=format_pounds(amount, language))
                if amount
                else texts("collect.pay_nothing"),
            )
        )

    def _show(self, state: CollectState) -> None:
        self.state = state
        self._view.show_state(state)


def _amount(typed: str) -> int:
    """The amount as far as it can be read, else 0."""
    try:
        return parse_money(typed)
    except KnownError:
        return 0


def _end(masked: str) -> str:
    """The last digits of a masked number."""
    from kiosk.core.bidi import strip_marks

    return strip_marks(masked).lstrip("*")
