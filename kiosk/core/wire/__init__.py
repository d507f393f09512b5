"""Formats shared by device, server and auditor: canonical bytes, signed objects, entries, checkpoints."""
