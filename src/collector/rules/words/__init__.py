"""What each finding says, area by area: severity, sentence and advice (data only)."""
