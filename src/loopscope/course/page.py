"""A post as the body of a page, by nbconvert and a template of ours. Knows no server, and runs nothing."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import UserMistake, mistake, unknown
from .executing import Executed, Result
from .exercises.finding import Exercise
from .markup import Links, code_html, rendered, rendered_line
from .outputs import outputs_html
from .post import Cell, Post
from .series import Series

TEMPLATES = Path(__file__).parent / "templates"
HOW = (
    '<p class="how">To do it: <code>loopscope exercises init</code> writes this file for you, and '
    "<code>loopscope exercises run {key}</code> checks what you made of it.</p>\n"
)


class Page:
    """A post's page: `body(executed)` as far as it has run, `cell(result)` the piece of a cell that ends later.

    Without a series nothing is linked to the glossary, and other posts are named and not linked; `alone`, terms keep
    their explanation as a title, and nothing is linked that lies beside the page. `still`, as it always is alone,
    nothing runs where it is shown: it says so, and how an exercise is done elsewhere.
    An exercise that is not there is said in its place, and in `problems`. Raises `UserMistake` for a directive that
    nobody knows.
    """

    def __init__(self, post: Post, series: Series | None = None, alone: bool = False, still: bool = False) -> None:
        self.post, self.series = post, series
        self._alone, self._still = alone, alone or still
        self.problems: list[str] = []
        self._links = Links(posts=self._address, exercise=self._exercise)
        if series:
            self._links.glossary = series.glossary
            self._links.page = "" if alone else "glossary.html"
        self._pieces = [self._piece(cell) for cell in post.cells]  # in order: a term is linked where it stands first

    @property
    def title(self) -> str:
        """What a browser's tab shows."""
        return f"{self.post.number} {self.post.title}"

    @property
    def head(self) -> str:
        """For the page's head."""
        return f'<meta name="description" content="{html.escape(self.post.summary, quote=True)}">'

    def body(self, executed: Executed | None = None) -> str:
        """The article. Where it was not executed (or not yet), outputs wait to be filled."""
        from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

        cells: list[Any] = []
        for cell, piece in zip(self.post.cells, self._pieces, strict=True):
            if cell.runs:
                cells.append(new_code_cell(cell.source, metadata=self._shown(cell, piece, executed)))
            else:
                cells.append(new_markdown_cell(cell.source, metadata=piece))
        about = {
            "number": self.post.number,
            "title": self.post.title,
            "series": self.series.title if self.series else "",
            "still": self._still,
        }
        return _exporter().from_notebook_node(new_notebook(cells=cells, metadata=about))[0]

    def cell(self, result: Result) -> str:
        """One cell, as it stands in the body."""
        at = next(i for i, cell in enumerate(self.post.cells) if cell.number == result.cell)
        executed = Executed(self.post, {result.cell: result})
        metadata = self._shown(self.post.cells[at], self._pieces[at], executed)
        return _exporter().environment.get_template("cell.html.j2").render(cell={"metadata": metadata})

    def _piece(self, cell: Cell) -> dict[str, Any]:
        if not cell.runs:
            return {"html": rendered(cell.source, self._links)}
        words = {name: rendered_line(getattr(cell, name), self._links) for name in ("caption", "change", "says")}
        return {"kind": cell.kind, "number": cell.number, "code": code_html(cell.source), **words}

    def _shown(self, cell: Cell, piece: Mapping[str, Any], executed: Executed | None) -> dict[str, Any]:
        result = executed.results.get(cell.number) if executed else None
        over = executed is not None and executed.failure is not None
        problem = f'<p class="problem">{html.escape(result.problem)}</p>' if result and result.problem else ""
        return {
            **piece,
            "waiting": result is None and not over,
            "missing": result is None and over,
            "failed": bool(problem),
            "outputs": outputs_html(result.outputs, cell.caption) + problem if result else "",
        }

    def _address(self, number: str) -> str | None:
        if number == self.post.number:
            return ""
        if self._alone:
            return None
        places = {place.number: place for place in self.series.places} if self.series else {}
        return f"{number}.html" if number in places and not places[number].planned else None

    def _exercise(self, name: str, task: str) -> str:
        try:
            exercise = exercise_of(self.post, name)
        except UserMistake as problem:  # the rest can be read all the same
            self.problems.append(str(problem))
            return f'<p class="problem">{html.escape(str(problem))}</p>\n'
        title = f"<h4>{html.escape(exercise.title)}</h4>\n"
        code = code_html(exercise.task.rstrip())
        how = HOW.format(key=html.escape(exercise.key)) if self._still else ""
        return f'<ls-exercise data-exercise="{html.escape(name, quote=True)}">{title}{task}{code}{how}</ls-exercise>\n'


def exercise_of(post: Post, name: str) -> Exercise:
    """The exercise that a post names. Raises `UserMistake` with the nearest one."""
    folder = post.folder / "exercises" / name
    if name and (folder / "task.py").is_file():
        return Exercise(post.number, name, folder)
    there = sorted(path.parent.name for path in folder.parent.glob("*/task.py")) if name else []
    if not there:
        raise mistake(":::{exercise}", name, "a folder in exercises/ with a task.py", f"Make {folder}.")
    raise unknown(":::{exercise}", name, there)


@cache
def _exporter() -> Any:
    return template("page", ".html.j2")


def template(name: str, extension: str) -> Any:
    """nbconvert's exporter with our template of that name."""
    from nbconvert.exporters.templateexporter import TemplateExporter

    return TemplateExporter(
        template_name=name,
        template_extension=extension,
        template_file=f"index{extension}",
        extra_template_basedirs=[str(TEMPLATES)],
    )
