"""A course folder: where things lie in it, what its nbgrader is set to, its secret; and making one.

Everything here works without importing nbgrader (which takes seconds), but for `make`.
"""

import contextlib
import hashlib
import hmac
import json
import os
import re
import secrets
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from ..exercises import nearest
from ..study.release import release
from . import autotests
from .errors import CourseError

SECRET = ".secret"
# What an exercise earns that passes in its second sitting, of its points; None: it has none.
FOLLOW_THROUGH = {"full": 1.0, "half": 0.5, "none": None}
_STRUCTURE = os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")


def packaged() -> Path:
    """The course that came with the package: its source, configuration and instructor's README."""
    package = Path(__file__).resolve().parent.parent
    for place in (package / "_course", package.parent / "course"):
        if (place / "source").is_dir():
            return place
    raise CourseError("this installation of bplab has no course in it: install it again with pip.")


@dataclass
class Course:
    """An nbgrader course folder.

    >>> course = Course.at("my-course")
    >>> course.chapters
    ['00_start_here', '01_single_neuron', ...]
    """

    root: Path
    db: str | None = None
    _sources: dict = field(default_factory=dict, repr=False)

    @classmethod
    def at(cls, folder, db: str | None = None) -> "Course":
        """The course in `folder`, or `CourseError`. `db` overrides the gradebook's address."""
        root = Path(folder).expanduser().resolve()
        if not root.is_dir():
            raise CourseError(f"there is no folder {str(folder)!r}. Make one: bplab course DIR")
        course = cls(root, db)
        if not (root / course._step("source")).is_dir():
            raise CourseError(
                f"{str(folder)!r} is not an nbgrader course (it has no "
                f"{course._step('source')} folder). Name one with --course, "
                "or make one: bplab course DIR"
            )
        return course

    # What nbgrader is told

    @cached_property
    def config(self):
        """nbgrader's configuration: the machine's and the user's, then this folder's."""
        from jupyter_core.paths import jupyter_config_path

        with self.importable():
            return load_config([*reversed(jupyter_config_path()), str(self.root)])[0]

    @contextlib.contextmanager
    def importable(self):
        """As in nbgrader, modules in the course's folder can be imported: plugins lie there."""
        folder = str(self.root)
        sys.path.insert(0, folder)
        try:
            yield
        finally:
            with contextlib.suppress(ValueError):
                sys.path.remove(folder)

    def _setting(self, name, default):
        value = self.config.CourseDirectory.get(name, default)
        return value or default

    def _step(self, step):
        return self._setting(f"{step}_directory", step)

    @property
    def course_id(self):
        return self.config.CourseDirectory.get("course_id", "") or ""

    @property
    def db_url(self):
        default = f"sqlite:///{self.root / 'gradebook.db'}"
        return _with_driver(self.db or self._setting("db_url", default))

    @property
    def groupshared(self):
        return bool(self._setting("groupshared", False))

    @property
    def follow_through(self) -> str:
        """What an exercise earns that fails only through others of the learner's own."""
        word = self.config.BplabGrade.get("follow_through", None) or "full"
        if word not in FOLLOW_THROUGH:
            words = ", ".join(map(repr, FOLLOW_THROUGH))
            raise CourseError(f"BplabGrade.follow_through must be one of {words}, got {word!r}.")
        return word

    def path(self, step: str, student: str, chapter: str) -> Path:
        """Folder of one assignment of one student; step: source, release, submitted, ..."""
        structure = self._setting("directory_structure", _STRUCTURE)
        inner = structure.format(
            nbgrader_step=self._step(step), student_id=student, assignment_id=chapter
        )
        return self.root / inner

    # What is in it

    @cached_property
    def chapters(self) -> list[str]:
        """Assignments that have a notebook in the source folder."""
        parent = self.path("source", ".", "x").parent
        folders = parent.iterdir() if parent.is_dir() else []
        return sorted(f.name for f in folders if any(f.glob("*.ipynb")) and f.is_dir())

    def notebooks(self, chapter: str) -> list[str]:
        """Names, without .ipynb, of a chapter's notebooks, sorted: most have one."""
        if chapter not in self.chapters:
            hint = nearest(chapter, self.chapters)
            raise CourseError(f"this course has no chapter {chapter!r}.{hint}")
        return sorted(p.stem for p in self.path("source", ".", chapter).glob("*.ipynb"))

    def source(self, chapter: str, name: str) -> dict:
        """The instructor's notebook `name` of a chapter, with its solutions."""
        if (chapter, name) not in self._sources:
            path = self.path("source", ".", chapter) / f"{name}.ipynb"
            try:
                notebook = json.loads(path.read_text(encoding="utf-8"))
                notebook["cells"], notebook["metadata"]
            except OSError as error:
                raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
            except (ValueError, KeyError, TypeError) as error:
                raise CourseError(f"{path} is not a notebook: {error}") from None
            self._sources[chapter, name] = notebook
        return self._sources[chapter, name]

    def release(self, chapter: str, name: str) -> dict:
        """The copy that answers are put into: no solutions, hidden tests still in."""
        try:
            made = release(self.source(chapter, name), hidden_tests=True)
        except ValueError as error:
            told = f"the source of {chapter}/{name} cannot be released: {error}"
            raise CourseError(told) from None
        autotests.write_out(self, chapter, name, made)
        return made

    def students(self, chapter: str) -> list[str]:
        """Students who handed in something for a chapter, sorted."""
        return [name for name in self._folders(chapter) if not name.startswith(".")]

    def hidden_students(self, chapter: str) -> list[str]:
        """Folders with a submission whose name begins with a dot: no student's, for nbgrader."""
        return [name for name in self._folders(chapter) if name.startswith(".")]

    def _folders(self, chapter):
        pattern = self.path("submitted", "*", chapter).relative_to(self.root)
        at = pattern.parts.index("*")
        found = []
        for folder in self.root.glob(str(Path(*pattern.parts[: at + 1]))):
            # A link that leads nowhere is a submission, too, if not a good one.
            if os.path.lexists(folder.joinpath(*pattern.parts[at + 1 :])):
                found.append(folder.name)
        return sorted(found)

    # The secret

    def secret(self) -> bytes:
        """The course's secret, made now if there is none. Graded papers are drawn from it."""
        path = self.root / SECRET
        try:
            return _read_secret(path)
        except FileNotFoundError:
            with contextlib.suppress(FileExistsError):
                write_secret(path)
            return _read_secret(path)

    def seed(self, student: str, chapter: str, exercise: str) -> int:
        """Seed of the paper that one student sits in one exercise."""
        message = f"{student}|{chapter}|{exercise}".encode()
        return int.from_bytes(hmac.digest(self.secret_once, message, hashlib.sha256)[:8], "big")

    @cached_property
    def secret_once(self) -> bytes:
        return self.secret()


def load_config(places) -> tuple:
    """nbgrader's configuration of folders, later ones before earlier: (config, [(file, its)])."""
    from traitlets.config import Config
    from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

    config, files = Config(), []
    for place in places:
        for loader, name in (
            (PyFileConfigLoader, "nbgrader_config.py"),
            (JSONFileConfigLoader, "nbgrader_config.json"),
        ):
            path = os.path.join(place, name)
            if os.path.isfile(path):
                try:
                    one = loader(name, path=place).load_config()
                except Exception as error:
                    told = f"{path} does not load: {type(error).__name__}: {error}"
                    raise CourseError(told) from error
                config.merge(one)
                files.append((path, one))
    return config, files


def _with_driver(url):
    """The address of a database, with the driver that is there: SQLAlchemy 2.1 takes another."""
    if url.startswith("postgresql://") and find_spec("psycopg") is None:
        return url.replace("postgresql", "postgresql+psycopg2", 1)
    return url


def _read_secret(path):
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"the course's secret, {path}, cannot be read: {error}") from None
    if len(text) < 32:
        raise CourseError(
            f"the course's secret, {path}, is shorter than 32 characters. Restore it from a "
            "backup; or delete it, and every student's exam papers will be drawn anew."
        )
    return text.encode()


def write_secret(path: Path) -> None:
    """A new secret that only its owner can read. Never over an old one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32) + "\n")


# Making a course


def make(folder, progress=lambda chapter: None, origin: Path | None = None) -> list[str]:
    """Make an nbgrader course in `folder`, which must not exist or be empty; its chapters.

    Source, configuration and README come from the package; releases are generated and the
    gradebook is filled by nbgrader. It is built beside the folder and moved there when complete.
    """
    target = Path(folder).expanduser().absolute()
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise CourseError(f"{str(folder)!r} is there already and is not a folder.")
    if target.is_dir() and any(target.iterdir()):
        raise CourseError(f"{str(folder)!r} is not empty; name a new folder. Nothing was changed.")
    origin = origin or packaged()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise CourseError(f"cannot make {str(folder)!r}: {error.strerror}.") from None
    try:
        part.chmod(0o700)  # submissions, grades and the secret: nobody else's
        course = _fill(part, origin, progress)
        if target.is_dir():
            target.rmdir()
        part.rename(target)
        return course.chapters
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _fill(part, origin, progress):
    skip = shutil.ignore_patterns(".*", "__pycache__", "*.pyc")
    shutil.copytree(origin / "source", part / "source", ignore=skip)
    for name in ("nbgrader_config.py", "README.md"):
        if (origin / name).is_file():
            shutil.copy(origin / name, part / name)
    (part / "submitted").mkdir()
    write_secret(part / SECRET)
    course = Course.at(part)
    for chapter in course.chapters:
        progress(chapter)
        generate(course, chapter)
    return course


def generate(course: Course, chapter: str) -> None:
    """nbgrader's *Generate*: write the release of a chapter and enter it into the gradebook."""
    from .nbgrader_light import api, nbgrader_log

    api()
    with nbgrader_log() as log:
        from nbgrader.converters import GenerateAssignment
        from nbgrader.coursedir import CourseDirectory

        directory = CourseDirectory(config=course.config, root=str(course.root))
        directory.db_url, directory.assignment_id = course.db_url, chapter
        try:
            GenerateAssignment(coursedir=directory, config=course.config).start()
        except Exception as error:
            raise CourseError(
                f"nbgrader cannot generate {chapter}: {_why(log.getvalue(), error)}"
            ) from error


def _why(log, error):
    """The error behind nbgrader's tracebacks, else the last line it logged."""
    # What stopped a cell that nbgrader ran to write AutoTests does not print itself.
    stopped = re.findall(r"Runtime error from the kernel: \s*(\w+)\s+(.*)", log)
    if stopped:
        return f"a cell of the source stops with {stopped[-1][0]}: {stopped[-1][1][:300]}"
    lines = log.strip().splitlines() or [str(error)]
    errors = [line for line in lines if re.match(r"[\w.]*(?:Error|Exception): ", line)]
    return errors[-1].rpartition("Error: ")[2] if errors else lines[-1]
