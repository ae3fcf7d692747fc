"""Tests of `github/`."""
