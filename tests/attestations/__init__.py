"""Tests of `attestations/`."""
