"""What we promise about speed, beside the same work by hand; each part is a module."""
