"""The demonstration: a centre, an enrolled vehicle, debtors, a printer of software, a walk through all."""
