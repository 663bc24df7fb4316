"""Drivers that call the learner's code step after step."""
