"""One verb a module: what the window and the command line ask for."""
