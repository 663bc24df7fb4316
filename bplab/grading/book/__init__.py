"""The gradebook, and what is read out of it."""
