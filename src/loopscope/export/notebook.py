"""An experiment as a notebook: the script's sections as cells. Executes nothing."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ..experiment import Experiment
from .script import sections


def notebook(experiment: Experiment) -> str:
    """The text of an `.ipynb` file (format 4), a heading and a code cell a section, without outputs.

    Cell ids are their numbers, so that equal experiments give equal files. Raises `UserMistake` as `script` does.
    """
    title = experiment.name or f"{experiment.data.name} with a {experiment.model.kind} model"
    cells = [new_markdown_cell(f"# {title}\n\nThe whole training loop in plain PyTorch, written by loopscope.")]
    for section in sections(experiment):
        cells += [new_markdown_cell(f"## {section.title}\n\n{section.prose}"), new_code_cell(section.code.strip())]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    book = new_notebook(cells=cells, metadata=kernel)
    nbformat.validate(book)
    return nbformat.writes(book) + "\n"
