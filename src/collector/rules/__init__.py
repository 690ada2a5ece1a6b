"""Rules over whole tables."""
