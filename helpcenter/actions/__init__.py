"""Every write to the help center: one public function a verb."""
