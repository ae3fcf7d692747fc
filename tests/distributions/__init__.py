"""The promises of the readers of distributions."""
