"""One deliberate fault per law: each must turn the tests red (`make mutants`)."""
