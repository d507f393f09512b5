"""A text of the fee tables in both languages."""

from dataclasses import dataclass

from kiosk.core.errors import Language


@dataclass(frozen=True)
class Label:
    """One text in both languages."""

    ar: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text of a language."""
        return self.ar if language == "ar" else self.en

    def __str__(self) -> str:
        return f"{self.ar} / {self.en}"
