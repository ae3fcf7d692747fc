"""Tests of `verification/`."""
