"""What the firmware of a simulated printer can do and what it does wrong, taken from a profile."""

from dataclasses import dataclass

from kiosk.devices.profiles import Profile


@dataclass(frozen=True)
class Firmware:
    """`text`: whether letters are expected (tier 4); they come out anyhow. `quirks`: words of profiles."""

    draws_codes: bool = True
    keeps_logo: bool = True
    text: bool = True
    job_id: bool = True
    cell_width: int = 12
    cell_height: int = 24
    quirks: frozenset[str] = frozenset()

    @classmethod
    def of(cls, profile: Profile) -> "Firmware":
        """The firmware of a kind of printer."""
        return cls(
            draws_codes=profile.qr,
            keeps_logo=profile.logo,
            text=profile.sets_text,
            job_id=profile.job_id,
            cell_width=profile.cell_width,
            cell_height=profile.cell_height,
            quirks=frozenset(profile.quirks),
        )

    def does(self, quirk: str) -> bool:
        """Whether it has this fault."""
        return quirk in self.quirks
