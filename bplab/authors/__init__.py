"""The side of whoever carries the course on: trying, explaining and listing what exams know."""
