"""A series of one small post, whose code runs in a moment. Tests nothing itself."""

from __future__ import annotations

from pathlib import Path

SERIES = """title = "A small series"
structure = ["The code", "Exercises"]
words = [1, 1000]

[[modules]]
number = "1"
title = "One module"
posts = ["1.1-small", "1.2-planned"]
planned = { "1.2" = "Planned" }
"""
POST = """---
number: "1.1"
title: A small post
summary: Doubling, seen once.
---

Doubling is taking a number twice: $y = 2 x$.

```{code-cell} python
---
tags: [setup]
---
import time
```

## The code

```{code-cell} python
width = 3
print("six is", width * 2)
```

:::{margin}
Width is a number.
:::

```{code-cell} python
print("doubled:", 2 * width)
```

```{code-cell} python
---
tags: [figure]
caption: See that the line rises.
---
import matplotlib.pyplot as plt

plt.plot([0, 1], [0, width])
plt.show()
```

## Exercises

:::{exercise} double
Write a function that doubles.
:::
"""
FILES = {
    "series.toml": SERIES,
    "glossary.md": "# Glossary\n\n## doubling\n\nTaking a number twice.\n",
    "1.1-small/post.md": POST,
    "1.1-small/exercises/double/task.py": '"""Double it\n\nReturn twice the number.\n"""\n\n\ndef double(x): ...\n',
    "1.1-small/exercises/double/check.py": (
        "from loopscope.course.exercises import Work, Wrong\n\n\n"
        "def check(work: Work) -> None:\n"
        '    if work.call("double", 4) != 8:\n'
        '        raise Wrong("`double(4)` should be twice 4.")\n'
    ),
    "1.1-small/exercises/double/solution.py": "def double(x):\n    return 2 * x\n",
    "1.1-small/exercises/double/hints.md": "## Idea\n\nTwice.\n\n## Place\n\nThe return.\n\n## Code\n\n`2 * x`\n",
}


def write_series(folder: Path) -> Path:
    """The folder, laid out."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
