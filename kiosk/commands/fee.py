"""`kiosk fee`: the fee of a service line by line, what it needs, and a check of edited tables."""

import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import click

from kiosk.commands.base import output, output_options
from kiosk.core.bidi import excerpt, ltr
from kiosk.core.dates import format_numeric_date
from kiosk.core.errors import KnownError, Language, error_payload
from kiosk.core.fees import FeeInput, FeeTables, LedgerItem, Quote, QuoteLine
from kiosk.core.fees.basis import BASIS_LABELS
from kiosk.core.fees.plans import Instalment
from kiosk.core.fees.quote import Source
from kiosk.core.money import format_money
from kiosk.fee_tables import check_fee_folder, shipped_fee_tables

WIDTH = 44
"""Columns of a label before its amount."""


@click.command("fee")
@click.argument("service", metavar="SERVICE", required=False)
@click.argument("inputs", metavar="[KEY=VALUE]…", nargs=-1)
@click.option("--keys", is_flag=True, help="اعرض البيانات المطلوبة · list what the fee is worked out from")
@click.option("--sources", is_flag=True, help="اعرض مصدر كل قيمة · show the source of each value")
@click.option(
    "--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="تاريخ الحساب (اليوم) · date (default today)"
)
@click.option(
    "--check",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="راجع مجلد جداول رسوم · check a folder of fee tables",
)
@output_options
def fee(
    service: str | None,
    inputs: tuple[str, ...],
    keys: bool,
    sources: bool,
    on: datetime | None,
    folder: Path | None,
) -> int:
    """رسوم خدمة بندًا بندًا · the fee of a service, line by line."""
    if folder is not None:
        return _check(folder)
    if service is None:
        raise click.MissingParameter(param_hint="SERVICE", param_type="argument")
    tables = shipped_fee_tables()
    if keys:
        _show_keys(tables, service)
        return 0
    day = on.date() if on else datetime.now(UTC).astimezone().date()
    quote = tables.quote(service, _pairs(inputs), day)
    texts = (quote_text(quote, language, sources=sources) for language in ("ar", "en"))
    output().emit(quote.to_plain(), next(texts), next(texts))
    return 0


def _pairs(inputs: tuple[str, ...]) -> dict[str, str]:
    """Read `key=value` words. Raises KnownError `command.key_value`, also for a key given twice."""
    pairs: dict[str, str] = {}
    for word in inputs:
        key, sign, value = word.partition("=")
        if not sign or not key or key in pairs:
            raise KnownError("command.key_value", text=excerpt(word))
        pairs[key] = value
    return pairs


def quote_text(quote: Quote, language: Language, *, sources: bool = False) -> str:
    """Write a quote as aligned lines; marks of sample, unconfirmed and expired values stand beside their
    amounts.
    """
    say = _Words(language)
    head = f"{_isolated(quote.service, language)}  {say('في', 'on')} {say.day(quote.on)}  "
    head += f"{say('جدول', 'table')} {_isolated(quote.version, language)}"
    said = [head if quote.lines else _with_marks(head, quote.marks(language))]
    for line in quote.lines:
        said.append(_row(_labelled(line, say), abs(line.amount), line.marks(language), language))
        said += _below(line, say, sources=sources)
    for item in quote.ledger:
        debt = (
            f"{item.label.of(language)}: {say('من الحساب', 'from account')} {_isolated(item.debt, language)}"
        )
        said.append(_with_marks(debt, item.marks(language)))
        said += _terms(item, say) + _below(item, say, sources=sources)
    if quote.lines:
        said.append("-" * (WIDTH + 14))
        if quote.deposits:
            said.append(_row(say("الرسوم", "Fees"), quote.revenue, (), language))
            said.append(_row(say("تأمينات مستردة", "Refundable deposits"), quote.deposits, (), language))
        said.append(_row(say("الإجمالي", "Total"), quote.total, quote.marks(language), language))
        if quote.due_today != quote.total:
            said.append(_row(say("المستحق اليوم", "Due today"), quote.due_today, (), language))
    return "\n".join(said)


class _Words:
    """Chooses words of one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, arabic: str, english: str) -> str:
        return arabic if self.language == "ar" else english

    def day(self, day: date) -> str:
        """A date as people read it."""
        return format_numeric_date(day) if self.language == "ar" else day.isoformat()


def _labelled(line: QuoteLine, say: _Words) -> str:
    less = say("يخصم: ", "less: ") if line.amount < 0 else ""
    reference = f" ({_isolated(line.reference, say.language)})" if line.reference else ""
    return f"{less}{line.label.of(say.language)}{reference}"


def _row(label: str, piastres: int, marks: tuple[str, ...], language: Language) -> str:
    amount = _isolated(f"{format_money(piastres):>14}", language)
    said = f"{label}{' ' * max(1, WIDTH - _columns(label))}{amount}"
    return _with_marks(said, marks)


def _with_marks(said: str, marks: tuple[str, ...]) -> str:
    return f"{said}  [{' - '.join(marks)}]" if marks else said


def _terms(item: LedgerItem, say: _Words) -> list[str]:
    """What may be added to or taken off a debt."""
    said = []
    if item.late:
        late = f"{say('مقابل التأخير', 'Late charge')}: {_isolated(item.late, say.language)}"
        if item.late_cap == "principal":
            late += say("، لا يزيد على أصل الدين", ", never above the principal")
        said.append(f"    {late}")
    said += [
        f"    {say('تخفيض', 'Discount')}: {_isolated(discount, say.language)}" for discount in item.discounts
    ]
    return said


def _below(part: QuoteLine | LedgerItem, say: _Words, *, sources: bool) -> list[str]:
    """The note, the plan and, when asked for, the sources of a line."""
    said = [f"    {part.note.of(say.language)}"] if part.note else []
    said += [_instalment(instalment, say) for instalment in part.plan]
    if sources:
        said += [f"    {_source(source, say)}" for source in part.sources]
    return said


def _instalment(instalment: Instalment, say: _Words) -> str:
    number = _isolated(str(instalment.number), say.language)
    name = f"{say('قسط', 'Instalment')} {number}" if instalment.number else say("المقدم", "Down payment")
    return _row(f"    {name}  {say.day(instalment.due)}", instalment.amount, (), say.language)


def _source(source: Source, say: _Words) -> str:
    value = _isolated(f"{source.value} {source.unit}".strip(), say.language)
    parts = [
        f"{say('المصدر', 'Source')}: {source.label.of(say.language)} {value}",
        f"{say('من', 'from')} {say.day(source.valid_from)}",
    ]
    if source.valid_to:
        parts.append(f"{say('إلى', 'to')} {say.day(source.valid_to)}")
    parts += [BASIS_LABELS[source.basis].of(say.language), source.source, source.note]
    return " - ".join(part for part in parts if part)


def _isolated(text: str, language: Language) -> str:
    return ltr(text) if language == "ar" else text


def _columns(text: str) -> int:
    """Columns that a text takes on screen: marks and harakat take none."""
    return sum(1 for letter in text if unicodedata.category(letter) not in ("Mn", "Cf"))


def _show_keys(tables: FeeTables, service: str) -> None:
    """List the inputs of a service."""
    definitions = tables.inputs(service)
    payload = {"service": service, "inputs": [_input_payload(definition) for definition in definitions]}
    none = ("لا تحتاج رسوم هذه الخدمة إلى بيانات.", "The fee of this service needs no inputs.")
    arabic = "\n".join(_input_text(definition, _Words("ar")) for definition in definitions)
    english = "\n".join(_input_text(definition, _Words("en")) for definition in definitions)
    output().emit(payload, arabic or none[0], english or none[1])


def _input_payload(definition: FeeInput) -> dict[str, object]:
    return {
        "name": definition.name,
        "type": definition.type.value,
        "ar": definition.label.ar,
        "en": definition.label.en,
        "unit_ar": definition.unit.ar if definition.unit else "",
        "unit_en": definition.unit.en if definition.unit else "",
        "options": [{"code": code, "ar": label.ar, "en": label.en} for code, label in definition.options],
        "required": definition.required,
        "default": definition.default,
        "needed_when": [[str(part) for part in conditions] for conditions in definition.needed_when],
    }


def _input_text(definition: FeeInput, say: _Words) -> str:
    language = say.language
    said = f"{_isolated(f'{definition.name:<32}', language)} {definition.label.of(language)}"
    if definition.unit:
        said += f" ({definition.unit.of(language)})"
    if definition.default is not None:
        said += f"  [{say('اختياري', 'optional')}: {_isolated(definition.default, language)}]"
    elif definition.needed_when:
        conditions = " | ".join(" + ".join(map(str, part)) for part in definition.needed_when)
        said += f"  [{say('عند', 'when')} {_isolated(conditions, language)}]"
    for code, label in definition.options:
        said += f"\n    {_isolated(f'{code:<28}', language)} {label.of(language)}"
    return said


def _check(folder: Path) -> int:
    """Print every mistake of a folder of fee tables; the exit code is 2 when there is any."""
    found = check_fee_folder(folder)
    payload = {"ok": not found, "problems": [error_payload(problem) for problem in found]}
    arabic = "\n".join(f"{problem.sentence('ar')}\n    {problem.remedy('ar')}" for problem in found)
    english = "\n".join(f"{problem.sentence('en')}\n    {problem.remedy('en')}" for problem in found)
    output().emit(payload, arabic or "الجداول سليمة.", english or "The tables are sound.")
    return found[0].exit_code if found else 0
