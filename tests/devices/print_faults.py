"""Every fault of a receipt printer: how it is made, when, and what then must be true of the print in hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.devices.simulators.faults import FAULTS, Faults, Pace
from kiosk.devices.simulators.printer import SimulatedPrinter
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.store.print_jobs import PrintState

Act = Callable[[PtyPrinter], None]
WITHIN = 1000
"""Bytes of a job after which something happens in its middle."""


@dataclass(frozen=True)
class Case:
    """`before`: what is wrong when the job is asked for; `within`: what happens once its mark stands.

    `state`: how the job then stands, `fault`: the situation that it ended with or waits for; `says`: words of
    the Arabic sentence that people read. `profile`: the kind of printer.
    """

    name: str
    state: PrintState
    fault: str | None
    says: str
    before: Act | None = None
    within: Act | None = None
    profile: str = "generic-80"
    height: int = 60


def line(faults: Faults) -> Act:
    return lambda to: to.misbehave(faults)


def soon(faults: Callable[[int], Faults]) -> Act:
    def act(to: PtyPrinter) -> None:
        with to.change() as printer:
            printer.faults = faults(len(printer.received) + WITHIN)

    return act


def printer(change: Callable[[SimulatedPrinter], object]) -> Act:
    def act(to: PtyPrinter) -> None:
        with to.change() as machine:
            change(machine)

    return act


WAITS, DONE, UNSURE, FAILED = (
    PrintState.QUEUED,
    PrintState.CONFIRMED,
    PrintState.UNCERTAIN,
    PrintState.FAILED,
)
SILENT, LATE, STORM = line(FAULTS["silent"]), line(Faults(late=0.4)), line(FAULTS["storm"])
DRIP = line(Faults(drip=0.01))
NOISE = line(replace(FAULTS["noise"], noise_after=b"7\xff\x80"))
NARROW = Pace(baud=921_600, buffer=256, eats=9000)
NO_FLOW, XONXOFF = Faults(pace=NARROW), Faults(pace=replace(NARROW, flow="xonxoff"))
GONE = "انقطع الاتصال بالطابعة"
UNTOLD = "لم تؤكد خروجه"

CASES = (
    Case("all well", DONE, None, ""),
    Case("silence before", WAITS, "printer.silent", "لا ترد", before=SILENT),
    Case("silence within", UNSURE, "print.no_confirmation", UNTOLD, within=SILENT),
    Case("late before", WAITS, "printer.silent", "لا ترد", before=LATE),
    Case("late within", UNSURE, "print.no_confirmation", UNTOLD, within=LATE),
    Case("previous answer", WAITS, "printer.silent", "لا ترد", before=line(FAULTS["previous"])),
    Case("previous answer within", DONE, None, "", within=line(FAULTS["previous"])),
    Case("garbage around answers", DONE, None, "", before=NOISE),
    Case("garbage around numbers", DONE, None, "", before=NOISE, profile="epson-tm-t88"),
    Case("a byte at a time", DONE, None, "", before=DRIP, profile="epson-tm-t88"),
    Case("storm before", WAITS, "printer.silent", "لا ترد", before=STORM),
    Case("storm within", UNSURE, "print.no_confirmation", UNTOLD, within=STORM),
    Case(
        "answers cut off",
        UNSURE,
        "print.no_confirmation",
        UNTOLD,
        within=line(Faults(cut_at=2)),
        profile="epson-tm-t88",
    ),
    Case("vanish while written", UNSURE, "print.lost", GONE, within=soon(lambda at: Faults(vanish_at=at))),
    Case("vanish while read", UNSURE, "print.lost", GONE, within=line(Faults(vanish_on="read"))),
    Case("vanish while drained", UNSURE, "print.lost", GONE, within=line(Faults(vanish_on="flush"))),
    Case("vanish before", WAITS, "device.lost", "انقطع الاتصال", before=line(Faults(vanish_on="read"))),
    Case("unplugged before", WAITS, "device.lost", "انقطع الاتصال", before=lambda to: to.unplug()),
    Case("back under another name", WAITS, "device.lost", "انقطع الاتصال", before=lambda to: to.plug_in()),
    Case("slow as it was set", DONE, None, "", before=line(Faults(pace=Pace(baud=115_200)))),
    Case(
        "slower than set", UNSURE, "print.no_confirmation", UNTOLD, within=line(Faults(pace=Pace(baud=4800)))
    ),
    Case("small buffer", UNSURE, "print.no_confirmation", UNTOLD, within=line(NO_FLOW)),
    Case(
        "takes no more",
        UNSURE,
        "print.stuck",
        "توقفت",
        within=soon(lambda at: Faults(deaf_at=at)),
        height=1200,
    ),
    Case("no paper", WAITS, "printer.paper_out", "انتهى الورق", before=printer(lambda one: one.end_paper())),
    Case(
        "paper ends", FAILED, "print.paper_out", "الورقة ناقصة", within=printer(lambda one: one.end_paper(30))
    ),
    Case("paper near its end", DONE, None, "", before=printer(lambda one: setattr(one, "paper_low", True))),
    Case(
        "cover open",
        WAITS,
        "printer.cover_open",
        "الغطاء مفتوح",
        before=printer(lambda one: one.set_cover(is_open=True)),
    ),
    Case("cover opened", FAILED, "print.cover_open", "فُتح غطاء", within=soon(lambda at: Faults(cover_at=at))),
    Case("knife jammed", WAITS, "printer.cutter", "محشورة", before=printer(lambda one: one.suffer("cutter"))),
    Case(
        "knife jams",
        FAILED,
        "print.cutter",
        "انحشرت سكين",
        within=printer(lambda one: setattr(one, "jams_at_cut", True)),
    ),
    Case("head hot", WAITS, "printer.hot", "ساخن", before=printer(lambda one: one.suffer("hot"))),
    Case("head gets hot", FAILED, "print.hot", "ساخن", within=printer(lambda one: one.suffer("hot"))),
    Case("broken", WAITS, "printer.error", "عطل", before=printer(lambda one: one.suffer("broken"))),
    Case("breaks", FAILED, "print.error", "تعطلت", within=printer(lambda one: one.suffer("broken"))),
)
"""Beside `XONXOFF`, which needs a port that heeds it."""


def mend(to: PtyPrinter) -> None:
    """Somebody has put everything right."""
    with to.change() as machine:
        machine.faults = Faults()
        machine.paper_low = machine.jams_at_cut = False
        machine.suffer(None)
        machine.set_cover(is_open=False)
        if machine.paper.left is not None:
            machine.load_paper()
    if not to.plugged:
        to.plug_in()
