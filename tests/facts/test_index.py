"""What the package index has of a release, asked of real servers on loopback, and of those that misbehave."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from release_tools.adapters import rehearsal_index
from release_tools.adapters.clock import Clock
from release_tools.adapters.simple import JSON
from release_tools.facts.index import PATIENCE, OnIndex, on_index
from release_tools.model import Release, Tag, Target
from release_tools.options import Options
from tests import loopback, samples, tiny
from tests.loopback import Answer, Handler, Stub, says

DIGEST = "a" * 64
WHEEL, SDIST = "tiny-1.2.3-py3-none-any.whl", "tiny-1.2.3.tar.gz"
REHEARSAL = Target(name="rehearsal", upload_url="", simple_url="")


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a user without any setting of an installer."""
    kept = {name: value for name, value in samples.clean_env().items() if not name.startswith(("PIP_", "UV_"))}
    return {**kept, "UV_NO_CONFIG": "1", **more}


def asked(
    folder: Path, target: Target = REHEARSAL, *, offline: bool = False, releasing: bool = True, **variables: str
) -> OnIndex | None:
    """Return what is found of version 1.2.3 of the tiny project."""
    tag = Tag(name="v1.2.3", version=Version("1.2.3"), commit="c" * 40, object_id="c" * 40)
    return on_index(
        target,
        Options(command="validate", offline=offline),
        tiny.project(folder),
        Release(tag=tag, tagged=True, asked=False),
        environment(**variables),
        folder,
        Clock(),
        releasing=releasing,
    )


def page(*files: dict[str, Any], **more: Any) -> Answer:  # noqa: ANN401 - data of a page
    """Return the answer of an index whose page for installers lists some files."""
    rows = [{"url": f"/f/{each['filename']}", "hashes": {"sha256": DIGEST}, **each} for each in files]
    body = json.dumps({"meta": {"api-version": "1.4"}, "name": "tiny", "files": rows, **more}).encode()
    return says(200, body, Content_Type=JSON)


@pytest.mark.parametrize(("days", "closed"), [(12, None), (13, 13)])
def test_the_index_of_the_installer_stands_before_a_rehearsal(tmp_path: Path, days: int, closed: int | None) -> None:
    """It is asked once, by the normalized name; what it has is told with digests, and whether it came too long ago."""
    came = (datetime.now(timezone.utc) - timedelta(days=days, hours=1)).isoformat()
    other = {"filename": "tiny-1.2.2.tar.gz", "upload-time": "2020-01-01T00:00:00Z"}
    with loopback.serve(page({"filename": WHEEL, "upload-time": came}, {"filename": SDIST}, other)) as stub:
        found = asked(tmp_path, PIP_INDEX_URL=f"{stub.url}simple")
    name = f"your package index {stub.url}simple/"
    assert found == OnIndex(name=name, files={WHEEL: DIGEST, SDIST: DIGEST}, closed=closed)
    assert loopback.urls(stub) == ["GET /simple/tiny-sample/"]


@pytest.mark.parametrize(("days", "closed"), [(12, None), (30, 30)])
def test_the_age_of_a_release_is_told_by_the_clock_of_the_index(tmp_path: Path, days: int, closed: int | None) -> None:
    """Ours may be years off."""
    told = datetime(2035, 3, 31, 12, tzinfo=timezone.utc)
    came = (told - timedelta(days=days)).isoformat()
    row = {"filename": WHEEL, "url": WHEEL, "hashes": {}, "upload-time": came}
    body = json.dumps({"files": [row]}).encode()
    with loopback.serve(says(200, body, Content_Type=JSON, Date=format_datetime(told, usegmt=True))) as stub:
        found = asked(tmp_path, PIP_INDEX_URL=f"{stub.url}simple")
    assert found is not None
    assert found.closed == closed


@pytest.mark.parametrize("name", ["pypi", "testpypi"])
def test_a_target_without_an_address_is_not_confused_with_another(name: str, tmp_path: Path) -> None:
    """The index of the installer stands for PyPI alone."""
    with loopback.serve(page({"filename": SDIST})) as stub:
        found = asked(tmp_path, Target(name=name, upload_url="", simple_url=""), UV_DEFAULT_INDEX=stub.url)
    assert found is not None
    assert bool(found.files) is (name == "pypi")
    assert bool(found.unknown) is (name == "testpypi")


def test_a_target_with_an_address_is_asked_itself(tmp_path: Path) -> None:
    """Whatever the installer is set to; its own JSON, where it has one, tells of deleted files too."""

    def answer(handler: Handler, _stub: Stub) -> None:
        says(200, b'{"urls": []}')(handler, _stub) if "json" in handler.path else says(404)(handler, _stub)

    with loopback.serve(answer) as stub:
        target = Target(name="house", upload_url="", simple_url=f"{stub.url}simple/", json_url=f"{stub.url}json/")
        found = asked(tmp_path, target, UV_DEFAULT_INDEX="https://index.example.com/", PIP_NO_INDEX="1")
    assert found == OnIndex(name="house", deleted=True)


def test_whose_installers_ask_no_index_is_not_surprised(tmp_path: Path) -> None:
    """A target elsewhere is not asked either."""
    target = Target(name="house", upload_url="", simple_url="https://index.example.com/simple/")
    found = asked(tmp_path, target, UV_OFFLINE="1")
    assert found is not None
    assert found.unknown == "it was not asked (UV_OFFLINE is set)"


def test_yanked_files_and_a_closed_project_are_told(tmp_path: Path) -> None:
    """With the reasons."""
    files = ({"filename": WHEEL, "yanked": "broken"}, {"filename": SDIST, "yanked": True})
    with loopback.serve(page(*files, **{"project-status": {"status": "archived"}})) as stub:
        found = asked(tmp_path, PIP_INDEX_URL=stub.url)
    assert found is not None
    assert (found.yanked, found.status, found.closed) == ({WHEEL: "broken", SDIST: ""}, "archived", None)


def test_a_real_index_is_read(tmp_path: Path) -> None:
    """One that answers in HTML: the files of this version with their digests, and no time."""
    manifest = tiny.release(tmp_path)
    with rehearsal_index.serve(tmp_path, "open" + "-sesame") as server:
        found = asked(tmp_path, PIP_INDEX_URL=server.simple_url)
    assert found is not None
    assert found.files == {each.filename: each.sha256 for each in manifest.distributions}
    assert (found.closed, found.unknown) == (None, "")


def test_an_index_that_does_not_know_the_project_has_nothing_of_it(tmp_path: Path) -> None:
    """That is an answer too."""
    with loopback.serve(says(404)) as stub:
        assert asked(tmp_path, PIP_INDEX_URL=stub.url) == OnIndex(name=f"your package index {stub.url}")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"offline": True}, "it was not asked (--offline)"),
        ({"PIP_NO_INDEX": "1"}, "it was not asked (PIP_NO_INDEX is set)"),
        ({"UV_OFFLINE": "1"}, "it was not asked (UV_OFFLINE is set)"),
        ({"releasing": False}, None),
    ],
)
def test_who_must_not_ask_does_not(changes: dict[str, Any], words: str | None, tmp_path: Path) -> None:
    """No request is sent, and the reason is told, unless no release is judged anyway."""
    with loopback.serve(loopback.never_asked) as stub:
        found = asked(tmp_path, **{"UV_DEFAULT_INDEX": stub.url, **changes})
    assert stub.seen == []
    assert (found.unknown if found else None) == words


def endless(handler: Handler, stub: Stub) -> None:
    """Answer with a page that never ends."""
    handler.say(200, b'{"files": [', Content_Type=JSON)
    try:
        while not stub.ended.is_set():
            handler.wfile.write(b" " * 65536)
    except OSError:
        return


HOSTILE: list[tuple[str, Answer, str]] = [
    ("error", says(500), "answers 500"),
    ("login", says(401, WWW_Authenticate="Basic"), "answers 401"),
    ("elsewhere", says(302, Location="https://example.com/simple/tiny/"), "redirects to another place"),
    ("no JSON", says(200, b"<html>", Content_Type=JSON), "no page of an index"),
    ("no page", says(200, b'{"files": [1]}', Content_Type=JSON), "no page of an index"),
    ("deep", says(200, b"[" * 100_000, Content_Type=JSON), "no page of an index"),
    ("endless", endless, ""),
    ("silent", loopback.silence, ""),
    ("drop by drop", loopback.drip, ""),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "words"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_answer_is_no_answer(answer: Answer, words: str, tmp_path: Path) -> None:
    """It is told as the reason, in bounded time; nothing is concluded from it."""
    started = time.monotonic()
    with loopback.serve(answer) as stub:
        found = asked(tmp_path, UV_DEFAULT_INDEX=stub.url)
        assert time.monotonic() - started < 2 * PATIENCE
    assert found is not None
    assert found.unknown
    assert words in found.unknown
    assert not found.files


def test_an_html_page_that_is_no_index_has_no_files(tmp_path: Path) -> None:
    """A captive portal, for one: it lists nothing of this version."""
    with loopback.serve(says(200, b"<html><a href='/login'>log in</a>", Content_Type="text/html")) as stub:
        assert asked(tmp_path, UV_DEFAULT_INDEX=stub.url) == OnIndex(name=f"your package index {stub.url}")


@pytest.mark.parametrize("index", ["file:///srv/index", "http://index.example.com/", "no address"])
def test_an_index_that_must_not_be_asked_is_not(index: str, tmp_path: Path) -> None:
    """Only https, and http on loopback."""
    found = asked(tmp_path, UV_DEFAULT_INDEX=index)
    assert found is not None
    assert "only https is asked" in found.unknown
