"""The line to the centre: TLS that trusts one CA, answers with their limits, faults as typed situations."""
