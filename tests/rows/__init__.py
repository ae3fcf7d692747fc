"""The fault matrix: each fault is injected into a real project, and the whole command is run on it."""
