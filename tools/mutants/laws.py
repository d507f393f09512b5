"""The mutants, law by law (the laws that never bend: CONTRIBUTING.md), and the laws that have none yet."""

from tools.mutants.model import Mutant

MUTANTS: tuple[Mutant, ...] = ()

NOT_YET: dict[int, str] = {}
