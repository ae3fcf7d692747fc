"""The promises of the adapters."""
