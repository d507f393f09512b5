"""Fills the form of any service as a teller would: asks what shows, answers each field by its type."""

from collections.abc import Mapping

from kiosk.core.catalogue.forms import evaluate
from kiosk.core.catalogue.model import Field, FieldType, Service
from kiosk.core.catalogue.papers import checklist
from kiosk.desk.serve import RequestTyped
from kiosk.desk.session import Session

NUMBER, NAME, MOBILE = "29001011234564", "منى محمود السيد", "01012345678"
ADDRESS = "4 شارع الجلاء بسوهاج"
TYPED: Mapping[FieldType, str] = {
    FieldType.TEXT: "كما بالمستند",
    FieldType.LONG_TEXT: "كما ذكر صاحب الشأن\nوبخط يده",
    FieldType.NAME: NAME,
    FieldType.NATIONAL_NUMBER: NUMBER,
    FieldType.PASSPORT: "A1234567",
    FieldType.MOBILE: MOBILE,
    FieldType.ADDRESS: ADDRESS,
    FieldType.PLACE: "سوهاج",
    FieldType.COORDINATES: "26.5591,31.6957",
    FieldType.WHOLE: "2",
    FieldType.DECIMAL: "100.5",
    FieldType.MONEY: "1500.25",
    FieldType.DATE: "24/11/2026",
    FieldType.YES_NO: "no",
    FieldType.ACCOUNT: "2026/17",
    FieldType.TAX_NUMBER: "100531385",
}


def _typed(field: Field) -> str:
    if field.type is FieldType.CHOICE:
        return field.options[0].code
    if field.minimum is not None and field.minimum > 2:
        return str(field.minimum)
    return TYPED[field.type]


def filled(session: Session, code: str, **answers: str) -> dict[str, str]:
    """Answers to every required field that shows; `answers` come first."""
    service = session.reference.catalogue.service(code)
    around = session.reference.surroundings(session.today())
    while True:
        state = evaluate(service, answers, around)
        if not state.missing:
            return answers
        answers |= {name: _typed(_field(service, name)) for name in state.missing}


def _field(service: Service, name: str) -> Field:
    found = service.field(name)
    assert found is not None
    return found


def papers_for(session: Session, code: str, answers: Mapping[str, str], *, later: bool = True) -> list[str]:
    """A paper for each line of the checklist; without `later` only those that may not follow."""
    service = session.reference.catalogue.service(code)
    around = session.reference.surroundings(session.today())
    facts = evaluate(service, answers, around).known
    lines = [line for line in checklist(service, facts) if later or not line.later]
    return [line.any_of[0] for line in lines if not line.optional]


def request(session: Session, code: str, **answers: str) -> RequestTyped:
    """A whole request for a service, with its papers."""
    whole = filled(session, code, **answers)
    return RequestTyped(code, whole, papers_for(session, code, whole))


def without_later(session: Session, code: str) -> RequestTyped:
    """The same without the papers that may follow."""
    whole = filled(session, code)
    return RequestTyped(code, whole, papers_for(session, code, whole, later=False))
