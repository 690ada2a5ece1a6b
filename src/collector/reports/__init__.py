"""Statistics: the only user of pandas, imported inside functions."""
