"""`python -m tools.mutants [WORD…]`: every mutant, or those whose name holds one of the words."""

import sys
from collections.abc import Sequence

from tools.mutants.laws import MUTANTS, NOT_YET
from tools.mutants.model import Mutant
from tools.mutants.run import Verdict, run_all


def main(words: Sequence[str], mutants: Sequence[Mutant] = MUTANTS) -> int:
    """Run the mutants and say how it went; 0 only when each turned its tests red."""
    chosen = [m for m in mutants if not words or any(word in m.name for word in words)]
    if not chosen:
        print("No mutant has such a name.")
        return 2
    outcomes = run_all(chosen)
    for law, what in NOT_YET:
        print(f"no mutant yet  law {law:2}  {what}")
    if outcomes is None:
        return 1
    killed = sum(outcome.verdict is Verdict.KILLED for outcome in outcomes)
    print(f"{killed} of {len(outcomes)} mutants were noticed by the tests")
    return 0 if killed == len(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
