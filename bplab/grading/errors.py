"""What an instructor is told who can put it right."""


class CourseError(Exception):
    """Wrong use: the message is one line that says what to do."""
