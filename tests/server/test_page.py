"""The built page: served from its folder and nowhere else."""

from __future__ import annotations

import pytest

from .conftest import TOKEN, Served, serving


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("built")
    page = home / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><p>the page</p>")
    (page / "assets" / "main-1a2b.js").write_text("export {}")
    (home / "secret").write_text("not for anybody")
    (page / "link").symlink_to(home / "secret")
    with serving(home, page=page) as served:
        yield served


def test_index_is_asked_for_anew_and_hashed_files_are_kept(built: Served) -> None:
    index, script = built.ask("GET", "/"), built.ask("GET", "/assets/main-1a2b.js")
    assert "the page" in index.text and index.headers["cache-control"] == "no-cache"
    assert "immutable" in script.headers["cache-control"] and script.headers["content-type"].startswith("text/java")


@pytest.mark.parametrize(
    "path",
    [
        "/link",
        "/../secret",
        "/%2e%2e/secret",
        "/assets/..%2f..%2fsecret",
        "//etc/passwd",
        "/assets",
        "/%00",
        "/" + "a" * 900,
    ],
)
def test_nothing_else_is_served(built: Served, path: str) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", built.port, timeout=20)
    connection.request("GET", path, headers={"authorization": f"Bearer {TOKEN}"})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 404 and b"not for anybody" not in body and b"root:" not in body


def test_where_it_has_not_been_built_the_page_says_what_to_do(served: Served) -> None:
    answer = served.ask("GET", "/")
    assert answer.status_code == 200 and "make lab" in answer.text


def test_an_address_that_is_none_is_answered_in_our_shape(served: Served) -> None:
    answer = served.ask("GET", "/api/nothing")
    assert answer.status_code == 404 and answer.json()["problems"][0]["field"] == "address"
    wrong = served.ask("PUT", "/api/presets")
    assert wrong.status_code == 405 and "GET" in wrong.headers["allow"]
