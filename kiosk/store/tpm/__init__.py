"""The few TPM 2.0 commands that a device secret and a counter need (docs/decisions/0020)."""
