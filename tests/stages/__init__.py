"""The promises of the stages."""
