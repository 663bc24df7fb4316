"""Known functions for exercises that take functions."""
