"""Every write to a ticket: one public function a verb, one transaction, one event."""
