"""Debts on the command line: one JSON form, and text in Arabic and English; numbers are masked."""

from collections.abc import Iterable, Sequence
from typing import Any

from kiosk.core.bidi import ltr, strip_marks
from kiosk.core.dates import format_numeric_date
from kiosk.core.debts import allocation as division
from kiosk.core.debts.age import DataAge
from kiosk.core.debts.allocation import Balance
from kiosk.core.errors import Language
from kiosk.core.money import format_money, format_pounds
from kiosk.desk.collect import Collected, Preview
from kiosk.desk.collect_show import DebtorShown, DebtShown
from kiosk.store.debts.search import Found

_COMPONENTS = {
    "costs": ("مصاريف", "costs"),
    "late": ("مقابل تأخير", "late charge"),
    "principal": ("أصل", "principal"),
}
_CHOSEN = {
    "debtor": ("التوزيع حسب اختيار المدين.", "Divided as the debtor chose."),
    "rule": ("التوزيع حسب القانون، ولم يختر المدين.", "Divided by the rule; the debtor did not choose."),
    "centre": ("تحت الحساب: يوزعه المركز.", "On account: the centre divides it."),
}


def _iso(text: str, language: Language) -> str:
    return ltr(text) if language == "ar" else text


def _say(pair: tuple[str, str], language: Language) -> str:
    return pair[0] if language == "ar" else pair[1]


def found_plain(found: Sequence[Found]) -> dict[str, Any]:
    """The debtors that were found, the surest first."""
    return {
        "found": [
            {
                "debtor": one.debtor,
                "name": one.name,
                "father": one.father,
                "address": one.address,
                "number_masked": strip_marks(one.number),
                "phone_masked": strip_marks(one.phone),
                "found_by": one.found_by,
                "why": one.why.value,
            }
            for one in found
        ]
    }


def found_text(found: Sequence[Found], language: Language) -> str:
    """A debtor a line: what to compare with his papers."""
    if not found:
        return _say(("لا يوجد مدين بهذه البيانات.", "No debtor is known by that."), language)
    return "\n".join(
        "  ".join(
            part
            for part in (_iso(one.debtor, language), one.name, one.father, one.address, one.number, one.phone)
            if part
        )
        for one in found
    )


def age_plain(age: DataAge) -> dict[str, Any]:
    """How old the data is."""
    return {"as_of": age.as_of.isoformat(), "days": age.days, "stale": age.stale}


def _age_text(age: DataAge, language: Language) -> str:
    day = _iso(format_numeric_date(age.as_of), language)
    old = ("، بيانات قديمة", ", old data") if age.stale else ("", "")
    said = f"{_say(('حسب بيانات يوم', 'As of'), language)} {day}"
    days = _iso(str(age.days), language)
    return f"{said} ({_say((f'عمرها بالأيام {days}', f'{days} days old'), language)}{_say(old, language)})"


def shown_plain(page: DebtorShown) -> dict[str, Any]:
    """The documented JSON form of a debtor's debts (docs/commands.md)."""
    return {
        "debtor": page.debtor.code,
        "name": page.debtor.name,
        "father": page.debtor.father,
        "address": page.debtor.address,
        "number_masked": strip_marks(page.number),
        "phone_masked": strip_marks(page.phone),
        "data": {"version": page.version.version, **age_plain(page.age)},
        "balance": page.balance,
        "due": page.due,
        "undivided": page.undivided,
        "debts": [_debt_plain(one, page) for one in page.debts],
    }


def _debt_plain(one: DebtShown, page: DebtorShown) -> dict[str, Any]:
    bands = None
    if one.bands is not None:
        bands = [{"band": row.band.code, "owed": row.owed, "charges": row.charges} for row in one.bands]
    return {
        "account": one.account,
        "kind": one.row.kind,
        "kind_ar": one.rule.name_ar,
        "kind_en": one.rule.name_en,
        "contract": one.row.contract,
        "balance": one.balance,
        "due": one.due,
        "held": one.held,
        "waiting": one.shown.waiting,
        "over": one.shown.over,
        "reopened": one.shown.reopened,
        "needs_mandate": one.rule.needs_mandate,
        "bands": bands,
        "charges": [
            {
                "id": row.id,
                "label": one.label(row.id),
                "component": row.component.value,
                "due_on": row.due.isoformat(),
                "is_due": row.is_due(page.day),
                "owed": row.owed,
            }
            for row in one.charges
        ],
    }


def shown_text(page: DebtorShown, language: Language) -> str:
    """A debtor, the age of what is known, and each debt with its open lines."""
    who = (page.debtor.name, page.debtor.father, page.debtor.address, page.number, page.phone)
    lines = [
        f"{_iso(page.debtor.code, language)}  " + "  ".join(part for part in who if part),
        _age_text(page.age, language),
    ]
    for one in page.debts:
        name = one.rule.name_ar if language == "ar" else one.rule.name_en
        held = "" if one.held else _say(("  (تحت الحساب فقط)", "  (on account only)"), language)
        balance, due = format_pounds(one.balance, language), format_pounds(one.due, language)
        due_text = _say((f"مستحق الآن {due}", f"due now {due}"), language)
        lines.append(f"{_iso(one.account, language)}  {name}  {balance}  {due_text}{held}")
        for row in one.charges:
            if row.owed:
                part = _say(_COMPONENTS[row.component.value], language)
                day = _iso(format_numeric_date(row.due), language)
                amount = _iso(format_money(row.owed), language)
                lines.append(f"    {part}  {one.label(row.id)}  {day}  {amount}")
        if one.shown.waiting:
            waiting = format_pounds(one.shown.waiting, language)
            lines.append(
                f"    {_say(('حُصّل هنا ولم يوزعه المركز', 'taken here, not divided yet'), language)} {waiting}"
            )
        lines += _bands_text(one, language)
    total = format_pounds(page.balance, language)
    lines.append(f"{_say(('الإجمالي', 'Total'), language)}: {total}")
    return "\n".join(lines)


def _bands_text(one: DebtShown, language: Language) -> Iterable[str]:
    for row in one.bands or ():
        if row.owed:
            name = row.band.name_ar if language == "ar" else row.band.name_en
            yield f"    {name}: {format_pounds(row.owed, language)}"


def divided_plain(divided: division.Allocation) -> dict[str, Any]:
    """How an amount is divided."""
    kept = [("advance", one) for one in divided.advances] + [
        ("on_account", one) for one in divided.on_account
    ]
    return {
        "amount": divided.paid,
        "chosen_by": divided.chosen_by.value,
        "parts": [
            {
                "debt": part.debt,
                "charge": part.charge,
                "component": part.component.value,
                "piastres": part.amount,
            }
            for part in divided.parts
        ],
        "credits": [{"kind": kind, "debt": one.debt, "piastres": one.amount} for kind, one in kept],
        "balances": [
            {"debt": one.debt, "before": one.before, "after": one.after} for one in divided.balances
        ],
    }


def _divided_text(divided: division.Allocation, language: Language) -> list[str]:
    lines = [
        f"  {_iso(part.debt, language)}  {_say(_COMPONENTS[part.component.value], language)}"
        f"  {_iso(format_money(part.amount), language)}"
        for part in divided.parts
    ]
    for pair, rows in (
        (("مقدم للمديونية", "advance on"), divided.advances),
        (("تحت الحساب", "on account"), divided.on_account),
    ):
        for one in rows:
            account = _iso(one.debt, language) if one.debt else ""
            amount = _iso(format_money(one.amount), language)
            lines.append(f"  {_say(pair, language)} {account}  {amount}")
    return [*lines, _say(_CHOSEN[divided.chosen_by.value], language)]


def _balances_text(balances: Iterable[Balance], language: Language) -> list[str]:
    said = []
    for one in balances:
        before, after = (_iso(format_money(amount), language) for amount in (one.before, one.after))
        words = (f"قبل {before} بعد {after}", f"before {before}, after {after}")
        said.append(f"{_iso(one.debt, language)}: {_say(words, language)}")
    return said


def preview_plain(preview: Preview) -> dict[str, Any]:
    """The documented JSON form of a division before it is carried out."""
    data = {"version": preview.shown.version.version, **age_plain(preview.shown.age)}
    return {"debtor": preview.shown.debtor.code, "data": data, **divided_plain(preview.divided)}


def preview_text(preview: Preview, language: Language) -> str:
    """Where each part would go, and the balances."""
    lines = _divided_text(preview.divided, language) + _balances_text(preview.balances, language)
    return "\n".join([*lines, _age_text(preview.shown.age, language)])


def collected_plain(done: Collected) -> dict[str, Any]:
    """The documented JSON form of a collection that was carried out."""
    return {"debtor": done.debtor.code, "data": age_plain(done.age), **divided_plain(done.divided)}


def collected_text(done: Collected, language: Language) -> str:
    """Where each part went, and the balances by the data at hand."""
    lines = _divided_text(done.divided, language) + _balances_text(done.balances, language)
    return "\n".join([*lines, _age_text(done.age, language)])
