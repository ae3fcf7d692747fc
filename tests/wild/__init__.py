"""What real projects look like: lists of them, and scripts that try the tool on clones."""
