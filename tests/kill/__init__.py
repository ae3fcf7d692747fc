"""Runs that are killed at each of their side effects, and run again."""
