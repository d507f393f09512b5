"""What a value of the fee tables rests on, and how every output says so."""

from collections.abc import Iterable
from enum import StrEnum

from kiosk.core.fees.label import Label


class Basis(StrEnum):
    """Where a value or rule comes from; only a law or decree makes it official."""

    LAW = "law"
    DECREE = "decree"
    PRESS = "press"
    """Published by newspapers or unofficial pages; not confirmed by the authority."""
    SAMPLE = "sample"
    """Unknown: a plausible stand-in, for trial and training only."""

    @property
    def official(self) -> bool:
        """True for a law or a decree."""
        return self in (Basis.LAW, Basis.DECREE)

    @property
    def mark_ar(self) -> str:
        """The words beside a value that is not official, in Arabic; empty for an official one."""
        return {Basis.PRESS: "غير مؤكدة رسميًا", Basis.SAMPLE: "قيمة تجريبية"}.get(self, "")

    @property
    def mark_en(self) -> str:
        """The same in English."""
        return {Basis.PRESS: "not officially confirmed", Basis.SAMPLE: "sample value"}.get(self, "")


_WEAKER = (Basis.LAW, Basis.DECREE, Basis.PRESS, Basis.SAMPLE)


def weakest(bases: Iterable[Basis]) -> Basis | None:
    """A result is worth its weakest part; None when nothing was used."""
    return max(bases, key=_WEAKER.index, default=None)


BASIS_LABELS = {
    Basis.LAW: Label("قانون", "law"),
    Basis.DECREE: Label("قرار", "decree"),
    Basis.PRESS: Label("نشر صحفي غير مؤكد رسميًا", "press, not officially confirmed"),
    Basis.SAMPLE: Label("قيمة تجريبية", "sample value"),
}
"""What a basis is called where sources are listed."""
