"""Exercise demands against restrictions: hits, limits, verdicts, and the reasons for them."""
