"""The demo: a small company to look at, and everything that has to run for it."""
