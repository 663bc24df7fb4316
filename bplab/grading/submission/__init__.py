"""From the bytes that were handed in to a repaired notebook; from its marks to a graded page."""
