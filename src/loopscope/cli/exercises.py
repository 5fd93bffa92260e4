"""`loopscope exercises …`: hand out, judge, hint. Which exercises there are and what is right know others.

One command a function here; what is printed is in `exercising`, the watcher in `watching_files`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from . import document
from .options import Json, examples

if TYPE_CHECKING:
    from ..course.exercises import Exercise, LearnersFolder, Verdict

HELP = "Do the exercises of the course in an editor of your own: each save is checked."
DEV_HELP = "For who writes exercises."
EPILOG = examples("loopscope exercises init", "loopscope exercises watch", "loopscope exercises run 2.1/collapse")


def names_like(incomplete: str) -> list[tuple[str, str]]:
    """What a shell offers for EXERCISE."""
    from ..course.exercises import find

    return [(each.key, each.title) for each in find() if incomplete in each.key]


NAME_HELP = "An exercise: 2.1/collapse, or collapse, or its file."
Name: TypeAlias = Annotated[str, typer.Argument(metavar="EXERCISE", help=NAME_HELP, autocompletion=names_like)]
MaybeName: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="[EXERCISE]", help=f"{NAME_HELP[:-1]}; else the next one that is open.", autocompletion=names_like
    ),
]
Dir: TypeAlias = Annotated[
    Path | None,
    typer.Option("--dir", metavar="DIR", help="Your folder (else the one you are in, or loopscope-exercises in it)."),
]
Series: TypeAlias = Annotated[
    Path | None, typer.Option("--series", metavar="DIR", help="Another series: a folder with a series.toml.")
]


def init(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A folder for your files (loopscope-exercises).")
    ] = None,
    series: Series = None,
    as_json: Json = False,
) -> None:
    """Lay out your own files, one an exercise. What is there already stays as it is."""
    from ..course.exercises import LearnersFolder, find
    from ..course.exercises.folder import USUAL
    from . import exercising

    learners = LearnersFolder(folder or USUAL)
    exercises = find(series) if series is not None else find()
    new = learners.begin(series, exercises)
    if as_json:
        document.put({"folder": learners.path.absolute(), "new": [path.absolute() for path in new]})
    else:
        exercising.begun(learners, len(new), len(exercises) - len(new))


def watch(name: MaybeName = None, folder: Dir = None, as_json: Json = False) -> None:
    """Check the open exercise at each save, with keys for a hint, the next one, the list.

    Save another exercise's file, and the watcher goes over to that one. With --json each verdict is a line of JSON.
    """
    from .watching_files import Watcher

    learners, exercises = _opened(folder)
    chosen = _meant(name, learners, exercises) if name is not None else None
    asyncio.run(Watcher(learners, exercises, chosen, as_json).watch())


def run(name: MaybeName = None, folder: Dir = None, as_json: Json = False) -> None:
    """Check one exercise. The exit code is 1 where it is not passed."""
    from . import exercising

    learners, exercises = _opened(folder)
    exercise = _meant(name, learners, exercises)
    verdict = asyncio.run(_judged(learners, [exercise], lambda *_: None))[0]
    if as_json:
        document.put({"exercise": exercise.key, **verdict.plain(), **exercising.pictures(learners, exercise, verdict)})
    else:
        exercising.told(learners, exercise, verdict)
        exercising.what_next(learners, exercises, exercise, verdict)
    raise typer.Exit(not verdict.passed)


def hint(name: MaybeName = None, folder: Dir = None, as_json: Json = False) -> None:
    """Give the next of three hints: the idea, the place, the code."""
    from . import exercising

    learners, exercises = _opened(folder)
    exercise = _meant(name, learners, exercises)
    found = learners.hint(exercise)
    if as_json:
        document.put({"exercise": exercise.key, "grade": found.grade, "of": found.of, "text": found.text})
    else:
        exercising.hinted(exercise, found)


def list_(folder: Dir = None, series: Series = None, as_json: Json = False) -> None:
    """List the exercises, and which of them are passed."""
    from ..course.exercises import LearnersFolder, find
    from . import exercising

    if series is not None:
        learners, exercises = LearnersFolder(folder or Path()), find(series)
    else:
        learners, exercises = _opened(folder)
    if as_json:
        document.put({"exercises": exercising.rows(learners, exercises)})
    else:
        exercising.listed(learners, exercises)


def reset(name: Name, folder: Dir = None, as_json: Json = False) -> None:
    """Put an exercise's task back. What you had written is kept beside."""
    from . import exercising

    learners, exercises = _opened(folder)
    exercise = _meant(name, learners, exercises)
    kept = learners.reset(exercise)
    if as_json:
        document.put({"exercise": exercise.key, "file": learners.file(exercise), "kept": kept})
    else:
        exercising.was_reset(learners, exercise, kept)


def solution(name: MaybeName = None, folder: Dir = None, as_json: Json = False) -> None:
    """Show a solution: after success, or when asked twice."""
    from . import exercising

    learners, exercises = _opened(folder)
    exercise = _meant(name, learners, exercises, passed=True)
    code = learners.solution(exercise)
    if as_json:
        document.put({"exercise": exercise.key, "code": code})
    else:
        exercising.solved(code)


def check_all(folder: Dir = None, as_json: Json = False) -> None:
    """Check every exercise. The exit code is 1 where one is not passed."""
    from . import exercising

    learners, exercises = _opened(folder)
    tell = exercising.progress_line(len(exercises))
    verdicts = asyncio.run(_judged(learners, exercises, tell))
    if as_json:
        rows = [{"exercise": e.key, **v.plain()} for e, v in zip(exercises, verdicts, strict=True)]
        document.put({"passed": sum(v.passed for v in verdicts), "of": len(verdicts), "exercises": rows})
    else:
        exercising.all_checked(exercises, verdicts)
    raise typer.Exit(not all(verdict.passed for verdict in verdicts))


def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[EXERCISE…]", help=f"{NAME_HELP[:-1]}; else all of them.")
    ] = None,
    series: Series = None,
    as_json: Json = False,
) -> None:
    """Prove exercises: the task fails, solutions pass, each mutant is named.

    For who writes them. The exit code is 1 where something is not so; every flaw is told.
    """
    from ..course.exercises import find, named
    from . import exercising

    exercises = find(series) if series is not None else find()
    chosen = list(dict.fromkeys(named(name, exercises) for name in names)) if names else exercises
    done = asyncio.run(_proved(chosen, exercising.proved if not as_json else lambda each: None))
    flaws = [flaw for each in done for flaw in each.flaws]
    if as_json:
        document.put(
            {
                "exercises": len(done),
                "files": sum(each.files for each in done),
                "flaws": [{"exercise": flaw.exercise, "file": flaw.file, "says": flaw.says} for flaw in flaws],
            }
        )
    else:
        exercising.all_proved(done)
    raise typer.Exit(bool(flaws))


def _opened(folder: Path | None) -> tuple[LearnersFolder, list[Exercise]]:
    from ..course.exercises import LearnersFolder

    learners = LearnersFolder.begun(folder) if folder is not None else LearnersFolder.around(Path.cwd())
    return learners, learners.exercises()


def _meant(name: str | None, learners: LearnersFolder, exercises: list[Exercise], passed: bool = False) -> Exercise:
    """The one named; else the one last worked on while it is open (or, if `passed`, anyway), else the next open one."""
    from ..course.exercises import named
    from ..errors import mistake

    if name is not None:
        return named(name, exercises)
    current = next((each for each in exercises if each.key == learners.state.current), None)
    found = current if passed and current is not None else learners.next(exercises)
    if found is None:
        raise mistake("EXERCISE", "nothing", "a name, since all are passed", "See loopscope exercises list.")
    return found


async def _judged(
    learners: LearnersFolder, exercises: list[Exercise], tell: Callable[[Exercise, Verdict], None]
) -> list[Verdict]:
    from ..course.exercises import Judge

    async with Judge() as judge:

        async def one(exercise: Exercise) -> Verdict:
            verdict = await judge.check(exercise, learners.code(exercise))
            learners.tried(exercise, verdict.passed)
            tell(exercise, verdict)
            return verdict

        return list(await asyncio.gather(*map(one, exercises)))


async def _proved(exercises: list[Exercise], tell: Callable[[Any], None]) -> list[Any]:
    from ..course.exercises import Judge
    from ..course.exercises.dev_check import dev_check

    done: list[Any] = []
    async with Judge() as judge:
        async for each in dev_check(exercises, judge):
            tell(each)
            done.append(each)
    return done


COMMANDS = {
    "init": init,
    "watch": watch,
    "run": run,
    "hint": hint,
    "list": list_,
    "reset": reset,
    "solution": solution,
    "check-all": check_all,
}
DEV = {"check": check}
DEV_EPILOG = examples("loopscope exercises dev check")
EPILOGS = {
    "init": examples("loopscope exercises init", "loopscope exercises init mine --series my-series"),
    "watch": examples("loopscope exercises watch", "loopscope exercises watch 2.1/collapse"),
    "run": examples("loopscope exercises run", "loopscope exercises run 2.1/collapse --json"),
    "hint": examples("loopscope exercises hint", "loopscope exercises hint 2.1/collapse"),
    "list": examples("loopscope exercises list", "loopscope exercises list --json"),
    "reset": examples("loopscope exercises reset 2.1/collapse"),
    "solution": examples("loopscope exercises solution 2.1/collapse"),
    "check-all": examples("loopscope exercises check-all"),
    "check": examples("loopscope exercises dev check", "loopscope exercises dev check 2.1/collapse --json"),
}
