"""What a release should be, whether it has arrived on an index, and how it fares once it is installed."""
