"""Enrolment on the device's side: from the slip that a technician holds to a device that the centre knows."""
