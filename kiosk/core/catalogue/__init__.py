"""The service catalogue: what can be asked for, with which papers and answers, and what may be promised."""
