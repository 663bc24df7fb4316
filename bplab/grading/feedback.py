"""nbgrader's *Release feedback*, which goes on where a submission's feedback cannot be named.

nbgrader names the feedback of a submission after a secret that it gave it when it was submitted.
What came another way (from an LMS, by hand) has none; nbgrader's own then stops in the middle of
the class.
"""

from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback

NEEDED = ("timestamp.txt", "submission_secret.txt")


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Release the feedback of all that came through the exchange; say whose did not."""

    def copy_files(self):
        """As nbgrader's, without the students whose feedback lacks what names it."""
        left = []
        for folder in sorted({page.parent for page in self._pages()}):
            if not all((folder / name).is_file() for name in NEEDED):
                left.append(folder.parent.name)
        excluded = [name for name in self.coursedir.student_id_exclude.split(",") if name]
        before = self.coursedir.student_id_exclude
        self.coursedir.student_id_exclude = ",".join([*excluded, *left])
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = before
        for student in left:
            if student not in excluded:
                self.log.warning(
                    "No feedback released for student '%s': the submission did not come through "
                    "the exchange (no %s). Send the page in feedback/ another way.",
                    student,
                    " or ".join(NEEDED),
                )

    def _pages(self):
        root = Path(self.src_path.split("*")[0])
        if "*" not in self.src_path:
            return list(root.glob("*.html"))
        pattern = Path(self.src_path).relative_to(root)
        return list(root.glob(str(pattern / "*.html")))
