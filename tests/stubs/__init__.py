"""Stand-ins for what cannot be reached from a test: the public index and what goes wrong on the way to it."""
