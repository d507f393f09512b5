"""Requests on the command line: one JSON form, and text in Arabic and English."""

from collections.abc import Iterable
from typing import Any

from kiosk.core.bidi import ltr
from kiosk.core.catalogue.model import Catalogue, Field, FieldType, Service, Text
from kiosk.core.dates import format_numeric_date
from kiosk.core.entries.parts import Line
from kiosk.core.errors import KnownError, Language, error_payload
from kiosk.core.fees import Quote
from kiosk.core.fees.basis import BASIS_LABELS, Basis
from kiosk.core.money import format_money, format_pounds
from kiosk.core.wire.codec import dump
from kiosk.desk.serve import RequestDone
from kiosk.desk.serve_check import RequestCheck
from kiosk.desk.serve_fees import LATER
from kiosk.desk.serve_papers import PaperAsked, PapersSlip
from kiosk.desk.serve_show import RequestPage


def _iso(text: str, language: Language) -> str:
    return ltr(text) if language == "ar" else text


def _both(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"ar": text.ar, "en": text.en}


def services_plain(catalogue: Catalogue) -> dict[str, Any]:
    """The services of the device: code, name, what the counter does, and whether it takes money."""
    return {
        "version": catalogue.version.label,
        "services": [
            {
                "code": one.code,
                "name": _both(one.name),
                "counter_mode": one.counter_mode,
                "tenders": list(one.tenders),
            }
            for one in catalogue.services.values()
        ],
    }


def services_text(catalogue: Catalogue, language: Language) -> str:
    """One service a line."""
    return "\n".join(
        f"{_iso(one.code, language)}  {one.name.of(language)}" for one in catalogue.services.values()
    )


def form_plain(service: Service, catalogue: Catalogue) -> dict[str, Any]:
    """What is typed for a service: fields with their options, papers with their codes."""
    return {
        "code": service.code,
        "name": _both(service.name),
        "fields": [_field_plain(one) for one in service.fields],
        "papers": [
            {
                "any_of": [
                    {"code": code, "name": _both(catalogue.papers[code].name)} for code in line.any_of
                ],
                "optional": line.optional,
                "later": line.later,
                "required_if": line.required_if.text if line.required_if else None,
            }
            for line in service.papers
        ],
    }


def _field_plain(one: Field) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": _both(one.label),
        "type": one.type,
        "required": one.required,
        "personal": one.personal,
        "visible_if": one.visible_if.text if one.visible_if else None,
        "options": [{"code": option.code, "label": _both(option.label)} for option in one.options],
    }


def form_text(service: Service, catalogue: Catalogue, language: Language) -> str:
    """Fields as `name=…` with their labels, papers by their codes."""
    ar = language == "ar"
    lines = [
        f"{_iso(service.code, language)}  {service.name.of(language)}",
        "البيانات:" if ar else "Answers:",
    ]
    for one in service.fields:
        needed = "" if one.required else (" (اختياري)" if ar else " (optional)")
        shows = ""
        if one.visible_if is not None:
            shows = f"  [{'عند' if ar else 'when'} {_iso(one.visible_if.text, language)}]"
        lines.append(f"  {_iso(one.name, language)}  {one.label.of(language)}{needed}{shows}")
        if one.type is FieldType.YES_NO:
            lines.append(f"      {_iso('yes / no', language)}")
        lines += [
            f"      {_iso(option.code, language)}  {option.label.of(language)}" for option in one.options
        ]
    lines.append("المستندات:" if ar else "Papers:")
    for line in service.papers:
        names = (" أو " if ar else " or ").join(
            f"{_iso(code, language)} {catalogue.papers[code].name.of(language)}" for code in line.any_of
        )
        later = (" (يُستكمل لاحقًا)" if ar else " (may follow)") if line.later else ""
        optional = (" (إن وجد)" if ar else " (where there is one)") if line.optional else ""
        lines.append(f"  {names}{later}{optional}")
    return "\n".join(lines)


def check_plain(check: RequestCheck, refusal: KnownError | None) -> dict[str, Any]:
    """Everything that was found, and whether the request can be taken as it is."""
    return {
        "service": check.service.code,
        "ok": refusal is None,
        "refusal": error_payload(refusal) if refusal else None,
        "problems": {name: error_payload(one) for name, one in check.problems.items()},
        "gates": [{"code": one.gate.code, "open": one.open, "by": one.by} for one in check.gates],
        "papers": {"state": check.papers.state, **_slip_plain(check.slip)},
        "charged": check.charged,
        "fee": check.fee.quote.to_plain() if check.fee else None,
        "due": check.fee.due if check.fee and check.charged else 0,
        "same_today": list(check.same_today),
    }


def check_text(check: RequestCheck, refusal: KnownError | None, language: Language) -> str:
    """What is wrong, line by line, then papers, fee and warnings."""
    ar = language == "ar"
    lines = []
    for name, problem in check.problems.items():
        found = check.service.field(name)
        label = found.label.of(language) if found else name
        lines.append(
            f"{_iso(name, language)} {label}: {problem.sentence(language)} {problem.remedy(language)}"
        )
    if refusal is not None and not check.problems:
        lines.append(f"{refusal.sentence(language)} {refusal.remedy(language)}")
    lines += _papers_text(check.slip, language)
    if refusal is None:
        lines.append("الطلب جاهز للتسجيل." if ar else "The request can be taken.")
    if check.fee is not None:
        lines += _fee_text(check.fee.lines, check.fee.due, check.fee.quote, language, charged=check.charged)
    lines += _same_text(check.same_today, language)
    return "\n".join(lines)


def done_plain(done: RequestDone) -> dict[str, Any]:
    """The documented JSON form of a request that was taken (docs/commands.md)."""
    quote = done.quote
    return {
        "tracking": done.tracking,
        "entry": done.link.seq,
        "service": done.service.code,
        "name": _both(done.service.name),
        "acceptance": "conditional" if done.until else "complete",
        "until": done.until.isoformat() if done.until else None,
        "lines": [dump(line) for line in done.lines],
        "total": done.total,
        "due": done.due,
        "fee": quote.to_plain() if quote else None,
        "papers": _slip_plain(done.slip),
        "result_on": done.result_on.isoformat(),
        "appointment": _both(done.appointment),
        "warnings": [{"kind": one.kind, "text": _both(one.text)} for one in done.warnings],
        "time_limits": [
            {"text": _both(one.limit.text), "last_day": one.last_day.isoformat(), "days_left": one.days_left}
            for one in done.time_limits
        ],
        "must_not_claim": _both(done.must_not_claim),
        "same_today": list(done.same_today),
    }


def done_text(done: RequestDone, language: Language) -> str:
    """What staff tell the citizen."""
    ar = language == "ar"
    number = _iso(done.tracking, language)
    lines = [f"{'رقم الطلب' if ar else 'Request'} {number}: {done.service.name.of(language)}"]
    if done.until is not None:
        day = _iso(format_numeric_date(done.until), language)
        lines.append(
            f"{'مقبول بشرط استكمال المستندات حتى' if ar else 'Accepted if the papers come by'} {day}"
        )
    lines += _papers_text(done.slip, language)
    lines += _fee_text(done.lines, done.due, done.quote, language, charged=True) if done.lines else []
    for item in done.ledger:
        debt = _iso(item.debt, language)
        said = f"{item.label.of(language)}: {'من الحساب' if ar else 'from account'} {debt}"
        lines.append(said + _marked(item.marks(language)))
    result = _iso(format_numeric_date(done.result_on), language)
    lines.append(f"{'موعد النتيجة' if ar else 'Result expected'}: {result}")
    if done.appointment is not None:
        lines.append(f"{'موعد' if ar else 'Appointment'}: {done.appointment.of(language)}")
    for one in done.time_limits:
        last = _iso(format_numeric_date(one.last_day), language)
        lines.append(f"{one.limit.text.of(language)} {'آخر يوم' if ar else 'Last day'}: {last}")
    lines += [f"! {one.text.of(language)}" for one in done.warnings]
    lines.append(done.must_not_claim.of(language))
    lines += _same_text(done.same_today, language)
    return "\n".join(lines)


def page_plain(page: RequestPage, catalogue: Catalogue) -> dict[str, Any]:
    """The documented JSON form of a request that is shown."""
    body = page.request.body
    service = catalogue.services.get(body.service)
    return {
        "tracking": body.tracking,
        "service": body.service,
        "name": _both(service.name) if service else None,
        "day": page.request.day.isoformat(),
        "applicant": page.name,
        "number_masked": page.number,
        "acceptance": "conditional" if body.conditional_until else "complete",
        "until": body.conditional_until.isoformat() if body.conditional_until else None,
        "papers": dump(body.papers),
        "lines": [dump(line) for line in body.fee_lines],
        "total": body.total,
        "due": page.request.due,
        "paid": page.request.paid,
        "fee_version": page.fee_version,
        "fee_ended": page.fee_ended.isoformat() if page.fee_ended else None,
        "sample": page.sample,
        "receipts": list(page.receipts),
    }


def page_text(page: RequestPage, catalogue: Catalogue, language: Language) -> str:
    """A request in a few lines."""
    ar = language == "ar"
    request, body = page.request, page.request.body
    service = catalogue.services.get(body.service)
    name = service.name.of(language) if service else _iso(body.service, language)
    day = _iso(format_numeric_date(request.day), language)
    lines = [f"{_iso(body.tracking, language)}  {name}  {day}", f"{page.name} {page.number}".strip()]
    if body.conditional_until is not None:
        missing = "، ".join(body.papers.missing) if ar else ", ".join(body.papers.missing)
        until = _iso(format_numeric_date(body.conditional_until), language)
        lines.append(f"{'يُستكمل حتى' if ar else 'Papers to come by'} {until}: {_iso(missing, language)}")
    due, paid = (_iso(format_money(amount), language) for amount in (request.due, request.paid))
    lines.append(
        f"{'المستحق' if ar else 'Due'} {due}، {'المدفوع'} {paid}" if ar else f"Due {due}, paid {paid}"
    )
    lines += _fee_source(page, language)
    lines += [f"{'إيصال' if ar else 'Receipt'} {_iso(number, language)}" for number in page.receipts]
    return "\n".join(line for line in lines if line)


def _slip_plain(slip: PapersSlip) -> dict[str, Any]:
    return {
        "missing": [_asked_plain(one) for one in slip.missing],
        "given": [_asked_plain(one) for one in slip.given],
        "until": slip.until.isoformat() if slip.until else None,
    }


def _asked_plain(asked: PaperAsked) -> dict[str, Any]:
    return {"any_of": list(asked.codes), "name": _both(asked.name), "copies": asked.copies}


def _papers_text(slip: PapersSlip, language: Language) -> list[str]:
    if not slip.missing:
        return []
    ar = language == "ar"
    head = "مستندات ناقصة:" if ar else "Papers missing:"
    return [head] + [f"  {asked.name.of(language)}" for asked in slip.missing]


def _fee_text(
    lines: Iterable[Line], due: int, quote: Quote | None, language: Language, *, charged: bool
) -> list[str]:
    ar = language == "ar"
    quoted = {line.id: line for line in quote.lines} if quote else {}
    said = []
    for line in lines:
        own = quoted.get(line.label)
        marks = own.marks(language) if own else _sample(language, sample=line.sample)
        less = ("يخصم " if ar else "less ") if line.piastres < 0 else ""
        amount = _iso(format_money(abs(line.piastres)), language)
        later = ("  (أقساط لاحقة)" if ar else "  (later instalments)") if line.kind == LATER else ""
        label = own.label.of(language) if own else _iso(line.label, language)
        said.append(f"  {less}{label}{later}  {amount}{_marked(marks)}")
    if charged:
        last = f"{'المستحق الآن' if ar else 'Due now'}: {format_pounds(due, language)}"
    else:
        last = "الرسوم للعلم، ولا تُحصَّل هنا." if ar else "The fee is for information and not taken here."
    return [*said, last + _marked(quote.marks(language) if quote else ())]


def _marked(marks: Iterable[str]) -> str:
    """What must stand beside an amount: sample, unconfirmed or expired values (laws 6 and 10)."""
    together = " - ".join(marks)
    return f"  [{together}]" if together else ""


def _sample(language: Language, *, sample: bool) -> tuple[str, ...]:
    return (BASIS_LABELS[Basis.SAMPLE].of(language),) if sample else ()


def _fee_source(page: RequestPage, language: Language) -> list[str]:
    """Which fee table a request rests on, and whether it was past its last day already."""
    if page.fee_version is None:
        return []
    ar = language == "ar"
    marks = _sample(language, sample=page.sample)
    if page.fee_ended is not None:
        day = _iso(format_numeric_date(page.fee_ended), language)
        marks += (f"جدول انتهى في {day}" if ar else f"table ended on {day}",)
    table = _iso(page.fee_version, language)
    return [f"{'الرسوم من جدول' if ar else 'Fee from table'} {table}{_marked(marks)}"]


def _same_text(trackings: Iterable[str], language: Language) -> list[str]:
    said = "طلب مثله اليوم لنفس الشخص" if language == "ar" else "The same was taken today for this person"
    return [f"! {said}: {_iso(tracking, language)}" for tracking in trackings]
