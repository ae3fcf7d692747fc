"""Attestations: beside the files in `dist/`, what each says, and those that an index shows."""
