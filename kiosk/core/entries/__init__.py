"""The facts of the journal: one typed body per entry type and version, and the rules that hold for each."""
