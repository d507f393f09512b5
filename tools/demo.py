"""`make demo`: walks through what the kiosk does today, with real commands that must each do their part."""

import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One command of the walk: what it shows, the words after `kiosk`, and the exit code that is right."""

    shows: str
    words: tuple[str, ...]
    code: int = 0


STEPS = (
    Step("An amount in words, as a receipt carries it", ("words", "--receipt", "1234.50")),
    Step("The same typed in Arabic digits, for a program", ("words", "--json", "١٢٣٤٫٥")),
    Step("A comma where a point belongs is refused, never guessed", ("words", "12,5"), code=2),
    Step("A service found as people spell it", ("catalogue", "search", "--limit", "3", "رخصه بنا")),
    Step("A fee line by line, each with what it rests on", ("fee", "BLD-01", "place=city")),
    Step("A fee asked for without what it is worked out from", ("fee", "--english", "BLD-01"), code=2),
    Step(
        "What a national number says; this one is invented, so its check digit is wrong",
        ("check-id", "30002290100013"),
    ),
    Step("A number whose date does not exist", ("check-id", "--english", "30002300100013"), code=2),
    Step("The keys under which spellings of one name meet", ("search-key", "أحمد عبد الرحمن")),
)
NOT_YET = (
    "There are no screens yet: taking a request, a payment and a receipt will be shown here as they land."
)


def run_step(step: Step) -> bool:
    """Show one step and say whether it ended as it should."""
    print(f"\n── {step.shows}\n$ kiosk {shlex.join(step.words)}", flush=True)
    done = subprocess.run([sys.executable, "-m", "kiosk", *step.words], stderr=subprocess.STDOUT, check=False)
    if done.returncode != step.code:
        print(f"This ended with {done.returncode} instead of {step.code}.", flush=True)
    return done.returncode == step.code


def main(steps: Sequence[Step] = STEPS) -> int:
    """Walk through every step; 0 when each ended as it should."""
    failed = [step for step in steps if not run_step(step)]
    print(f"\n{len(steps) - len(failed)} of {len(steps)} steps went as they should. {NOT_YET}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
