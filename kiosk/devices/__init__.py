"""Serial ports, receipt printers and a simulator of each: they read jobs and report, and know no acts."""
