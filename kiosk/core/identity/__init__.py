"""Numbers that stand for people and bodies: typed text becomes a checked record or a known error.

None of these modules puts a person's whole number into an error: sentences may be logged.
"""

from kiosk.core.bidi import ltr, strip_marks


def mask(number: str) -> str:
    """Show the last four characters of a number only, isolated left to right: `**********1234`.

    For screens, lists and paper alike (Law 151/2020): one shape everywhere, so that two papers of one person
    do not complete each other. A number of four characters or fewer is hidden whole.
    """
    bare = strip_marks(number)
    shown = bare[-4:] if len(bare) > 4 else ""
    return ltr("*" * (len(bare) - len(shown)) + shown)
