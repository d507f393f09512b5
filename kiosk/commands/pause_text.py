"""What commands say of a pause of sync: who set it, since when, how much waits."""

from kiosk.core.bidi import ltr
from kiosk.core.wire.times import utc_text
from kiosk.store.sync_pause import Pause


def pause_payload(pause: Pause | None) -> dict[str, str | None] | None:
    """A pause as JSON, times in UTC; None without one."""
    if pause is None:
        return None
    return {
        "by": pause.by,
        "since": utc_text(pause.since),
        "until": utc_text(pause.until) if pause.until else None,
        "network": pause.network,
    }


def pause_words(pause: Pause, waiting: int) -> tuple[str, str]:
    """The same in Arabic and English, with the entries that wait."""
    arabic = f"أوقف {ltr(pause.by)} الإرسال التلقائي منذ {ltr(utc_text(pause.since))}"
    english = f"Sync was paused by {pause.by} since {utc_text(pause.since)}"
    if pause.until is not None:
        arabic += f" حتى {ltr(utc_text(pause.until))}"
        english += f" until {utc_text(pause.until)}"
    if pause.network is not None:
        arabic += f" على شبكة {ltr(pause.network)}"
        english += f" on the network {pause.network}"
    return (
        f"{arabic}، وينتظر {ltr(str(waiting))} من القيود. الأمر kiosk sync يرسل الآن مع ذلك.",
        f"{english}; {waiting} entries wait. kiosk sync sends now all the same.",
    )
