"""What a mutant is: one law, one small fault in one file, and the tests that must notice it."""

from dataclasses import dataclass
from pathlib import Path


class PatchError(Exception):
    """A mutant does not fit the code any more: its old text is not there exactly once."""


@dataclass(frozen=True)
class Mutant:
    """A fault to put into a copy of the project.

    `old` must occur exactly once in `file` and becomes `new`; `tests` are paths below the root, or test ids.
    """

    law: int
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def patched(self, root: Path) -> str:
        """Return the file's text with the fault. Raises PatchError when `old` is not there exactly once."""
        path = root / self.file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        times = text.count(self.old)
        if times != 1:
            raise PatchError(f"{self.name}: its old text occurs {times} times in {self.file}")
        if self.old == self.new:
            raise PatchError(f"{self.name}: old and new text are the same")
        return text.replace(self.old, self.new)
