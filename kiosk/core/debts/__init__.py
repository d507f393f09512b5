"""Debts: what is owed, to which purse, how a payment is divided, how old it all is."""
