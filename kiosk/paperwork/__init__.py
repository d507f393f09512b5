"""Papers of real acts: made from the journal, sealed by the device, queued for its printer."""
