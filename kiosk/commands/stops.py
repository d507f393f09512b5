"""`kiosk stops …`: what stands still on this device and why, and lifting what an incident stopped."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import ltr, strip_marks
from kiosk.core.errors import InBoth
from kiosk.core.stop_words import WAYS, listed
from kiosk.core.stops import Stop, still_possible
from kiosk.core.wire.numbers import grouped
from kiosk.core.wire.order import FREEZE, LIFT_INCIDENT
from kiosk.desk.lifting import Lifted, challenge, lift_by_answer, lift_by_order
from kiosk.desk.stops import stops, what_happened
from kiosk.resources import read_text
from kiosk.store.incidents import StandingIncident, standing_incidents


class _ShowsByDefault(click.Group):
    """`kiosk stops` alone shows; a word after it is what else can be done."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without a word of its own: `show`."""
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group("stops", cls=_ShowsByDefault)
def stops_group() -> None:
    """ما المتوقف على الجهاز ولماذا · what stands still on this device, and why."""


@stops_group.command("show")
@store_options
@output_options
def show(store: Path | None, staff: str | None) -> None:
    """ما المتوقف، وما المستمر، ومن يرفعه · what stops, what goes on, and who lifts it."""
    with open_session(store, staff) as session:
        found = stops(session)
        incidents = standing_incidents(session.store.db)
    payload = {
        "stops": [_plain(stop) for stop in found],
        "incidents": [_plain_incident(one) for one in incidents],
        "goes_on": [act.value for act in still_possible(found)],
    }
    output().emit(payload, _arabic(found, incidents), _english(found, incidents))


@stops_group.command("challenge")
@store_options
@output_options
def challenge_command(store: Path | None, staff: str | None) -> None:
    """الرقم الذي يُقرأ للمركز بالتليفون · the digits to read to the centre."""
    with open_session(store, staff) as session:
        asked = challenge(session)
        device = session.store.journal.state().device
    payload = {
        "device": device,
        "challenge": asked.digits,
        "through": asked.through,
        "tries_left": asked.tries_left,
    }
    output().emit(
        payload,
        f"اقرأ للمركز: الجهاز {ltr(device)}، الرقم {ltr(grouped(asked.digits))}، "
        f"حتى القيد {asked.through}. ثم اكتب رده: kiosk stops answer",
        f"Read to the centre: device {device}, digits {grouped(asked.digits)}, up to entry {asked.through}. "
        "Then type its answer: kiosk stops answer",
    )


@stops_group.command("answer")
@click.argument("number")
@store_options
@output_options
def answer_command(number: str, store: Path | None, staff: str | None) -> None:
    """اكتب رد المركز · type the centre's answer."""
    with open_session(store, staff) as session:
        lifted = lift_by_answer(session, number)
    _say_lifted(lifted)


@stops_group.command("lift")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_options
@output_options
def lift_command(file: Path, store: Path | None, staff: str | None) -> None:
    """نفّذ أمر المركز من ملف · carry out an order of the centre from a file."""
    data = read_text(file).encode()
    with open_session(store, staff) as session:
        lifted = lift_by_order(session, data)
    _say_lifted(lifted)


def _say_lifted(lifted: Lifted) -> None:
    count = len(lifted.incidents)
    if lifted.kind != LIFT_INCIDENT:
        output().emit(
            {"lifted": [], "order": lifted.kind},
            "نُفذ أمر المركز." + (" لا تحصيل ولا وردية جديدة حتى يرفعه." if lifted.kind == FREEZE else ""),
            "The order is done."
            + (" No new money or shift until it is lifted." if lifted.kind == FREEZE else ""),
        )
        return
    output().emit(
        {"lifted": [_plain_incident(one) for one in lifted.incidents], "order": lifted.kind},
        f"رُفع الإيقاف (التعارضات: {count}). سجّل الآن ما حُصِّل على الدفتر الورقي.",
        f"The stop is lifted (incidents: {count}). Now enter what was taken on paper receipts.",
    )


def _plain(stop: Stop) -> dict[str, Any]:
    error = stop.error()
    return {
        "cause": stop.cause.value,
        "stops": sorted(act.value for act in stop.stops),
        "lifted_by": [way.value for way in stop.lifted_by],
        "sentence_ar": strip_marks(error.sentence("ar")),
        "sentence_en": strip_marks(error.sentence("en")),
        "remedy_ar": strip_marks(error.remedy("ar")),
        "remedy_en": strip_marks(error.remedy("en")),
    }


def _plain_incident(one: StandingIncident) -> dict[str, Any]:
    return {"entry": one.seq, "kind": one.kind, "at": one.at, "detail": one.detail}


def _ways(stop: Stop) -> InBoth:
    ways = stop.lifted_by
    return InBoth("؛ ".join(WAYS[way].ar for way in ways), "; ".join(WAYS[way].en for way in ways))


def _arabic(found: Sequence[Stop], incidents: Sequence[StandingIncident]) -> str:
    if not found:
        return "لا شيء متوقف على هذا الجهاز."
    lines = []
    for stop in found:
        lines += [stop.error().sentence("ar"), f"  المتوقف: {_none_or(listed(stop.stops)).ar}"]
        lines.append(f"  يرفعه: {_ways(stop).ar}")
    lines += [f"  قيد {one.seq or '؟'}: {what_happened(one).ar}" for one in incidents]
    lines.append(f"المستمر: {listed(still_possible(found)).ar}")
    return "\n".join(lines)


def _english(found: Sequence[Stop], incidents: Sequence[StandingIncident]) -> str:
    if not found:
        return "Nothing stands still on this device."
    lines = []
    for stop in found:
        lines += [stop.error().sentence("en"), f"  stands still: {_none_or(listed(stop.stops)).en}"]
        lines.append(f"  lifted by: {_ways(stop).en}")
    lines += [f"  entry {one.seq or '?'}: {what_happened(one).en}" for one in incidents]
    lines.append(f"Goes on: {listed(still_possible(found)).en}")
    return "\n".join(lines)


def _none_or(words: InBoth) -> InBoth:
    return words if words.ar else InBoth("لا شيء", "nothing")
