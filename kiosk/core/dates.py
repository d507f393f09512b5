"""Dates as Egyptian offices write them: day/month/year, weeks from Saturday, fiscal years from July."""

from datetime import date, timedelta

from kiosk.core.bidi import ltr
from kiosk.core.errors import Language

_MONTHS = {
    "ar": (
        *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو"),
        *("يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_WEEKDAYS = {
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SATURDAY = 5
_FISCAL_MONTH = 7
"""The state's fiscal year runs from 1 July to 30 June."""


def month_name(month: int, language: Language = "ar") -> str:
    """Name a month, 1-12."""
    return _MONTHS[language][range(1, 13).index(month)]


def weekday_name(day: date, language: Language = "ar") -> str:
    """Name the day of the week of a date."""
    return _WEEKDAYS[language][day.weekday()]


def format_date(day: date, language: Language = "ar") -> str:
    """Write a date in words: `5 يناير 2026`. Inside a right-to-left line it needs no marks."""
    return f"{day.day} {month_name(day.month, language)} {day.year}"


def format_numeric_date(day: date) -> str:
    """Write a date in digits, day first and isolated left to right: `05/01/2026`."""
    return ltr(f"{day.day:02d}/{day.month:02d}/{day.year:04d}")


def week_start(day: date) -> date:
    """Return the Saturday that begins the week of a date."""
    return day - timedelta(days=(day.weekday() - _SATURDAY) % 7)


def fiscal_year(day: date) -> str:
    """Name the fiscal year of a date: `2025/2026`, not isolated."""
    first = fiscal_year_start(day).year
    return f"{first}/{first + 1}"


def fiscal_year_start(day: date) -> date:
    """Return the 1 July on which the fiscal year of a date began."""
    return date(day.year - (day.month < _FISCAL_MONTH), _FISCAL_MONTH, 1)


def fiscal_year_end(day: date) -> date:
    """Return the 30 June on which the fiscal year of a date ends."""
    return fiscal_year_start(day).replace(year=fiscal_year_start(day).year + 1) - timedelta(days=1)
