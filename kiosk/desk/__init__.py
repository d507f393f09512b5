"""What staff do: one module per act. Each act checks its rules, then writes one transaction."""
