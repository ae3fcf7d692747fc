"""Tests of `delivery/`."""
