"""The command `secrets`, as its users run it: files, folders, the tracked files, history."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

from tests import running, samples
from tests.adapters.repositories import commit, made
from tests.secret_scan.made_up import ALNUM, pem, some

TOKEN = "npm" + "_" + some(ALNUM, 36)
VALUE = "canary/" + some(ALNUM, 24)


def test_named_files_and_folders_need_no_repository(tmp_path: Path) -> None:
    """Logs too; a link that was named is followed; each finding has file and line."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/ci.log").write_text(f"one\n{TOKEN}\n")
    (tmp_path / "link").symlink_to("logs/ci.log")
    done = running.stage(tmp_path, "secrets", "logs", "link")
    assert done.returncode == 3
    assert "logs/ci.log:2: holds a secret: npm token [no-secrets]" in done.stderr
    assert "link:2: holds a secret: npm token" in done.stderr
    assert "searched: 2 files" in done.stdout
    running.three_lines(done)


@pytest.mark.parametrize(
    "written",
    [VALUE, quote(VALUE, safe=""), b64encode(VALUE.encode()).decode(), b64encode(f"a{VALUE}".encode()).decode()],
)
def test_neither_output_nor_document_holds_what_was_found(tmp_path: Path, written: str) -> None:
    """Not eight characters of it, whatever the form in which it was written."""
    (tmp_path / "a").write_text(f"{written}\n{TOKEN}\n")
    for extra in ((), ("--json",), ("--debug",)):
        done = running.stage(tmp_path, "secrets", "a", *extra, env=running.environment(MY_TOKEN=VALUE))
        told = done.stdout + done.stderr
        assert done.returncode == 3
        assert "MY_TOKEN" in told
        for secret in (written, TOKEN, VALUE):
            assert not [at for at in range(len(secret) - 7) if secret[at : at + 8] in told]


def test_the_tracked_files_are_searched(tmp_path: Path) -> None:
    """Without a name, from any folder of the repository; what git does not track is not told."""
    root = made(tmp_path, "src/file")
    (root / "src/a.py").write_text(f"{TOKEN}\n")
    (root / "src/b.py").write_text(f"{TOKEN}  # release-tools: no-secret\n")
    (root / "src/tests").mkdir()
    (root / "src/tests/key.pem").write_text(pem("RSA PRIVATE KEY"))
    commit(root)
    (root / "untracked").write_text(TOKEN)
    done = running.stage(root / "src", "secrets", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["found"], document["declared"], document["files"]) == (3, 2, 1, 4)
    assert [(each["file"], each["severity"]) for each in document["findings"]] == [
        ("src/a.py", "error"),
        ("src/tests/key.pem", "warning"),
    ]


def test_history_holds_what_was_removed(tmp_path: Path) -> None:
    """It is told with its commit."""
    root = made(tmp_path)
    (root / "a").write_text(TOKEN)
    first = commit(root)
    (root / "a").unlink()
    commit(root)
    assert running.stage(root, "secrets").returncode == 0
    done = running.stage(root, "secrets", "--history")
    assert done.returncode == 3
    assert f"a:1: holds a secret, since commit {first[:12]}: npm token" in done.stderr


def test_nothing_found_is_said(tmp_path: Path) -> None:
    """With how much was searched and what is known."""
    done = running.stage(made(tmp_path), "secrets")
    assert done.returncode == 0
    assert "searched: 1 tracked files, 0.0 MB, nothing found" in done.stdout


def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    """Before anything is searched; so is a mixture with history."""
    os.mkfifo(tmp_path / "pipe")
    wrong = {"none": "none is no file", "pipe": "pipe is no file", "--history a": "--history looks into the repository"}
    for arguments, said in wrong.items():
        done = running.stage(tmp_path, "secrets", *arguments.split())
        assert done.returncode == 2
        assert said in running.three_lines(done)[0]


def test_validate_refuses_a_secret_in_the_tracked_files(tmp_path: Path) -> None:
    """As one finding among its others, and not where the project turned the check off with a reason."""
    root = samples.make("hatchling", tmp_path / "sample")
    (root / "notes.txt").write_text(f"a\n{TOKEN}\n")
    commit(root)
    done = running.stage(root, "validate", "--offline", "--mode", "branch")
    assert done.returncode == 3
    assert "notes.txt:2: holds a secret: npm token [no-secrets]" in done.stderr
    with (root / "pyproject.toml").open("a") as file:
        file.write('\n[tool.release-tools.checks]\nno-secrets = { severity = "off", because = "it is a sample" }\n')
    commit(root)
    assert "[no-secrets]" not in running.stage(root, "validate", "--offline", "--mode", "branch").stderr
