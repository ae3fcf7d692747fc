"""The promises of the checks."""
