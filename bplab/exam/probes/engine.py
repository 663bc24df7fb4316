"""The learner's Value class, driven by small programs."""
