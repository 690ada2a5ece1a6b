"""Reading a province's pack."""
