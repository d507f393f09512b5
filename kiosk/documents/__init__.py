"""What people receive: receipts and slips laid out once, then paper bitmap, PDF and plain text."""
