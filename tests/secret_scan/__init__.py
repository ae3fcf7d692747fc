"""Tests of the search for secrets. Every secret is made up here at run time: none stands in a file."""
