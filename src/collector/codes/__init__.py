"""Numbers and dates of people and organisations: pure functions, one module a number."""
