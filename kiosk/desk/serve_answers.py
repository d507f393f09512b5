"""Answers of a request: second typings of numbers, and what is sealed apart from the entry.

The entry is kept for good, so nothing that may be personal goes into it: personal fields, free text of
several lines, and whatever the rules of the entry refuse are sealed in the record of the person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.core.arabic import exact_key
from kiosk.core.catalogue.answers import Surroundings, Value
from kiosk.core.catalogue.forms import FormState, evaluate
from kiosk.core.catalogue.model import FieldType, Service
from kiosk.core.errors import KnownError
from kiosk.core.identity.national_number import take_typing
from kiosk.core.wire.codec import FieldError, coder
from kiosk.core.wire.fields import Remark, is_personal_key
from kiosk.desk.session import Session
from kiosk.store.person_index import PersonIndex

CONFIRMED = "check_confirmed_by_second_typing"
"""Sealed beside the details: the fields whose check digit does not match and that were typed twice."""


@dataclass(frozen=True)
class KeptAnswers:
    """`facts` go into the entry, `sealed` into the person's record; `keys` find the person's other records.

    `problems`: answers that hold a citizen's number where an entry may not have one.
    """

    facts: Mapping[str, Value]
    sealed: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, KnownError]
    keys: tuple[bytes, ...] = field(default=(), repr=False)


def second_typings(
    service: Service, answers: Mapping[str, str], confirmed: Mapping[str, str], around: Surroundings
) -> tuple[dict[str, str], dict[str, KnownError], tuple[str, ...]]:
    """Weigh second typings of national numbers (`kiosk.core.identity.national_number.take_typing`).

    Return the answers with the number that counts, the questions that are open, and the fields whose number
    was confirmed by a second typing although its check digit does not match.
    """
    first = evaluate(service, answers, around)
    numbers = [one.name for one in first.fields if one.type is FieldType.NATIONAL_NUMBER]
    counted, open_questions, twice = dict(answers), {}, []
    for name in numbers:
        if name not in first.personal or not (name in first.type_again or name in confirmed):
            continue
        try:
            typing = take_typing(answers[name], None, governorates=around.governorates, today=around.today)
            if name in confirmed:
                typing = take_typing(
                    confirmed[name], typing, governorates=around.governorates, today=around.today
                )
        except KnownError as error:
            open_questions[name] = error
            continue
        question = typing.question()
        if question is not None:
            open_questions[name] = question
            continue
        counted[name] = typing.number.number
        if typing.check_confirmed_by_second_typing:
            twice.append(name)
    return counted, open_questions, tuple(twice)


def split_answers(form: FormState, twice: tuple[str, ...]) -> KeptAnswers:
    """Part what the entry keeps from what is sealed."""
    facts: dict[str, Value] = {}
    sealed = {name: str(value) for name, value in form.personal.items()}
    problems: dict[str, KnownError] = {}
    kinds = {one.name: one.type for one in form.fields}
    for name, value in form.facts.items():
        try:
            fits = _fits_entry(name, kinds[name], value)
        except KnownError as error:
            if kinds[name] is not FieldType.ACCOUNT:
                problems[name] = error
                continue
            fits = False
        if fits:
            facts[name] = value
        else:
            sealed[name] = str(value)
    if twice:
        sealed[CONFIRMED] = " ".join(twice)
    return KeptAnswers(facts, sealed, problems)


def _fits_entry(name: str, kind: FieldType, value: Value) -> bool:
    """Whether an entry may keep an answer. Raises KnownError `entry.personal_text`."""
    if is_personal_key(name) or kind is FieldType.LONG_TEXT:
        return False
    if isinstance(value, int):
        return True
    try:
        coder(Remark).load(value)
    except FieldError:
        return False
    return True


def identity_keys(session: Session, form: FormState) -> tuple[bytes, ...]:
    """The keys of the applicant's identity (`kiosk.store.person_index`); none for who gives no number."""
    index = PersonIndex(session.store.db, session.store.unlocked.data_key)
    known = form.personal
    if "national_number" in known:
        return (index.key("national_number", str(known["national_number"])),)
    if "passport_number" in known:
        country = exact_key(str(known.get("passport_country", "")))
        return (index.key("passport", f"{country}:{known['passport_number']}"),)
    return ()
