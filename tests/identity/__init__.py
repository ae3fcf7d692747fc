"""Tests of where the files of a release come from."""
