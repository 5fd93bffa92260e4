"""Who called whom in one forward pass, and what a model registered or forgot to. Changes nothing of the model."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from . import bundle
from . import trace as tracing
from .attributes import Attribute, registered
from .remarks import Remark, remarks
from .seen import Call, shapes_text


@dataclass(frozen=True, slots=True)
class Step:
    """One module call. `path` is the attribute it was called by ("" for the model), `line` the code that called it."""

    number: int
    depth: int
    path: str
    kind: str
    takes: str
    gives: str
    caller: str
    line: int | None
    code: str


@dataclass(frozen=True, slots=True)
class CallTrace:
    """The calls in order, what each module registered, and remarks on what looks forgotten.

    `chain` is who called the model's `forward`, outermost first, as found on the call stack.
    """

    model: str
    steps: tuple[Step, ...]
    registered: tuple[Attribute, ...]
    remarks: tuple[Remark, ...]
    chain: tuple[str, ...]

    def to_text(self, width: int = 80) -> str:
        """As a tree, a table of attributes and remarks, in at most `width` columns where names allow it."""
        parts = [" → ".join(self.chain), "\n".join(_tree(self.steps, width)), "\n".join(self._attribute_lines(width))]
        parts += [
            "\n".join(_remark_lines(self.remarks, width)),
            *(textwrap.fill(one, width) for one in self._lessons()),
        ]
        return "\n\n".join(part for part in parts if part)

    def to_markdown(self) -> str:
        """As Markdown: a nested list of calls, a table of attributes, remarks."""
        calls = [
            f"{'  ' * step.depth}- {step.number}. `{step.path or step.kind}` ({step.kind}): "
            f"`{step.takes}` → `{step.gives}`" + (f", called in `{step.caller}`: `{step.code}`" if step.code else "")
            for step in self.steps
        ]
        rows = [f"| `{one.path}` | {one.kind} | {one.what} |" for one in self.registered]
        parts = [" → ".join(f"`{name}`" for name in self.chain), "\n".join(calls)]
        parts += ["\n".join(["| Attribute | Registered as | What it is |", "|---|---|---|", *rows])] if rows else []
        parts += [
            "\n".join(f"- **{one.path}** {one.text} {one.fix}".rstrip() for one in self.remarks),
            *self._lessons(),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def plain(self) -> dict[str, Any]:
        """As data that JSON can hold."""
        return {
            "model": self.model,
            "chain": list(self.chain),
            "calls": [{name: getattr(step, name) for name in Step.__slots__} for step in self.steps],
            "registered": [{"path": one.path, "kind": one.kind, "what": one.what} for one in self.registered],
            "remarks": [{name: getattr(one, name) for name in Remark.__slots__} for one in self.remarks],
        }

    def __str__(self) -> str:
        return self.to_text()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return bundle.of_table(self.to_text(), self.to_markdown(), self.to_html())

    def to_html(self) -> str:
        """As HTML: tables of calls and of attributes, remarks and lessons as paragraphs."""
        calls = [
            [str(step.number), "· " * step.depth + (step.path or step.kind), step.kind, step.takes, step.gives,
             f"line {step.line}: {step.code}" if step.code else ""]
            for step in self.steps
        ]  # fmt: skip
        parts = bundle.html_paragraphs([" → ".join(self.chain)])
        parts += [bundle.html_table(["", "Called", "Kind", "Takes", "Gives", "By"], calls, frozenset({1, 3, 4, 5}))]
        rows = [[one.path, one.kind, one.what] for one in self.registered]
        parts += [bundle.html_table(["Attribute", "Registered as", "What it is"], rows, frozenset({0}))] if rows else []
        remarks = [f"{one.path} {one.text} {one.fix}".rstrip() for one in self.remarks]
        return "\n".join([*parts, *bundle.html_paragraphs([*remarks, *self._lessons()])])

    def _attribute_lines(self, width: int) -> list[str]:
        if not self.registered:
            return []
        wide = min(max(len(one.path) for one in self.registered), width // 2)
        lines = [line for one in self.registered for line in _attribute_line(one, wide, width)]
        return [f"{'Registered':<{wide}}  as         what it is", "─" * width, *lines]

    def _lessons(self) -> list[str]:
        """What there is to learn of this very model's names."""
        own = [
            step
            for step in self.steps
            if step.depth == 1 and step.code and "." not in step.path and "[" not in step.path
        ]
        told = [
            "Nothing but forward is needed: model(x) is Module.__call__, which runs hooks and calls "
            f"{self.model}.forward. Call model(x), not model.forward(x), or hooks are left out."
        ]
        if own and "self" in own[0].code:
            names = " and ".join(dict.fromkeys(step.path for step in own[:2]))
            told.append(
                f"Names such as {names} are the author's choice. Assigning a module to self registered it, which makes "
                f"model.parameters() find its weights; it does not call it. {own[0].path} ran because {own[0].caller} "
                f"says so in line {own[0].line}: {own[0].code}"
            )
        return told


def calls(model: nn.Module, batch: Any) -> CallTrace:
    """Call `model` once on `batch` and tell which module called which, with shapes and lines of code.

    `batch` is a tensor (batch, …), a tuple of arguments or a map of them. Parameters, buffers, gradients, modes and
    random states stay as they were, no hook stays behind. Raises `UserMistake` where the forward pass fails, naming
    the module and its shapes.
    """
    trace = tracing.run(model, batch)
    attributes = [attribute for part in trace.parts if part.registered for attribute in registered(part)]
    root = trace.calls[0]
    name = type(trace.model).__name__
    chain = ("model(x)", *(_readable(frame) for frame in root.frames if frame != "inner"), f"{name}.forward")
    steps = [_step(call) for call in trace.calls]
    return CallTrace(name, tuple(steps), tuple(attributes), tuple(remarks(trace)), tuple(dict.fromkeys(chain)))


def _readable(frame: str) -> str:
    """The name by which one knows a function of Module: __call__ is bound to _wrapped_call_impl."""
    return "Module.__call__" if frame == nn.Module.__call__.__name__ else f"Module.{frame}"


def _step(call: Call) -> Step:
    line = call.line if call.parent is not None else None
    return Step(
        number=call.number,
        depth=call.depth,
        path=call.part.path,
        kind=call.part.kind,
        takes=shapes_text(call.inputs),
        gives=shapes_text(call.outputs),
        caller=line.function if line else "",
        line=line.number if line else None,
        code=line.text if line and not _is_torch(line.file) else "",
    )


def _is_torch(file: str) -> bool:
    return Path(nn.__file__).parent in Path(file).parents


def _tree(steps: tuple[Step, ...], width: int) -> list[str]:
    """Calls as a tree: name and class, shapes, and the line of code where there is room."""
    lefts = [_branch(steps, index) + _label(step) for index, step in enumerate(steps)]
    shapes = [f"{step.takes} → {step.gives}" for step in steps]
    wide, far = min(max(map(len, lefts)), width // 2), min(max(map(len, shapes)), width // 3)
    lines: list[str] = []
    for left, shape, step in zip(lefts, shapes, steps, strict=True):
        row = f"{left:<{wide}}  {shape:<{far}}"
        room = width - len(row) - 2
        code = f"line {step.line}: {step.code}" if step.code else ""
        lines.append(
            f"{row}  {code if len(code) <= room else code[: max(room - 1, 0)] + '…' if room > 12 else ''}".rstrip()
        )
    return lines


def _attribute_line(one: Attribute, wide: int, width: int) -> list[str]:
    body = textwrap.wrap(one.what, max(width - wide - 13, 20)) or [""]
    head = [one.path] if len(one.path) > wide else []
    rest = [f"{'':<{wide}}  {'':<9}  {line}" for line in body[1:]]
    return [*head, f"{'' if head else one.path:<{wide}}  {one.kind:<9}  {body[0]}", *rest]


def _label(step: Step) -> str:
    name = step.path.rpartition(".")[2] if step.depth > 1 and "[" not in step.path else step.path
    return f"{step.number} {name} ({step.kind})" if name else f"{step.number} {step.kind}"


def _branch(steps: tuple[Step, ...], index: int) -> str:
    """`│  ├─ ` before a step, by whether its ancestors and it have a younger sibling."""
    depth = steps[index].depth
    marks = [("├─ " if _has_next(steps, index, depth) else "└─ ")] if depth else []
    marks = [("│  " if _has_next(steps, index, level) else "   ") for level in range(1, depth)] + marks
    return "".join(marks)


def _has_next(steps: tuple[Step, ...], index: int, level: int) -> bool:
    for step in steps[index + 1 :]:
        if step.depth <= level:
            return step.depth == level
    return False


def _remark_lines(remarks: tuple[Remark, ...], width: int) -> list[str]:
    if not remarks:
        return []
    order = sorted(remarks, key=lambda one: one.severity != "error")
    lines = ["Worth a look", "─" * width]
    for one in order:
        mark = "!" if one.severity == "error" else "·"
        lines += textwrap.wrap(f"{mark} {one.path} {one.text} {one.fix}".rstrip(), width, subsequent_indent="  ")
    return lines
