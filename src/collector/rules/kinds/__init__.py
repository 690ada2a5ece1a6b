"""One module a rule kind."""
