"""The promises of release_tools, one test each."""
