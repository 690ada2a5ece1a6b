"""Pages of the window, one a module."""
