"""All that runs beside the learner's code, and nothing else."""
