"""Configuration of this course for nbgrader, and for bplab, which reads it too."""

import warnings

# nbgrader 0.9 and SQLAlchemy 2 get on well, but not without a page of warnings.
warnings.filterwarnings("ignore", message="Object of type .* not in session")

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "backpropagation"

# Grading. `nbgrader autograde` and the formgrader's Autograde button repair, run and mark a
# submission with the same code as `bplab grade`, and so give the same scores. Delete these three
# lines to grade with nbgrader's own Execute: slower, and the learner's code is then not shut in.
c.Autograde.pre_convert_hook = "bplab.grading.preprocessor.before"
c.Autograde.sanitize_preprocessors = ["bplab.grading.preprocessor.Repair"]
c.Autograde.autograde_preprocessors = ["bplab.grading.preprocessor.Grade"]
# Where Linux namespaces are missing, and only for learners you trust: no sandbox in these two.
# c.BplabGrade.isolate = False

# What an exercise earns that fails only because another one of the learner's own does, which it
# calls: "full", "half" or "none" of its points. Changed, it grades again what was graded.
# c.BplabGrade.follow_through = "full"

# Releases. A check of a name that is no exercise is refused when the assignment is generated, and
# exercises of your own (exercises/NAME.py) go along with the notebook that asks them.
c.NotebookExporter.preprocessors = ["bplab.grading.release.Release"]

# Pages. What learners wrote or printed is cleaned again whenever the formgrader or a feedback page
# shows it, so that nothing of theirs can run in your browser.
c.HTMLExporter.preprocessors = ["bplab.grading.preprocessor.Clean"]

# Feedback. A submission that did not come through the exchange has no secret to name its feedback
# after; it is left out and named, where nbgrader would stop for the whole class.
c.ExchangeFactory.release_feedback = "bplab.grading.feedback.ReleaseFeedback"

# The outcome of a late submission: "none" (no penalty) or "zero"; or a plugin of your own, see
# https://nbgrader.readthedocs.io/en/stable/plugins/late-plugin.html
# c.LateSubmissionPlugin.penalty_method = "none"

# Where assignments are released and collected on a shared machine or JupyterHub.
# c.Exchange.root = "/srv/nbgrader/exchange"

# A gradebook that several people grade into at once: PostgreSQL instead of the file gradebook.db.
# c.CourseDirectory.db_url = "postgresql+psycopg2://grader@localhost/course"
