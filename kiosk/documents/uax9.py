"""The Unicode bidirectional algorithm (UAX #9): embedding levels of a paragraph, visual order of a line.

Complete but for paragraph splitting: the caller hands over one paragraph. Explicit embeddings, overrides
and isolates are honoured; the formatting characters themselves are marked REMOVED and are drawn by nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import bidirectional, normalize

MAX_DEPTH = 125
REMOVED = -1
"""Level of a formatting character: it takes no part in the reordering (rule X9)."""

_ISOLATES = ("LRI", "RLI", "FSI")
_EMBEDDINGS = ("LRE", "RLE", "LRO", "RLO")
_NEUTRAL = frozenset(("B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"))
_TRAILING = frozenset(("WS", "LRI", "RLI", "FSI", "PDI"))
_PAIRS = (
    "()[]{}༺༻༼༽᚛᚜⁅⁆⁽⁾₍₎⌈⌉⌊⌋❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟅⟆⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⦉⦊⦋⦌⦍⦐⦏⦎⦑⦒"
    "⦓⦔⦕⦖⦗⦘⧘⧙⧚⧛⧼⧽⸢⸣⸤⸥⸦⸧⸨⸩〈〉《》「」『』【】〔〕〖〗〘〙〚〛﹙﹚﹛﹜﹝﹞（）［］｛｝｟｠｢｣"
)
_CLOSER_OF = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_CLOSERS = frozenset(_CLOSER_OF.values())


@dataclass(frozen=True)
class Paragraph:
    """The levels of one paragraph; `levels[i]` belongs to `text[i]`, REMOVED marks formatting characters."""

    text: str
    base: int
    levels: tuple[int, ...]

    def line_levels(self, start: int, end: int) -> list[int]:
        """Return the levels of one line, with trailing spaces and separators at the base level (rule L1)."""
        levels = list(self.levels[start:end])
        trailing = True
        for index in range(end - 1, start - 1, -1):
            kind = bidirectional(self.text[index])
            if kind in ("S", "B"):
                trailing = True
            elif levels[index - start] == REMOVED:
                continue
            elif kind not in _TRAILING:
                trailing = False
            if trailing:
                levels[index - start] = self.base
        return levels


def visual_order(levels: Sequence[int]) -> list[int]:
    """Return indexes of a line's characters or runs from left to right (rule L2), REMOVED ones left out."""
    order = [index for index, level in enumerate(levels) if level != REMOVED]
    if not order:
        return order
    used = [levels[index] for index in order]
    odd = [level for level in used if level % 2]
    for level in range(max(used), min(odd, default=max(used) + 1) - 1, -1):
        start = 0
        while start < len(order):
            if levels[order[start]] < level:
                start += 1
                continue
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = end
    return order


@lru_cache(maxsize=4096)
def paragraph(text: str, base: int = 1) -> Paragraph:
    """Work out the embedding levels; `base` 1 is a right-to-left paragraph, 0 a left-to-right one."""
    kinds = [bidirectional(character) or "L" for character in text]
    levels, kinds, matching = _explicit(kinds, base)
    resolved = list(levels)
    for indexes in _sequences(levels, matching):
        sequence = _Sequence(text, kinds, levels, indexes, base)
        for index, level in zip(indexes, sequence.resolve(), strict=True):
            resolved[index] = level
    return Paragraph(text, base, tuple(resolved))


def _matching_pdis(kinds: list[str]) -> dict[int, int]:
    """Pair each isolate initiator with its PDI (rule BD9)."""
    open_ones: list[int] = []
    pairs: dict[int, int] = {}
    for index, kind in enumerate(kinds):
        if kind in _ISOLATES:
            open_ones.append(index)
        elif kind == "PDI" and open_ones:
            pairs[open_ones.pop()] = index
        elif kind == "B":
            open_ones.clear()
    return pairs


def _first_strong(kinds: list[str], start: int, end: int) -> int:
    """Level that the first strong character asks for (rules P2 and P3), skipping what is isolated."""
    depth = 0
    for kind in kinds[start:end]:
        if kind in _ISOLATES:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and kind in ("L", "R", "AL"):
            return 0 if kind == "L" else 1
    return 0


@dataclass
class _Status:
    level: int
    override: str
    isolate: bool


class _Explicit:
    """The stack machine of rules X1 to X8."""

    def __init__(self, kinds: list[str], base: int) -> None:
        self.kinds = kinds
        self.out = list(kinds)
        self.levels = [base] * len(kinds)
        self.base = base
        self.pairs = _matching_pdis(kinds)
        self._restart()

    def _restart(self) -> None:
        self.stack = [_Status(self.base, "", isolate=False)]
        self.over_isolate = self.over_embedding = self.valid_isolate = 0

    def _next_level(self, odd: bool) -> int:
        level = self.stack[-1].level
        return (level + 1) | 1 if odd else (level + 2) & ~1

    def embedding(self, index: int, kind: str) -> None:
        self.levels[index], self.out[index] = REMOVED, "BN"
        level = self._next_level(odd=kind in ("RLE", "RLO"))
        if level <= MAX_DEPTH and not self.over_isolate and not self.over_embedding:
            self.stack.append(_Status(level, {"LRO": "L", "RLO": "R"}.get(kind, ""), isolate=False))
        elif not self.over_isolate:
            self.over_embedding += 1

    def isolate(self, index: int, kind: str) -> None:
        self.plain(index)
        end = self.pairs.get(index, len(self.kinds))
        odd = kind == "RLI" or (kind == "FSI" and _first_strong(self.kinds, index + 1, end) == 1)
        level = self._next_level(odd)
        if level <= MAX_DEPTH and not self.over_isolate and not self.over_embedding:
            self.valid_isolate += 1
            self.stack.append(_Status(level, "", isolate=True))
        else:
            self.over_isolate += 1

    def pop_isolate(self, index: int) -> None:
        if self.over_isolate:
            self.over_isolate -= 1
        elif self.valid_isolate:
            self.over_embedding = 0
            while not self.stack[-1].isolate:
                self.stack.pop()
            self.stack.pop()
            self.valid_isolate -= 1
        self.plain(index)

    def pop_embedding(self, index: int) -> None:
        self.levels[index], self.out[index] = REMOVED, "BN"
        if self.over_isolate:
            return
        if self.over_embedding:
            self.over_embedding -= 1
        elif not self.stack[-1].isolate and len(self.stack) > 1:
            self.stack.pop()

    def plain(self, index: int) -> None:
        top = self.stack[-1]
        self.levels[index] = top.level
        if top.override:
            self.out[index] = top.override

    def separator(self) -> None:
        self._restart()


def _explicit(kinds: list[str], base: int) -> tuple[list[int], list[str], dict[int, int]]:
    machine = _Explicit(kinds, base)
    for index, kind in enumerate(kinds):
        if kind in _EMBEDDINGS:
            machine.embedding(index, kind)
        elif kind in _ISOLATES:
            machine.isolate(index, kind)
        elif kind == "PDI":
            machine.pop_isolate(index)
        elif kind == "PDF":
            machine.pop_embedding(index)
        elif kind == "BN":
            machine.levels[index] = REMOVED
        elif kind == "B":
            machine.levels[index] = base
            machine.separator()
        else:
            machine.plain(index)
    return machine.levels, machine.out, machine.pairs


def _sequences(levels: list[int], pairs: dict[int, int]) -> list[list[int]]:
    """Join level runs across isolates into isolating run sequences (rules BD13 and X10)."""
    runs: list[list[int]] = []
    for index, level in enumerate(levels):
        if level == REMOVED:
            continue
        if runs and levels[runs[-1][-1]] == level:
            runs[-1].append(index)
        else:
            runs.append([index])
    starts = {run[0]: run for run in runs}
    matched = set(pairs.values())
    sequences: list[list[int]] = []
    for run in runs:
        if run[0] in matched:
            continue
        joined = list(run)
        while joined[-1] in pairs and pairs[joined[-1]] in starts:
            joined += starts[pairs[joined[-1]]]
        sequences.append(joined)
    return sequences


class _Sequence:
    """Resolves one isolating run sequence: weak types, brackets, neutrals, implicit levels."""

    def __init__(self, text: str, kinds: list[str], levels: list[int], indexes: list[int], base: int) -> None:
        self.text, self.indexes = text, indexes
        self.original = kinds
        self.kinds = [kinds[index] for index in indexes]
        self.level = levels[indexes[0]]
        self.embedding = "R" if self.level % 2 else "L"
        before = next((levels[i] for i in range(indexes[0] - 1, -1, -1) if levels[i] != REMOVED), base)
        after = base
        if kinds[indexes[-1]] not in _ISOLATES:
            after = next(
                (levels[i] for i in range(indexes[-1] + 1, len(levels)) if levels[i] != REMOVED), base
            )
        self.start = "R" if max(self.level, before) % 2 else "L"
        self.end = "R" if max(self.level, after) % 2 else "L"

    def resolve(self) -> list[int]:
        self._weak()
        self._brackets()
        self._neutral()
        rises = {"L": 1, "EN": 1, "AN": 1} if self.level % 2 else {"R": 1, "AN": 2, "EN": 2}
        return [self.level + rises.get(kind, 0) for kind in self.kinds]  # I1 and I2

    def _weak(self) -> None:
        kinds = self.kinds
        before, strong = self.start, self.start
        for at, kind in enumerate(kinds):  # W1 to W3
            if kind == "NSM":
                kind = "ON" if before in ("LRI", "RLI", "FSI", "PDI") else before
            before = kind
            if kind in ("L", "R", "AL"):
                strong = kind
            if kind == "EN" and strong == "AL":
                kind = "AN"
            kinds[at] = kind
        kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
        for at in range(1, len(kinds) - 1):  # W4
            left, right = kinds[at - 1], kinds[at + 1]
            if left == right and (
                (kinds[at] == "ES" and left == "EN") or (kinds[at] == "CS" and left in ("EN", "AN"))
            ):
                kinds[at] = left
        self._terminators()
        strong = self.start
        for at, kind in enumerate(kinds):  # W6 and W7
            if kind in ("ES", "ET", "CS"):
                kinds[at] = "ON"
            elif kind in ("L", "R"):
                strong = kind
            elif kind == "EN" and strong == "L":
                kinds[at] = "L"

    def _terminators(self) -> None:
        kinds, at = self.kinds, 0
        while at < len(kinds):  # W5
            if kinds[at] != "ET":
                at += 1
                continue
            end = at
            while end < len(kinds) and kinds[end] == "ET":
                end += 1
            if (at and kinds[at - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN"):
                kinds[at:end] = ["EN"] * (end - at)
            at = end

    def _pairs(self) -> list[tuple[int, int]]:
        stack: list[tuple[str, int]] = []
        pairs: list[tuple[int, int]] = []
        for at, index in enumerate(self.indexes):
            if self.kinds[at] != "ON":
                continue
            character = normalize("NFC", self.text[index])
            if character in _CLOSER_OF:
                if len(stack) == 63:
                    return []
                stack.append((_CLOSER_OF[character], at))
            elif character in _CLOSERS:
                for depth in range(len(stack) - 1, -1, -1):
                    if stack[depth][0] == character:
                        pairs.append((stack[depth][1], at))
                        del stack[depth:]
                        break
        return sorted(pairs)

    def _brackets(self) -> None:
        for opener, closer in self._pairs():  # N0
            inside = {_strong(kind) for kind in self.kinds[opener + 1 : closer]}
            if self.embedding in inside:
                direction = self.embedding
            elif inside - {""}:
                before = (
                    next((s for k in self.kinds[opener - 1 :: -1] if (s := _strong(k))), "") if opener else ""
                )
                opposite = "L" if self.embedding == "R" else "R"
                direction = opposite if (before or self.start) == opposite else self.embedding
            else:
                continue
            for at in (opener, closer):
                self.kinds[at] = direction
                for mark in range(at + 1, len(self.kinds)):
                    if self.original[self.indexes[mark]] != "NSM":
                        break
                    self.kinds[mark] = direction

    def _neutral(self) -> None:
        kinds, at = self.kinds, 0
        while at < len(kinds):  # N1 and N2
            if kinds[at] not in _NEUTRAL:
                at += 1
                continue
            end = at
            while end < len(kinds) and kinds[end] in _NEUTRAL:
                end += 1
            before = _strong(kinds[at - 1]) if at else self.start
            after = _strong(kinds[end]) if end < len(kinds) else self.end
            kinds[at:end] = [before if before == after else self.embedding] * (end - at)
            at = end


def _strong(kind: str) -> str:
    """Numbers count as right-to-left for neutrals and brackets."""
    if kind in ("R", "EN", "AN"):
        return "R"
    return "L" if kind == "L" else ""
