"""Tests of `credentials/`."""
