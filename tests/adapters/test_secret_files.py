"""The door to files that are searched for secrets."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from release_tools.adapters import secret_files
from release_tools.adapters.secret_files import ALONE, MOST, Place
from release_tools.errors import ServiceFailed
from release_tools.secret_scan import values
from release_tools.secret_scan.report import Searched
from release_tools.secret_scan.values import NONE, Needles
from tests.secret_scan.made_up import ALNUM, pem, some

TOKEN = "npm" + "_" + some(ALNUM, 36)
VALUE = "canary-" + some(ALNUM, 20)


def searched(folder: Path, needles: Needles = NONE, unpacked: int | None = None) -> Searched:
    """Search a folder, named `top`."""
    return secret_files.search(secret_files.below(str(folder), "top"), needles, unpacked=unpacked)


def written(folder: Path, **files: str | bytes) -> Path:
    """Write files; two underscores in a name stand for a slash."""
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_every_file_below_a_folder_is_searched(tmp_path: Path) -> None:
    """Each is named as the folder was, in order; what is not there is not told."""
    report = searched(written(tmp_path, b__c=f"x\n{TOKEN}", a=TOKEN, d="", e="nothing"))
    assert [(each.file, each.match.line) for each in report.exposed] == [("top/a", 1), ("top/b/c", 2)]
    assert (report.files, report.size, report.untold) == (4, 2 * len(TOKEN) + 9, ())


def test_small_files_are_searched_as_well_as_others(tmp_path: Path) -> None:
    """In whatever company: wide text, what only a name tells, and a declaration in the file before."""
    password = f"[a]\npassword = {some(ALNUM, 14)}"
    written(tmp_path, a="x # release-tools: no-secret", b=TOKEN, c=TOKEN.encode("utf-16"), **{".pypirc": password})
    written(tmp_path, **{f"e{number}": "nothing\n" * 8000 for number in range(40)}, f=VALUE)
    report = searched(tmp_path, values.needles({"A_TOKEN": VALUE}))
    assert [(each.file, each.match.declared) for each in report.exposed] == [
        ("top/.pypirc", False),
        ("top/b", False),
        ("top/c", False),
        ("top/f", False),
    ]


def test_links_and_the_folder_of_git_are_left_out(tmp_path: Path) -> None:
    """A link leads elsewhere, perhaps to what is nobody's business; git's own folder is no content."""
    outside = written(tmp_path / "outside", a=TOKEN)
    inside = written(tmp_path / "inside", **{".git__config": TOKEN})
    (inside / "link").symlink_to(outside / "a")
    (inside / "folder").symlink_to(outside)
    assert searched(inside) == Searched()


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A pipe is never opened; a file that is gone or closed to us is named with the reason."""
    os.mkfifo(tmp_path / "pipe")
    gone = Place(str(tmp_path / "gone"), "gone", "gone", 5)
    report = secret_files.search([*secret_files.below(str(tmp_path), "top"), gone])
    assert report.untold == ("top/pipe: no regular file", "gone: No such file or directory")
    assert secret_files.place(str(tmp_path / "none"), "none", "none") == "none: No such file or directory"
    (gone_too,) = secret_files.below(str(tmp_path / "none"), "none")
    assert gone_too == "none/: No such file or directory"


def test_a_link_that_takes_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    """Also where it was put there after the file had been listed."""
    written(tmp_path, a=TOKEN)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    report = secret_files.search([Place(str(tmp_path / "b"), "b", "b", 5)])
    assert report.exposed == ()
    assert report.untold[0].startswith("b: ")


def test_what_may_be_a_fixture_is_marked(tmp_path: Path) -> None:
    """A key below `tests` may have been made for it, a token not; the folder above what is searched does not count."""
    folder = written(
        tmp_path / "tests" / "project", tests__a=pem("RSA PRIVATE KEY"), tests__b=TOKEN, c=pem("EC PRIVATE KEY")
    )
    assert [each.fixture for each in searched(folder).exposed] == [False, True, False]


def test_a_key_store_counts_by_its_name(tmp_path: Path) -> None:
    """Nobody can look into it; an empty one holds nothing."""
    report = searched(written(tmp_path, **{"a.p12": b"\1", "b.p12": b"", "tests__c.jks": b"\1"}))
    assert [(each.file, each.match.kind, each.fixture) for each in report.exposed] == [
        ("top/a.p12", "key store", False),
        ("top/tests/c.jks", "key store", True),
    ]


def test_an_archive_is_told_by_its_member(tmp_path: Path) -> None:
    """Once, also where it does not compress; beside it what stands behind its end."""
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/b.py", f"1\n{TOKEN}")
    with (tmp_path / "a.zip").open("ab") as file:
        file.write(b"\n" + b"ghp" + b"_" + some(ALNUM, 36).encode())
    (tmp_path / "c.gz").write_bytes(gzip.compress(TOKEN.encode()))
    found = [(each.file, each.member, each.match.kind) for each in searched(tmp_path).exposed]
    assert found == [
        ("top/a.zip", None, "GitHub token"),
        ("top/a.zip", "in/b.py", "npm token"),
        ("top/c.gz", None, "npm token"),
    ]


def test_all_archives_together_may_have_one_bound(tmp_path: Path) -> None:
    """What it does not suffice for is told."""
    written(tmp_path, a=gzip.compress(TOKEN.encode()), b=gzip.compress(TOKEN.encode()))
    report = searched(tmp_path, unpacked=len(TOKEN) + 1)
    assert len(report.exposed) == 1
    assert report.untold == ("top/b: it unpacks to more than is looked at",)


def test_of_one_file_only_the_first_are_told(tmp_path: Path) -> None:
    """And that there may be more."""
    report = searched(written(tmp_path, a="\n".join([TOKEN] * (MOST + 5)), b=TOKEN))
    assert len(report.exposed) == MOST + 1
    assert report.untold == (f"top/a: no more than the first {MOST} secrets in it are told",)


def test_a_file_larger_than_a_piece_is_searched_to_its_end(tmp_path: Path) -> None:
    """With the right line."""
    (exposed,) = searched(written(tmp_path, a="\n" * 2_500_000 + TOKEN)).exposed
    assert exposed.match.line == 2_500_001


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor only")
def test_several_processes_find_what_one_does(tmp_path: Path) -> None:
    """Where there is much: every kind, the values of variables, members, and what was left out."""
    filling = "\n" * (ALONE // 4)
    written(
        tmp_path, **{f"tests__{number}": f"{filling}{TOKEN}\n{pem('RSA PRIVATE KEY')}\n{VALUE}" for number in range(6)}
    )
    written(tmp_path, z=gzip.compress(TOKEN.encode()), broken=gzip.compress(some(ALNUM, 99).encode())[:-20])
    needles = values.needles({"A_TOKEN": VALUE})
    places = [place for place in secret_files.below(str(tmp_path), "top") if isinstance(place, Place)]
    found, untold = secret_files._alone(places, needles, None)  # noqa: SLF001 - the other way to do it
    report = secret_files.search(places, needles)
    assert len(report.exposed) == 19
    assert set(report.exposed) == set(found)
    assert (list(report.untold), len(untold)) == (untold, 1)


def test_a_share_that_fails_is_no_clean_share() -> None:
    """Whatever ends the other process, the search fails with it."""
    with pytest.raises(ServiceFailed, match="a part of the search for secrets failed"):
        secret_files._elsewhere(b"no job")  # noqa: SLF001 - what the shares are given to


def test_a_share_is_done_as_told(tmp_path: Path) -> None:
    """Its answer is what the process that asked can read."""
    written(tmp_path, a=TOKEN, b=VALUE)
    (needle,) = [needle for needle in values.needles({"A_TOKEN": VALUE}).needles if needle.form == VALUE.encode()]
    places = [(str(tmp_path / name), name, name, 9) for name in "ab"]
    job = {"places": places, "needles": [(needle.kind, needle.form.decode())], "unpacked": None}
    answer = json.loads(secret_files.work(json.dumps(job).encode()))
    assert [(row["file"], row["match"]["kind"]) for row in answer["exposed"]] == [
        ("a", "npm token"),
        ("b", "value of A_TOKEN"),
    ]
