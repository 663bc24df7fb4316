"""What comes in from and goes out to Canvas, Moodle, Brightspace, Blackboard and others."""
