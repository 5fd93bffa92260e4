"""`paths()` and the schema: every field is listed, described, and said in words."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import BaseModel

import loopscope.experiment
from loopscope.errors import nearest
from loopscope.experiment import Edit, Experiment, Schedule, json_schema, paths, to_json, validate
from loopscope.experiment.shape import fields_of
from loopscope.experiment.spec import Section
from loopscope.experiment.suggestion import SYNONYMS
from strategies.experiments import plain_experiments


def sections(section: type[Section] = Experiment, prefix: str = "") -> dict[str, type[Section]]:
    found = {prefix: section}
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= sections(field.annotation, f"{prefix}{name}.")  # type: ignore[arg-type]
    return found


def test_every_field_appears_in_paths_and_nothing_else_does():
    inner = sections()
    leaves = {
        f"{at}{name}" for at, section in inner.items() for name in fields_of(section) if f"{at}{name}." not in inner
    }
    assert leaves == set(paths()) and "training.schedule.warmup" in leaves


@pytest.mark.parametrize("section", [*sections().values(), Edit, Schedule], ids=lambda section: section.__name__)
def test_every_field_has_a_description(section: type[Section]):
    for name, field in section.model_fields.items():
        assert field.description and not field.description.endswith("."), f"{section.__name__}.{name}"


@pytest.mark.parametrize("path", paths())
def test_every_setting_says_all_that_help_needs(path: str):
    setting = paths()[path]
    assert setting.path == path and setting.type and setting.allowed and setting.description
    plain = {**Experiment().plain()}
    value: object = plain
    for name in path.split("."):
        value = value[name]  # type: ignore[index]
    assert value == json.loads(json.dumps(setting.default))


def test_some_settings_in_words():
    words = {path: (one.type, one.allowed) for path, one in paths().items()}
    assert words["training.lr"] == ("number", "a number, above 0 and at most 1e12")
    assert words["training.batch_size"] == ("whole number or name", "a whole number from 1 to 1000000000, or all")
    assert words["training.clip_norm"] == ("number or none", "a number, above 0 and at most 1e12, or none")
    assert words["data.path"] == ("text or none", "one line of 1 to 4096 characters, or none")
    assert words["model.hidden"] == (
        "list of whole numbers",
        "a list of 1 to 64 values, each a whole number from 1 to 8192",
    )


def test_synonyms_lead_to_fields_and_hide_none():
    assert set(SYNONYMS.values()) <= set(paths())
    leaves = {path.rpartition(".")[2] for path in paths()}
    assert not leaves & set(SYNONYMS), "a field's own name needs no synonym"
    assert nearest("nothing like it", paths()) is None


def test_the_schema_has_every_field_and_is_json():
    schema = json_schema()
    assert json.loads(json.dumps(schema)) == schema and schema["$schema"].startswith("https://json-schema.org/")
    assert set(schema["properties"]) == set(Experiment.model_fields)
    assert schema["$defs"]["Training"]["properties"]["lr"]["description"] == "learning rate"
    assert schema["$defs"]["Data"]["properties"]["name"]["enum"][0] == "moons"


def test_importing_the_package_loads_no_pydantic_and_no_torch():
    code = "import sys, loopscope.experiment; print([m for m in ('pydantic', 'torch', 'numpy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
    code = "import sys, loopscope.experiment as e; [getattr(e, n) for n in e.__all__]; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_every_public_name_is_there_and_unknown_ones_are_not():
    for name in loopscope.experiment.__all__:
        assert getattr(loopscope.experiment, name) is not None and name in dir(loopscope.experiment)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = loopscope.experiment.nothing  # type: ignore[attr-defined]


def test_experiments_of_the_strategy_take_every_field():
    """The round-trip tests are worth what this strategy covers."""
    missing = set(paths())

    @settings(
        max_examples=2000,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(plain_experiments())
    def look(plain: dict[str, object]) -> None:
        given_fields = validate(plain).given()
        missing.difference_update([path for path in missing if _has(given_fields, path)])
        assert missing, "every field was seen"

    with pytest.raises(AssertionError, match="every field was seen"):
        look()


def _has(plain: dict[str, object], path: str) -> bool:
    inner: object = plain
    for name in path.split("."):
        if not isinstance(inner, dict) or name not in inner:
            return False
        inner = inner[name]
    return True


def test_json_has_what_the_schema_requires():
    assert set(json.loads(to_json(Experiment()))) == set(json_schema()["properties"])
