"""What is asked: experiments, validated and portable. Never sees torch. Names are loaded on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .codec import from_json, from_toml, to_json, to_toml
    from .gallery import Preset, preset, presets
    from .link import from_link, is_link, to_link
    from .loading import load, table_experiment
    from .rules import check_task
    from .settings import parse_value, with_settings
    from .shape import Setting, json_schema, paths
    from .spec import Data, Edit, Experiment, Faults, Model, Schedule, Seed, Start, Training
    from .validation import validate

_FOUND_IN = {
    "rules": ("check_task",),
    "codec": ("from_json", "from_toml", "to_json", "to_toml"),
    "gallery": ("Preset", "preset", "presets"),
    "link": ("from_link", "is_link", "to_link"),
    "loading": ("load", "table_experiment"),
    "settings": ("parse_value", "with_settings"),
    "shape": ("Setting", "json_schema", "paths"),
    "spec": ("Data", "Edit", "Experiment", "Faults", "Model", "Schedule", "Seed", "Start", "Training"),
    "validation": ("validate",),
}
_MODULE_OF = {name: module for module, names in _FOUND_IN.items() for name in names}

__all__ = [
    "Data",
    "Edit",
    "Experiment",
    "Faults",
    "Model",
    "Preset",
    "Schedule",
    "Seed",
    "Setting",
    "Start",
    "Training",
    "check_task",
    "from_json",
    "from_link",
    "from_toml",
    "is_link",
    "json_schema",
    "load",
    "parse_value",
    "paths",
    "preset",
    "presets",
    "table_experiment",
    "to_json",
    "to_link",
    "to_toml",
    "validate",
    "with_settings",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
