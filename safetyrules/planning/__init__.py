"""What to do instead: how alike exercises are, and which substitutes this client may do."""
