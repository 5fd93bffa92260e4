"""A person's own table: what is inferred, what is said about it, and how each unreadable file is refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopscope.datasets import Dataset, load, splitting
from loopscope.errors import UserMistake
from loopscope.experiment import Data

Write = Callable[..., str]


def read(path: str, target: str = "y", **more: object) -> Dataset:
    return load(Data.model_validate({"name": "table", "path": path, "target": target, **more}), 0)


def refused(path: str, target: str = "y") -> str:
    with pytest.raises(UserMistake) as raised:
        read(path, target)
    text = str(raised.value)
    assert "\n" not in text and text.startswith(("data.path is ", "data.target is "))
    return text


def lines(*columns: tuple[str, list[object]]) -> str:
    """CSV text of named columns."""
    rows = zip(*(values for _, values in columns), strict=True)
    return "\n".join([",".join(name for name, _ in columns), *(",".join(map(str, row)) for row in rows)]) + "\n"


Y = ("y", [at * 0.5 for at in range(12)])
A = ("a", [(at * 7) % 12 + 0.25 for at in range(12)])


def in_order(dataset: Dataset, name: str) -> list[float]:
    """A raw column in the order of the file's rows."""
    at = dataset.raw_names.index(name)
    rows = np.concatenate([dataset.train.rows, dataset.test.rows])
    values = np.concatenate([dataset.train.raw[:, at], dataset.test.raw[:, at]])
    return values[np.argsort(rows)].tolist()


# What is inferred


def test_every_kind_of_column_is_told(people_csv: str) -> None:
    dataset = read(people_csv, "income")
    kinds = {column.name: column.kind for column in dataset.columns}
    assert kinds == {
        "id": "id",
        "age": "number",
        "height (cm)": "number",
        "weight": "number",
        "city": "category",
        "smokes": "yes/no",
        "born": "date",
        "comment": "id",
        "planet": "constant",
        "nothing": "empty",
        "grade": "number",
        "member": "category",
    }
    assert dataset.facts["rows"] == 40 and dataset.facts["columns"] == 13
    assert len(str(dataset.facts["sha256"])) == 64


def test_everything_done_is_reported(people_csv: str) -> None:
    report = " ".join(read(people_csv, "income").report)
    for words in (
        "people.csv: 40 rows, 13 columns, separated by commas.",
        "income is predicted; the task is regression, because",
        "Numbers: age, height (cm), weight, grade.",
        "id is left out: it looks like a row's own number. To keep it, name it in data.features.",
        "city is a category, one input a value: Aachen, Bern, Cádiz.",
        "city is missing on 1 row; that is an input of its own.",
        "smokes is yes or no: yes is 1, no is 0.",
        "born is left out: it holds dates",
        "comment is left out: it has another text on every row",
        "planet is left out: it is 'Earth' on every row",
        "nothing is left out: it has no value on any row",
    ):
        assert words in report


def test_parquet_is_understood_as_csv_is(people_csv: str, people_parquet: str) -> None:
    csv, parquet = read(people_csv, "income"), read(people_parquet, "income")
    # pandas calls yes and no True and False, so that smokes is a column of true and false there
    assert parquet.raw_names == csv.raw_names
    assert np.array_equal(parquet.train.raw, csv.train.raw)
    assert np.array_equal(parquet.train.raw_targets, csv.train.raw_targets)
    assert "tags is left out: it holds values of type list" in " ".join(parquet.report)


def test_numbers_are_read_to_the_last_bit(write: Write) -> None:
    values = np.random.default_rng(0).normal(size=12)
    dataset = read(write(lines(("a", values.tolist()), Y)))
    assert in_order(dataset, "a") == values.tolist()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(write: Write, delimiter: str) -> None:
    dataset = read(
        write(lines(A, ("b", ['"u,v;w\t|"', "z"] * 6), Y).replace(",", delimiter).replace(f"u{delimiter}", "u,"))
    )
    assert dataset.raw_names[0] == "a" and len(dataset.raw_names) == 3


def test_a_decimal_comma_is_read(write: Write) -> None:
    dataset = read(write(lines(A, Y).replace(",", ";").replace(".", ",")))
    assert in_order(dataset, "a") == A[1]
    assert dataset.task == "regression"
    assert "Decimals are written with a comma in a; 1,5 is read as 1.5." in dataset.report


@pytest.mark.parametrize(
    ("values", "task", "names", "why"),
    [
        (["yes", "no"] * 6, "binary", ("no", "yes"), "2 different texts"),
        ([0, 1] * 6, "binary", ("0", "1"), "two different values"),
        ([0.5, 1.5] * 6, "binary", ("0.5", "1.5"), "two different values"),
        ([10, 9, 2] * 4, "multiclass", ("2", "9", "10"), "only 3 different whole numbers"),
        (["b", "c", "a"] * 4, "multiclass", ("a", "b", "c"), "3 different texts"),
        (["1.0", "2.0", "3"] * 4, "multiclass", ("1", "2", "3"), "only 3 different whole numbers"),
        (list(range(12)), "regression", (), "12 different numbers have fewer than 3 rows each"),
        ([0.5, 1.5, 2.5] * 4, "regression", (), "numbers with decimals"),
    ],
)
def test_the_task_follows_from_the_target(write: Write, values: list, task: str, names: tuple, why: str) -> None:
    dataset = read(write(lines(A, ("y", values))))
    assert (dataset.task, dataset.class_names) == (task, names)
    sentence = next(sentence for sentence in dataset.report if "is predicted" in sentence)
    assert task in sentence and why in sentence


def test_many_whole_numbers_are_amounts(write: Write) -> None:
    rows = 90
    dataset = read(write(lines(("a", [at + 0.5 for at in range(rows)]), ("y", [at % 30 for at in range(rows)]))))
    assert dataset.task == "regression"
    assert "30 different numbers, more than 20" in " ".join(dataset.report)


def test_class_numbers_are_places_among_the_names(write: Write) -> None:
    dataset = read(write(lines(("a", [2, 9, 10] * 4), ("y", [2, 9, 10] * 4))))
    assert dataset.train.targets.tolist() == [{2: 0, 9: 1, 10: 2}[int(a)] for a in dataset.train.raw[:, 0]]


def test_rows_without_a_target_are_dropped(write: Write) -> None:
    for gap in ("", "NA", "nan", "?", "-"):
        dataset = read(write(lines(A, ("y", [gap, *Y[1][1:11], gap]))))
        assert len(dataset.train) + len(dataset.test) == 10
        assert "2 rows dropped, because y is missing there." in dataset.report


def test_a_name_may_look_like_a_missing_number(write: Write) -> None:
    dataset = read(write(lines(A, ("y", ["none", "some"] * 6))))
    assert dataset.class_names == ("none", "some") and len(dataset.train) + len(dataset.test) == 12


@pytest.mark.parametrize(
    ("name", "values"), [("id", [at * 3 for at in range(12)]), ("userId", list(range(50, 62))), ("", list(range(12)))]
)
def test_row_numbers_are_left_out(write: Write, name: str, values: list) -> None:
    dataset = read(write(lines((name, values), A, Y)))
    assert dataset.raw_names == ("a",)
    assert "looks like a row's own number" in " ".join(dataset.report)


def test_row_numbers_stay_where_asked_for_or_alone(write: Write) -> None:
    number = ("n", list(range(12)))
    assert read(write(lines(number, A, Y)), features=("n^2",)).input_names == ("n^2",)
    assert read(write(lines(number, Y))).raw_names == ("n",)


def test_a_column_with_too_many_categories_is_left_out(write: Write) -> None:
    names = [f"u{at % 60}" for at in range(120)]
    dataset = read(
        write(lines(("a", [at + 0.5 for at in range(120)]), ("b", names), ("y", [at * 0.5 for at in range(120)])))
    )
    assert dataset.raw_names == ("a",)
    assert "b is left out: it has 60 different texts (at most 50)." in dataset.report


def test_a_column_that_is_nearly_numbers_says_which_cell_is_none(write: Write) -> None:
    mixed = ("b", [*range(11), "1o"])
    assert "nearly all are numbers, but '1o' on line 13 is none" in " ".join(read(write(lines(A, mixed, Y))).report)


@pytest.mark.parametrize("odd", ["1_000", "-nan"])
def test_only_what_reads_as_a_plain_number_is_one(write: Write, odd: str) -> None:
    assert read(write(lines(A, ("b", [odd, "2"] * 6), Y))).raw_names == ("a", *sorted((f"b={odd}", "b=2")))


def test_of_two_names_that_make_one_word_the_first_has_it(write: Write) -> None:
    path = write(lines(A, ("u v", Y[1]), ("u-v", A[1]), Y))
    assert torch.equal(read(path, features=("u_v",)).train.inputs, read(path, features=("u v",)).train.inputs)


def test_a_byte_order_mark_and_blank_lines_do_not_matter(write: Write) -> None:
    text = lines(("y", Y[1]), A)
    assert read(write("\ufeff" + text.replace("\n", "\r\n") + "\r\n , \r\n")).raw_names == ("a",)


# What is refused


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "This one is empty (0 bytes)"),
        ("\n\n  \n", "This one has only blank lines"),
        ("a,y", "This one has a header and nothing below"),
        ("a,y\n1,2\n", "allowed a table of at least 4 rows. This one has a single row"),
        ("a,y\n1,2\n3,4\n5,6\n", "This one has 3."),
        ("1,2\n3,4\n5,6\n7,8\n9,0\n", "a first line with the columns' names. It holds only numbers: 1, 2"),
        ('a,y\n1,2\n3,"4\n5,6\n7,8\n', "A quote opened in the row that begins on line 3 never closes"),
        ('a,y\n1,2\n3,"4' + "\n5,6" * 40_000, "the row that begins on line 3 has over 131,072 characters"),
        ('a,y\n1,2\n"3"4,5\n5,6\n7,8\n', "the row that begins on line 3 text goes on after a closing quote"),
        ("a,y\n1,2\n3,4\n5,6,7\n8,9\n", "rows of 2 cells, as many as the header. Line 4 has 3 cells"),
        ('a,y\n"1\n",2\n3,4\n5\n8,9\n', "Line 5 has 1 cell."),
        ("a,y,a\n" + "1,2,3\n" * 5, 'Columns 1, 3 are all called "a"'),
        ("a,y\n1,2\nä,4\n".encode("latin-1"), "Byte 0xe4 at offset 8 (line 3) is not. Save it again as UTF-8"),
        ("\ufeffa,y\n1,2\n".encode() + b"\xff", "Byte 0xff at offset 11 (line 3)"),
        ("a,y\n1,2\n3,\0\n", "A NUL byte at offset 10 (line 3)"),
        ("a,y\n1,2\n".encode("utf-16"), "This is UTF-16. Save it again as UTF-8"),
        (b"PK\x03\x04....", "This is a zip archive or an Excel workbook"),
        (b"PAR1....PAR1", "allowed a sound Parquet file. This one is damaged"),
        ("a,y\n" + "inf,1\n2,2\n3,3\n4,4\n", 'Column "a" holds inf on line 2'),
        ("a,y\n1,1\n2,2\n1e999,3\n4,4\n", 'Column "a" holds 1e999 on line 4'),
        ("a,y\n1,1\n2,2\n3,-Infinity\n4,4\n", 'Column "y" holds -Infinity on line 4'),
        ("a,y\n" + "7,1\n7,2\n7,3\n7,4\n", 'Left out: "a" is 7 on every row that has a value'),
        ("a,y\n" + ",1\n?,2\nNA,3\n,4\n", 'Left out: "a" has no value on any row'),
        ("y\n1\n2\n3\n4\n", "Left out: there is no other column"),
        (
            "a,y\n1,5\n2,5\n3,5\n4,5\n",
            "data.target is 'y'; allowed a column with at least two different values. It is 5 on every",
        ),
        (
            "a,y\n1,\n2,\n3,\n4,\n",
            "data.target is 'y'; allowed a column with at least two different values. It is missing",
        ),
        ("a,y\n1,\n2,\n3,1\n4,2\n", "at least 4 rows. This one has 2"),
        ("a,Why\n1,1\n2,2\n3,3\n4,4\n", "data.target is 'y'; allowed Why, a."),
    ],
)
def test_bad_files_are_refused_in_one_sentence(write: Write, content: str | bytes, words: str) -> None:
    assert words in refused(write(content))


def test_texts_that_are_neither_numbers_nor_classes(write: Write) -> None:
    path = write(lines(("a", [at + 0.5 for at in range(120)]), ("y", [f"u{at}" for at in range(120)])))
    assert "It has 120 different texts." in refused(path)


def test_an_unknown_target_finds_the_nearest(people_csv: str) -> None:
    assert "data.target is 'incom'; allowed age, born, city" in refused(people_csv, "incom")
    assert 'Did you mean "income"?' in refused(people_csv, "incom")


def test_paths_that_are_no_files(tmp_path: Path, people_csv: str) -> None:
    assert "allowed a file. This is a directory" in refused(str(tmp_path))
    assert "a file that exists" in refused(str(tmp_path / "none.csv"))
    assert f'Did you mean "{people_csv}"?' in refused(people_csv.replace("people", "peple"))
    assert "There is no directory" in refused(str(tmp_path / "none" / "a.csv"))
    assert "a file that can be read" in refused("a" * 4000)
    os.mkfifo(tmp_path / "pipe.csv")
    assert "allowed a file. This is a device." in refused(str(tmp_path / "pipe.csv"))


def test_a_file_without_permission(people_csv: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", deny)  # root may read everything, so chmod would prove nothing
    assert "Permission denied" in refused(people_csv)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(100_000_001)  # sparse: takes no room
    assert "a file of at most 100 MB. It has 100 MB" in refused(str(path))


def test_ten_thousand_columns_are_refused_by_the_header(write: Write) -> None:
    header = ",".join([*(f"c{at}" for at in range(9_999)), "y"])
    path = write(header + "\n" + (",".join(["1"] * 10_000) + "\n") * 5)
    assert "a table of at most 2,000 columns. It has 10,000" in refused(path)


def test_categories_may_not_make_too_many_inputs(write: Write) -> None:
    columns = [(f"c{at}", [f"u{row % 45}" for row in range(90)]) for at in range(50)]
    text = lines(*columns, ("y", [row * 0.5 for row in range(90)]))
    assert "at most 2,000 inputs. Its categories make it 2,250" in refused(write(text))


def test_two_thousand_columns_are_read(write: Write) -> None:
    rng = np.random.default_rng(0)
    columns = [(f"c{at}", rng.normal(size=5).tolist()) for at in range(1_999)]
    assert len(read(write(lines(*columns, ("y", [0.5, 1.5, 2.5, 3.5, 4.5])))).raw_names) == 1_999


def test_a_damaged_parquet_file(people_parquet: str, write: Write) -> None:
    whole = Path(people_parquet).read_bytes()
    for cut in (whole[:-30], whole[:400] + whole[-200:], whole[:4] + b"\0" * len(whole[4:-8]) + whole[-8:], whole[4:]):
        assert "damaged" in refused(write(cut, "cut.parquet"), "income")


def test_parquet_that_unpacks_to_too_much(tmp_path: Path) -> None:
    import pandas as pd

    path = str(tmp_path / "bomb.parquet")
    pd.DataFrame({name: np.zeros(3_000_000, dtype=np.int8) for name in "abcdefy"}).to_parquet(path)
    assert Path(path).stat().st_size < 1_000_000
    assert "at most 20,000,000 cells. It has 3,000,000 rows" in refused(path)


def test_a_parquet_file_with_ten_thousand_columns(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = str(tmp_path / "wide.parquet")
    pq.write_table(pa.table({f"c{at}": [0.5] for at in range(10_000)}), path)
    assert "a table of at most 2,000 columns. It has 10,000" in refused(path)


def test_parquet_errors_name_rows(tmp_path: Path) -> None:
    import pandas as pd

    path = str(tmp_path / "a.parquet")
    pd.DataFrame({"a": [1.0, 2.0, float("inf"), 4.0, 5.0], "y": [1.5, 2.5, 3.5, 4.5, 5.5]}).to_parquet(path)
    assert 'Column "a" holds inf on row 3.' in refused(path)
    assert "It holds values of type list" in refused(_with_list(tmp_path))


def _with_list(tmp_path: Path) -> str:
    import pandas as pd

    path = str(tmp_path / "list.parquet")
    pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "y": [[1], [2], [3], [4]]}).to_parquet(path)
    return path


def test_more_samples_than_rows(people_csv: str) -> None:
    with pytest.raises(UserMistake, match=r"data\.samples is 41; allowed 4 to 40, the rows there are"):
        read(people_csv, "income", samples=41)


def test_a_column_with_values_on_test_rows_only(write: Write) -> None:
    path = write(lines(A, ("c", [1.5, 2.5, *[""] * 10]), Y))
    seed = next(seed for seed in range(99) if set(splitting.shuffled(12, None, 0.3, seed)[1]) >= {0, 1})
    with pytest.raises(UserMistake, match=r'Column "c" has no value on any training row. Take it out'):
        load(Data(name="table", path=path, target="y"), seed)


def test_a_name_with_a_line_break_stays_on_one_line(write: Write) -> None:
    dataset = read(write('"a\n b",c,y\n' + "".join(f'{at}.5,"u\nv{at % 2}",{at}.5\n' for at in range(8))))
    assert dataset.raw_names == ("a b", "c=u v0", "c=u v1")
    assert not any("\n" in sentence for sentence in dataset.report)


cells = st.sampled_from(
    ["1", "2.5", "", "NA", "x", "yes", "no", "inf", '"', '"q"', "2020-01-02", "1,5", "é", " ", "-", "1e400", "1_0"]
)
tables = st.lists(st.lists(cells, min_size=1, max_size=5).map(",".join), max_size=12).map("\n".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | tables.map(lambda text: ("a,b,y\n" + text).encode()))
def test_no_bytes_do_more_than_fail_with_one_sentence(write: Write, content: bytes) -> None:
    path = write(content)
    for target in ("y", "a"):
        try:
            dataset = read(path, target)
        except UserMistake as error:
            assert "\n" not in str(error)
        else:
            assert np.isfinite(dataset.train.raw).all()


def test_what_cannot_be_read_is_not_suggested(tmp_path: Path) -> None:
    loop, pipe = tmp_path / "loop.csv", tmp_path / "pipes.csv"
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    assert refused(str(loop)).endswith("allowed a file that exists. This is a link that leads nowhere.")
    assert refused(str(pipe)).endswith("allowed a file. This is a device.")
    assert refused(str(tmp_path / "pipe.csv")).endswith("allowed a file that exists.")
    (tmp_path / "table.csv").mkdir()
    assert "Did you mean" not in refused(str(tmp_path / "tabel.csv"))


def test_the_end_of_a_name_alone_is_no_likeness(write: Write, tmp_path: Path) -> None:
    write("a,y\n1,2\n", "inf.csv")
    assert refused(str(tmp_path / "missing.csv")).endswith("allowed a file that exists.")
    long = refused("a" * 4000 + ".csv")
    assert long.endswith("The system says: File name too long.") and len(long) < 400
