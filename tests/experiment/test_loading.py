"""`load`: a preset, a file or a link, and one clear sentence for anything else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from loopscope.errors import UserMistake
from loopscope.experiment import load, preset, table_experiment, to_json, to_link, to_toml


def words_of(what: str | Path, settings: tuple[str, ...] = ()) -> str:
    with pytest.raises(UserMistake) as caught:
        load(str(what), settings)
    return str(caught.value)


def test_a_preset_a_file_and_a_link_give_the_same(tmp_path: Path):
    experiment = preset("spiral")
    (tmp_path / "a.toml").write_text(to_toml(experiment))
    (tmp_path / "a.JSON").write_text(to_json(experiment))
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbf" + to_toml(experiment).encode())
    for what in (
        "spiral",
        str(tmp_path / "a.toml"),
        str(tmp_path / "a.JSON"),
        str(tmp_path / "bom.toml"),
        to_link(experiment),
    ):
        assert load(what) == experiment
        assert load(what, ["training.lr=0.5"]).training.lr == 0.5


def test_a_setting_mends_what_a_file_has_wrong(tmp_path: Path):
    file = tmp_path / "run.toml"
    file.write_text("[data]\nnoise = 1.4\n")
    assert words_of(file) == "run.toml: data.noise is 1.4; allowed 0 to 1. Try --set data.noise=0.4"
    assert load(str(file), ["data.noise=0.4"]).data.noise == 0.4
    file.write_text("data = 3\n")
    assert words_of(file, ("data.noise=0.4",)).startswith("run.toml: data is 3; allowed a table with name, samples")
    file.write_text('[training]\nschedule = "step"\n')
    assert load(str(file), ["training.schedule.every=5"]).training.schedule.name == "step"


def test_unknown_names_are_answered_with_the_nearest():
    assert words_of("moons-mpl").endswith('or a link. Did you mean "moons-mlp"?')
    assert words_of("qqqq").startswith("WHAT is 'qqqq'; allowed a preset (breast-cancer, bumps, circles,")
    assert words_of("").startswith("WHAT is ''; allowed a preset")


def test_a_table_is_told_apart():
    assert words_of("a.csv") == "WHAT is 'a.csv'; allowed a table together with its target. Try a.csv --target COLUMN"


def test_files_that_cannot_be_read_say_why(tmp_path: Path):
    (tmp_path / "moons.toml").write_text("")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "latin.toml").write_bytes(b"# first\nname = '\xe9'\n")
    (tmp_path / "long.json").write_bytes(b" " * 1_000_001)
    missing = tmp_path / "mons.toml"
    assert (
        words_of(missing)
        == f"WHAT is {str(missing)!r}; allowed a file that exists. Did you mean {tmp_path}/moons.toml?"
    )
    assert words_of(tmp_path / "no" / "a.toml").endswith(f"There is no directory {tmp_path}/no.")
    assert words_of(tmp_path / "folder.toml").endswith("allowed a file. This is a directory.")
    assert words_of(tmp_path / "latin.toml").endswith(
        "allowed text in UTF-8. Line 2 is not; save the file again as UTF-8."
    )
    assert words_of(tmp_path / "long.json").endswith(
        "long.json is 1,000,001 bytes long; allowed at most 1,000,000 bytes. No experiment is as long as this."
    )
    assert "allowed a file" in words_of(f"{tmp_path}/{'a' * 300}.toml") and "allowed a file" in words_of("a\0.toml")
    os.mkfifo(tmp_path / "pipe.toml")
    assert words_of(tmp_path / "pipe.toml").endswith("This is a device.")


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "a.toml"
    file.write_text("")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything, so file modes would prove nothing
    assert words_of(file).endswith("allowed a file that can be read. The system says: Permission denied.")


def test_a_table_gets_sensible_settings():
    experiment = table_experiment("some/where/My data.csv", "price")
    assert experiment.name == "My data" and experiment.model.kind == "mlp"
    assert (experiment.data.name, experiment.data.path) == ("table", "some/where/My data.csv")
    assert (experiment.data.target, experiment.data.scale) == ("price", "standard")
    assert table_experiment("a\u0085b" + "c" * 200 + ".csv", "y").name == "a b" + "c" * 97


@pytest.mark.parametrize(
    ("path", "target", "field"), [("", "y", "data.path"), ("a.csv", "", "data.target"), ("a\0.csv", "y", "data.path")]
)
def test_a_table_that_cannot_be_is_refused(path: str, target: str, field: str):
    with pytest.raises(UserMistake, match=f"^{field} is "):
        table_experiment(path, target)


def test_what_cannot_be_read_is_not_suggested(tmp_path: Path):
    loop, pipe = tmp_path / "loop.toml", tmp_path / "pipes.toml"
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    assert words_of(loop).endswith("allowed a file that exists. This is a link that leads nowhere.")
    assert words_of(pipe).endswith("allowed a file. This is a device.")
    assert words_of(tmp_path / "pipe.toml").endswith("allowed a file that exists.")


def test_what_python_says_is_put_into_our_words(tmp_path: Path):
    long = words_of("a" * 5000 + ".toml")
    assert long.endswith("allowed a file that can be read. The system says: File name too long.") and len(long) < 400
    (tmp_path / "digits.toml").write_text("[training]\nlr = " + "9" * 5000)
    said = words_of(tmp_path / "digits.toml")
    assert "allowed numbers of at most 4,300 digits" in said and "sys." not in said
    (tmp_path / "huge.toml").write_text("#" * 3_000_000)
    assert words_of(tmp_path / "huge.toml").startswith("huge.toml is 3,000,000 bytes long; allowed at most")
