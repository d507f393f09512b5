"""Reference central server: enrols devices, stores their journals, sends them signed data."""
