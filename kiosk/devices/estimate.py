"""How long a usual receipt is under way at a speed, so that set-up can say it before anything is printed."""

from kiosk.devices.profiles import Profile

LONGEST_S = 10
"""Seconds on the line above which a paper is drawn compact."""
SLOW_BAUD = 57_600
"""Speed below which a line is written no faster than it carries."""
_USUAL: dict[tuple[int, bool], int] = {
    (1, True): 50_000,
    (1, False): 62_000,
    (2, True): 32_000,
    (2, False): 33_500,
    (3, True): 31_500,
    (3, False): 33_500,
    (4, True): 22_000,
    (4, False): 23_000,
}
"""Bytes of a fee receipt by tier and whether the paper is narrow; a test holds them to the real ones."""


def usual_bytes(profile: Profile) -> int:
    """Bytes of a usual receipt on a kind of printer."""
    tier = profile.tier if profile.draws_codes else 1
    return _USUAL[tier, profile.width_dots < 500]


def tenths(size: int, baud: int) -> int:
    """Tenths of a second that so many bytes take, at ten bits a byte, rounded up."""
    return -(-size * 100 // baud)


def pace(baud: int) -> int:
    """Bytes a second at which a slow line is written, 0 for as fast as it takes them.

    Systems keep some 4,000 bytes for a line and say that there is room only when nearly all are gone. At a
    slow speed that lasts longer than a printer is given that takes nothing any more.
    """
    return baud // 10 if baud < SLOW_BAUD else 0


def is_slow(size: int, baud: int) -> bool:
    """Whether so many bytes take longer than LONGEST_S."""
    return size * 10 > LONGEST_S * baud
