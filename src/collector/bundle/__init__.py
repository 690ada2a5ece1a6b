"""The submission bundle GHB/1."""
