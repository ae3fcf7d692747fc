"""Reading versions, without running code."""
