"""The promises of release_tools.changelog."""
