"""The encrypted store: the only user of sqlcipher3."""
