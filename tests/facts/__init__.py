"""Tests of `facts/`."""
