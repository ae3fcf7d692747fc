"""The command `inspect`: any file of anybody, every finding of each, with no repository and nothing written."""

from __future__ import annotations

import json
import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from release_tools import inspection
from release_tools.errors import UsageError
from release_tools.options import Options
from release_tools.secret_scan.values import NONE
from release_tools.stages import Report
from release_tools.stages.inspect import inspect
from tests import archives, running, tars, zips
from tests.archives import SDIST, WHEEL

HEALTHY = {WHEEL: zips.pack(zips.parts()), SDIST: tars.packed(tars.entries())}


def written(folder: Path, **files: bytes) -> Path:
    """Write files into a folder that is made for them."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def inspected(folder: Path, *paths: str, **environment: str) -> Report:
    """Return what the command finds."""
    return inspect(Options(command="inspect", paths=paths), environment, folder)


def test_healthy_files_are_accepted(tmp_path: Path) -> None:
    """Each has a row of its own, in the order in which they were named."""
    written(tmp_path, **HEALTHY)
    report = inspected(tmp_path, SDIST, WHEEL)
    assert report.findings == ()
    assert report.summary == (f"accepted: {SDIST}", f"accepted: {WHEEL}")
    rows = [
        {key: row[key] for key in ("path", "kind", "accepted", "name", "version")} for row in report.document["files"]
    ]
    same = {"accepted": True, "name": "Sample.Project", "version": "1.2.3"}
    assert rows == [{"path": SDIST, "kind": "sdist", **same}, {"path": WHEEL, "kind": "wheel", **same}]
    assert report.document["files"][1]["size"] == len(HEALTHY[WHEEL])
    assert report.document["files"][1]["members"] == 4


def test_all_findings_of_all_files_are_told(tmp_path: Path) -> None:
    """One broken file hides nothing of the others; findings have the path that was given."""
    written(tmp_path, **{WHEEL: HEALTHY[WHEEL] + b"x", SDIST: HEALTHY[SDIST]})
    written(
        tmp_path / "other", **{SDIST: tars.packed([*tars.entries(), tars.at("../../evil"), tars.at("p", type=b"6")])}
    )
    report = inspected(tmp_path, WHEEL, f"other/{SDIST}")
    assert {(each.file, each.check) for each in report.findings} == {
        (WHEEL, "archive-framing"),
        (f"other/{SDIST}", "member-names"),
        (f"other/{SDIST}", "member-kinds"),
    }
    assert report.summary == (f"refused: {WHEEL}", f"refused: other/{SDIST}")


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """The same name in two folders is two files."""
    written(tmp_path / "one", **{SDIST: HEALTHY[SDIST]})
    written(tmp_path / "two", **{SDIST: HEALTHY[SDIST] + b"x"})
    report = inspected(tmp_path, f"one/{SDIST}", f"two/{SDIST}", f"one/{SDIST}")
    assert report.summary == (f"accepted: one/{SDIST}", f"refused: two/{SDIST}")
    assert [each.file for each in report.findings] == [f"two/{SDIST}"]


def test_a_warning_alone_refuses_nothing(tmp_path: Path) -> None:
    """A file with a name that only Windows cannot keep is accepted, with the warning."""
    written(tmp_path, **{SDIST: tars.with_entries(tars.at("a:b"))})
    report = inspected(tmp_path, SDIST)
    assert [each.severity for each in report.findings] == ["warning"]
    assert report.summary == (f"accepted: {SDIST}",)


@pytest.mark.parametrize(
    ("description", "refused"),
    [
        (b"", False),
        (b"\nJust a text.\n", False),
        (b"Description-Content-Type: text/markdown; charset=UTF-8\n\n# Fine\n", False),
        (b"Description-Content-Type: text/x-rst\n\nTitle\n=\n\n.. bad::\n", True),
        (b"\n.. bad::\n", True),
    ],
)
def test_the_description_is_judged_as_by_the_index(description: bytes, refused: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """None at all is taken, and so is what renders; the uploader itself is not needed for it."""
    written(tmp_path, **{SDIST: archives.sdist_bytes({f"{archives.TOP}/PKG-INFO": archives.METADATA + description})})
    assert [each.check for each in inspected(tmp_path, SDIST).findings] == ["description-renders"] * refused


def test_a_description_that_grows_without_end_is_given_up(tmp_path: Path) -> None:
    """Whoever inspects it, and whoever builds it, is told so in bounded time; the uploader is not given it at all."""
    nested = "".join(f".. |a{number}| replace:: |a{number + 1}| |a{number + 1}|\n" for number in range(60))
    metadata = archives.METADATA + f"\n{nested}.. |a60| replace:: x\n\n|a0|\n".encode()
    written(tmp_path, **{SDIST: archives.sdist_bytes({f"{archives.TOP}/PKG-INFO": metadata})})
    begun = time.monotonic()
    (found,) = inspected(tmp_path, SDIST).findings
    assert (found.check, found.severity) == ("description-renders", "error")
    assert "longer than 20 s" in found.message
    (said,) = inspection.facts([tmp_path / SDIST], NONE)["complaints"][SDIST]
    assert "longer than 20 s" in said.message
    assert time.monotonic() - begun < 60


def unreadable(folder: Path) -> dict[str, str]:
    """Make what cannot be inspected, each with words of the reason."""
    (folder / "folder.whl").mkdir()
    os.mkfifo(folder / "pipe.tar.gz")
    (folder / "dangling.whl").symlink_to("gone")
    (folder / "notes.txt").write_text("text")
    (folder / "circle.whl").symlink_to("circle.whl")
    return {
        "absent.whl": "No such file",
        "folder.whl": "a folder",
        "pipe.tar.gz": "no regular file",
        "dangling.whl": "No such file",
        "circle.whl": "symbolic link",
        "notes.txt": "ends in none of .whl .tar.gz",
        "nul\0.whl": "null",
    }


def test_nothing_to_inspect_is_wrong_usage(tmp_path: Path) -> None:
    """What is no file at all, and what is none of ours by its name, is told without opening it."""
    reasons = unreadable(tmp_path)
    for path, words in reasons.items():
        with pytest.raises(UsageError, match="nothing to inspect") as caught:
            inspected(tmp_path, path)
        assert words in caught.value.what
    with pytest.raises(UsageError):
        inspected(tmp_path, *reasons)


def test_one_file_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    """Where at least one can be judged, the others are findings."""
    reasons = unreadable(tmp_path)
    written(tmp_path, **HEALTHY)
    report = inspected(tmp_path, *reasons, WHEEL)
    assert {each.file: each.check for each in report.findings} == dict.fromkeys(reasons, "file-readable")
    assert report.summary[-1] == f"accepted: {WHEEL}"


def test_a_link_to_a_file_is_read(tmp_path: Path) -> None:
    """It is the name that was given which is judged."""
    written(tmp_path, content=HEALTHY[WHEEL])
    (tmp_path / WHEEL).symlink_to("content")
    assert inspected(tmp_path, WHEEL).findings == ()


@pytest.mark.parametrize("name", ["a.whl", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz", "a.zip", "A.WHL"])
@pytest.mark.parametrize("content", [b"", b"text", b"PK\3\4", b"\x1f\x8b"])
def test_any_content_is_judged(name: str, content: bytes, tmp_path: Path) -> None:
    """A file of each ending that is none is refused, never a failure of ours."""
    written(tmp_path, **{name: content})
    assert any(each.severity == "error" for each in inspected(tmp_path, name).findings)


def answer(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Return exit code and document of the command, run in a folder that is no repository."""
    done = running.stage(folder, "inspect", "--json", *arguments)
    document: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, document


def test_the_command_needs_no_repository_and_writes_nothing(tmp_path: Path) -> None:
    """Exit codes 0, 3 and 2; the answer is one document; the folder may be read-only."""
    folder = written(tmp_path / "files", **HEALTHY, **{f"0{WHEEL}": HEALTHY[WHEEL][:-1]})
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    before = sorted(tmp_path.rglob("*"))
    code, document = answer(folder, WHEEL, SDIST)
    assert (code, document["exit_code"], document["findings"]) == (0, 0, [])
    assert [row["accepted"] for row in document["files"]] == [True, True]
    code, document = answer(folder, WHEEL, f"0{WHEEL}")
    assert (code, [each["check"] for each in document["findings"]]) == (3, ["archive-readable"])
    code, document = answer(folder, "absent.whl")
    assert (code, document["findings"]) == (2, [])
    assert document["error"]["what"].startswith("there is nothing to inspect: absent.whl")
    assert sorted(tmp_path.rglob("*")) == before


def test_names_are_shown_harmless(tmp_path: Path) -> None:
    """What a hostile name would do to a terminal or to a runner is shown instead."""
    hostile = tars.at("\x1b[31m::error::\n::set-env name=A::b")
    written(tmp_path, **{SDIST: tars.with_entries(hostile)})
    done = running.stage(tmp_path, "inspect", SDIST)
    assert done.returncode == 3
    assert "\x1b[31m" not in done.stderr
    assert not any(line.startswith("::") for line in done.stderr.splitlines())
    assert "\\x1b[31m" in done.stderr
