"""Judges a request as far as it is typed: answers, gates, papers, fee. Nothing is written.

A screen shows everything that is wrong at once; the act refuses with the first reason and how many there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kiosk.core.bidi import excerpt
from kiosk.core.catalogue.forms import FormState, evaluate
from kiosk.core.catalogue.gates import GateState, TimeLimitState, gates_of, shut_gates, time_limits_of
from kiosk.core.catalogue.model import Catalogue, Service
from kiosk.core.catalogue.papers import PapersState, papers_state
from kiosk.core.entries.request import Papers
from kiosk.core.errors import InBoth, KnownError
from kiosk.core.roles import Right
from kiosk.desk.serve_answers import KeptAnswers, identity_keys, second_typings, split_answers
from kiosk.desk.serve_fees import RequestFee, request_fee
from kiosk.desk.serve_papers import PapersSlip, papers_slip
from kiosk.desk.session import Session
from kiosk.store.queries.requests import services_of, taken_on


@dataclass(frozen=True)
class RequestTyped:
    """A request as typed: answers by field name (an option by its code), codes of the papers in hand.

    `confirmed` holds second typings of national numbers whose check digit does not match.
    """

    service: str
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    papers: Sequence[str] = ()
    confirmed: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class RequestCheck:
    """What was found. `problems` are by field, in the order of the form; amounts are in piastres.

    `same_today`: this person's requests for the service today, a warning and never a refusal. `fee` is None
    while the answers do not give one, and at a stage at which another body has not set it yet; `charged`
    tells whether this counter takes it: where it does not, the fee is shown as information.
    """

    service: Service
    day: date
    form: FormState = field(repr=False)
    kept: KeptAnswers = field(repr=False)
    problems: Mapping[str, KnownError]
    gates: tuple[GateState, ...]
    given: tuple[str, ...]
    papers: PapersState
    fee: RequestFee | None
    fee_problem: KnownError | None
    same_today: tuple[str, ...]
    time_limits: tuple[TimeLimitState, ...]
    slip: PapersSlip
    _catalogue: Catalogue = field(repr=False)

    @property
    def charged(self) -> bool:
        """Whether the counter takes money for this service."""
        return bool(self.service.tenders)

    @property
    def capacity(self) -> str:
        """In which capacity the person at the counter acts."""
        known = self.form.known
        return known.get("payer_capacity", "agent" if known.get("by_agent") == "yes" else "self")

    @property
    def entry_papers(self) -> Papers:
        """The papers as the entry names them; a line of several papers by its first."""
        missing = dict.fromkeys(line.any_of[0] for line in self.papers.missing_later)
        return Papers(given=self.given, missing=tuple(missing))

    def refusal(self) -> KnownError | None:
        """Why the request cannot be taken as it is, None when it can."""
        if self.problems:
            return self._answers_wrong()
        shut = shut_gates(self.gates)
        if shut:
            reason = shut[0].text
            return KnownError("request.gate_shut", reason=InBoth(reason.ar, reason.en))
        missing = self.papers.missing_now
        if missing:
            names = [asked.name for asked in self.slip.missing[: len(missing)]]
            return KnownError(
                "request.papers_missing",
                count=len(missing),
                papers=InBoth("، ".join(name.ar for name in names), ", ".join(name.en for name in names)),
            )
        return self.fee_problem if self.charged else None

    def _answers_wrong(self) -> KnownError:
        name, problem = next(iter(self.problems.items()))
        found = self.service.field(name)
        return KnownError(
            "request.answers_wrong",
            count=len(self.problems),
            field=InBoth(found.label.ar, found.label.en) if found else name,
            problem=InBoth(problem.sentence("ar"), problem.sentence("en")),
        )


def check_request(session: Session, typed: RequestTyped) -> RequestCheck:
    """Judge a request; what is wrong with it is in the answer.

    Raises KnownError `roles.*`, `session.expired`, and for what no form offers: `catalogue.no_service`,
    `request.no_field`, `request.no_paper`.
    """
    session.require(Right.REQUEST_TAKE)
    # A clock put back must not turn a birth date into one still to come, or find no fee for the day.
    catalogue, day = session.reference.catalogue, session.latest_date()
    service = catalogue.service(typed.service)
    _require_known(service, catalogue, typed)
    around = session.reference.surroundings(day)
    answers, doubts, twice = second_typings(service, typed.answers, typed.confirmed, around)
    form = evaluate(service, answers, around)
    kept = split_answers(form, twice)
    found = {**form.problems(), **kept.problems, **doubts}
    problems = {one.name: found[one.name] for one in form.fields if one.name in found}
    given = tuple(dict.fromkeys(typed.papers))
    papers = papers_state(service, form.known, given, day)
    keys = identity_keys(session, form)
    db = session.store.db
    fee, fee_problem = (None, None) if problems else _fee(session, service, form, day)
    return RequestCheck(
        service=service,
        day=day,
        form=form,
        kept=replace(kept, keys=keys),
        problems=problems,
        gates=tuple(gates_of(service, form.known, services_of(db, keys), given)),
        given=given,
        papers=papers,
        fee=fee,
        fee_problem=fee_problem,
        same_today=taken_on(db, keys, service.code, day),
        time_limits=tuple(time_limits_of(service, form.known, day)),
        slip=papers_slip(catalogue, service, given, papers),
        _catalogue=catalogue,
    )


def _require_known(service: Service, catalogue: Catalogue, typed: RequestTyped) -> None:
    for name in (*typed.answers, *typed.confirmed):
        if service.field(name) is None:
            raise KnownError("request.no_field", service=service.code, name=excerpt(name))
    for code in typed.papers:
        if code not in catalogue.papers:
            raise KnownError("request.no_paper", name=excerpt(code))


def _fee(
    session: Session, service: Service, form: FormState, day: date
) -> tuple[RequestFee | None, KnownError | None]:
    tables = session.reference.fees
    try:
        typed = form.typed([one.name for one in tables.inputs(service.code)])
        return request_fee(tables.quote(service.code, typed, day)), None
    except KnownError as error:
        waits = error.code == "fees.input_missing" and _not_asked(service, form, str(error.params["name"]))
        return None, None if waits else error


def _not_asked(service: Service, form: FormState, name: str) -> bool:
    """Whether the form asks for an input only at a later stage: the fee is then not known yet."""
    return service.field(name) is not None and all(one.name != name for one in form.fields)
