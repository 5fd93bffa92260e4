"""A figure as a notebook's widget: what is changed in it is trained in this kernel. Draws nothing itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from ..errors import LoopscopeError

if TYPE_CHECKING:
    from .scope import Scope

FRONT = Path(__file__).parents[1] / "server" / "page" / "widget" / "scope.js"
"""Built beside the page, from the same elements."""
VIEW = "application/vnd.jupyter.widget-view+json"


class ScopeWidget(anywidget.AnyWidget):
    """`ls-scope` in a notebook. Answers `{"do": "change", "asked": n, "settings": {…}}` with a replay, or a refusal."""

    _esm = ""
    data = traitlets.Dict().tag(sync=True)
    replay = traitlets.Bytes().tag(sync=True)

    def __init__(self, figure: Scope, front: str) -> None:
        super().__init__(data=figure.data, replay=figure.replay, _esm=front)
        self._figure = figure
        self.on_msg(self._asked)

    def _asked(self, widget: Any, content: Any, buffers: Any) -> None:
        asked = content.get("asked")
        try:
            replay = self._figure.with_changes(content.get("settings") or {})
        except LoopscopeError as error:
            self.send({"asked": asked, "refused": str(error)})
        else:
            self.send({"asked": asked}, [replay])


def view_of(figure: Scope, front: Path = FRONT) -> dict[str, Any]:
    """A new view of a figure, as a notebook finds it in an output; none where the front end was not built."""
    if not front.is_file():
        return {}
    bundle: Any = ScopeWidget(figure, front.read_text(encoding="utf-8"))._repr_mimebundle_()
    plain = bundle[0] if isinstance(bundle, tuple) else bundle
    return {VIEW: plain[VIEW]} if plain and VIEW in plain else {}
