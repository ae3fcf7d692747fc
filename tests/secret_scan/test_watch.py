"""Secrets in distributions: in each member of both files, in archives within, in names, and by names."""

from __future__ import annotations

import base64
import gzip
import io
import itertools
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from release_tools.distributions import sdist, wheel
from release_tools.model import Finding
from release_tools.options import Options
from release_tools.secret_scan import watch
from release_tools.secret_scan.report import Searched
from release_tools.secret_scan.values import NONE
from release_tools.secret_scan.watch import UNNAMED, Watch
from release_tools.stages.inspect import inspect
from tests.archives import INFO, METADATA, SDIST, TOP, WHEEL, sdist_bytes, wheel_bytes
from tests.secret_scan.made_up import ALNUM, CASES, Case, pem, some
from tests.secret_scan.test_nested import tarred, zipped

TOKEN = "ghp" + "_" + some(ALNUM, 36, "watch")
PLAIN = "ghp" + "_" + "x" * 36
KEY = pem("PRIVATE" + " KEY")
VALUE = "p4ss " + some(ALNUM, 20, "value") + "/&"
Members = Mapping[str, bytes | None]


def findings(folder: Path, content: bytes, name: str = WHEEL, **environment: str) -> list[Finding]:
    """Return what the command says of a file."""
    (folder / name).write_bytes(content)
    return list(inspect(Options(command="inspect", paths=(name,)), environment, folder).findings)


def told(folder: Path, members: Members, *, source: bool = False, **environment: str) -> list[tuple[str, str, str]]:
    """Return severity, member and message of each finding, all of them being of secrets."""
    content, name = (sdist_bytes(members), SDIST) if source else (wheel_bytes(members), WHEEL)
    found = findings(folder, content, name, **environment)
    assert {each.check for each in found} <= {"no-secrets"}
    return [(each.severity, each.member or "", each.message) for each in found]


EVERY = {f"{number} {case.kind}": case for number, case in enumerate(CASES)}


@pytest.mark.parametrize("case", EVERY)
def test_a_secret_of_each_kind_is_found_in_both_files(case: str, tmp_path: Path) -> None:
    """With member, line and kind, and without eight characters of it; what stands for it is none."""
    each = EVERY[case]
    for source, top in ((False, "sample_project"), (True, TOP)):
        name = f"{top}/{each.path or 'core.txt'}"
        ((severity, member, message),) = told(tmp_path, {name: f"a\n{each.secret}\n".encode()}, source=source)
        assert (severity, member) == ("error", name)
        assert each.kind in message
        assert not leaked(message, each)
        assert all(each.kind not in row[2] for row in told(tmp_path, {name: b"a\n" + each.placeholder.encode()}))


def leaked(message: str, case: Case) -> bool:
    """Whether eight characters of what is secret stand in a message, beside its kind."""
    said = message.replace(case.kind, "")
    return any(case.secret[at : at + 8] in said for at in range(len(case.secret) - 7))


PLACES: Mapping[str, tuple[str, bytes]] = {
    "a module": ("sample_project/core.py", b"a = 1\nb = '%s'\n"),
    "compiled data": ("sample_project/a.bin", b"\0\0\n%s\0"),
    "an archive": ("sample_project/a.zip", zipped({"b/c.txt": b"x\n%s\n"})),
    "an archive in an archive": ("sample_project/a.tar.gz", gzip.compress(tarred({"b.zip": zipped({"c": b"\n%s"})}))),
    "a large file": ("sample_project/large.txt", b"line\n" * 500_000 + b"%s\n"),
    "the end of a large file": ("sample_project/large.txt", bytes(3 << 20) + b" %s"),
    "UTF-16": ("sample_project/a.txt", "\ufeff".encode("utf-16-le")),
    "metadata": (f"{INFO}/METADATA", METADATA + b"Description-Content-Type: text/plain\n\nUse %s\n"),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_secret_is_found_wherever_it_stands(case: str, tmp_path: Path) -> None:
    """The same content with a placeholder passes."""
    name, template = PLACES[case]
    secret, placeholder = (filled(case, template, each) for each in (TOKEN, PLAIN))
    ((severity, member, message),) = told(tmp_path, {name: secret})
    assert severity == "error"
    assert member.startswith(name)
    assert message.endswith("GitHub token")
    assert told(tmp_path, {name: placeholder}) == []


def filled(case: str, template: bytes, secret: str) -> bytes:
    """Put a secret into a content, also into one that is packed."""
    if case == "an archive":
        return zipped({"b/c.txt": f"x\n{secret}\n".encode()})
    if case == "an archive in an archive":
        return gzip.compress(tarred({"b.zip": zipped({"c": f"\n{secret}".encode()})}))
    return template + secret.encode("utf-16-le") if case == "UTF-16" else template.replace(b"%s", secret.encode())


def test_line_and_path_are_told(tmp_path: Path) -> None:
    """Of a text the line, of an archive within the path there."""
    rows = told(tmp_path, {
        "sample_project/core.py": f"\n\nkey = '{TOKEN}'\n".encode(),
        "sample_project/a.zip": zipped({"b/c.txt": f"x\n{TOKEN}\n".encode()}),
    })  # fmt: skip
    assert rows == [
        ("error", "sample_project/a.zip!/b/c.txt", "holds a secret in line 2: GitHub token"),
        ("error", "sample_project/core.py", "holds a secret in line 3: GitHub token"),
    ]


FORMS = {
    "raw": VALUE,
    "base64": base64.b64encode(VALUE.encode()).decode(),
    "base64 of more": base64.b64encode(b"user:" + VALUE.encode()).decode(),
    "URL": quote(VALUE, safe=""),
}


@pytest.mark.parametrize("form", FORMS)
def test_values_of_secret_named_variables_are_found(form: str, tmp_path: Path) -> None:
    """In each form; values of variables with other names are none."""
    members = {"sample_project/core.py": f"\na = {FORMS[form]}\n".encode()}
    ((severity, _, message),) = told(tmp_path, members, MY_TOKEN=VALUE)
    assert (severity, message.partition(",")[0]) == ("error", "holds a secret in line 2: value of MY_TOKEN")
    assert VALUE[:8] not in message
    assert told(tmp_path, members, MY_NAME=VALUE) == []


CREDENTIALS = (".pypirc", ".netrc", ".env", "id_rsa", "store.p12", ".git-credentials", ".htpasswd", "a.tfstate")


@pytest.mark.parametrize("name", CREDENTIALS)
@pytest.mark.parametrize("source", [False, True])
def test_files_of_credentials_are_told_by_their_names(name: str, source: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """Whatever they hold, but nothing at all; below the tests of a project they may be fixtures."""
    top = TOP if source else "sample_project"
    ((severity, member, _),) = told(tmp_path, {f"{top}/{name}": b"x\n"}, source=source)
    assert (severity, member) == ("error", f"{top}/{name}")
    assert told(tmp_path, {f"{top}/{name}": b""}, source=source) == []
    assert told(tmp_path, {f"{top}/{name}.md": b"x\n"}, source=source) == []
    ((severity, _, _),) = told(tmp_path, {f"{top}/tests/{name}": b"x\n"}, source=source)
    assert severity == "warning"


@pytest.mark.parametrize("source", [False, True])
def test_keys_of_tests_may_be_fixtures_and_tokens_never(source: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """As in the tree; a project that is named as its examples has no fixtures for that."""
    top = TOP if source else "sample_project"
    kinds = {
        f"{top}/tests/key.pem": (KEY, ["warning"]),
        f"{top}/core/key.pem": (KEY, ["error"]),
        f"{top}/sample_project/key.pem": (KEY, ["error"]),
        f"{top}/tests/token.txt": (TOKEN, ["error"]),
        f"{top}/tests/known.txt": (f"# release-tools: no-secret\n{TOKEN}", []),
    }
    for name, (content, severities) in kinds.items():
        assert [row[0] for row in told(tmp_path, {name: content.encode()}, source=source)] == severities, name


def test_a_name_that_holds_a_secret_is_not_repeated(tmp_path: Path) -> None:
    """Not even where its content holds one too."""
    members = {f"sample_project/{TOKEN}.txt": TOKEN.encode(), "sample_project/b.py": b""}
    rows = told(tmp_path, members)
    assert [row[0] for row in rows] == ["error"] * 3
    assert not any(TOKEN[4:12] in f"{row}" for row in rows)
    assert {row[1] for row in rows} == {"", UNNAMED, f"{INFO}/RECORD"}
    assert told(tmp_path, {f"sample_project/{PLAIN}.txt": b""}) == []


def searched(members: Members, tick: float = 0.0) -> Searched:
    """Search a wheel by a clock that goes on by so much at each look."""
    ticks = itertools.count(1, tick) if tick else itertools.repeat(1.0)
    listener = Watch(WHEEL, NONE, lambda: next(ticks))
    return listener.searched(wheel.read(WHEEL, io.BytesIO(wheel_bytes(members)), listener))


def test_a_search_that_takes_too_long_ends_and_says_so() -> None:
    """The time that is left grows with what was read; a search in time goes to its end."""
    late = {
        **{f"sample_project/{number}.txt": bytes(1 << 17) for number in range(9)},
        "sample_project/z": TOKEN.encode(),
    }
    assert len(searched(late).exposed) == 1
    assert searched(late).untold == ()
    slow = searched(late, tick=0.2)
    assert slow.exposed == ()
    assert len(slow.untold) == 1
    assert "it takes too long" in slow.untold[0]


def test_an_archive_within_may_not_take_long_either() -> None:
    """The same time holds for what is packed."""
    slow = searched({"sample_project/a.zip": zipped({"b": bytes(4 << 20), "c": TOKEN.encode()})}, tick=0.2)
    assert slow.exposed == ()
    assert "it takes too long" in slow.untold[0]


def test_many_secrets_are_enough() -> None:
    """Some of each member, and some of the whole; the rest is said to be untold."""
    lines = "\n".join("ghp" + "_" + some(ALNUM, 36, number) for number in range(30)).encode()
    one = searched({"sample_project/a.txt": lines})
    assert len(one.exposed) == watch.MOST
    assert "no more than the first 20" in one.untold[0]
    every = searched({f"sample_project/{number}.txt": lines + bytes(1 << 16) for number in range(9)})
    assert len(every.exposed) == watch.ENOUGH
    assert "100 secrets are enough" in every.untold[-1]


def test_what_cannot_be_looked_into_is_a_note(tmp_path: Path) -> None:
    """An archive within that is broken, or unpacks to very much, refuses nothing."""
    broken = told(tmp_path, {"sample_project/a.zip": zipped({"b": b"x"})[:-9]})
    assert [row[0] for row in broken] == ["note"]
    assert "a.zip" in broken[0][2]
    large = told(tmp_path, {"sample_project/a.gz": gzip.compress(bytes(64 << 20))})
    assert [row[0] for row in large] == ["note"]


def test_an_sdist_of_any_form_is_searched() -> None:
    """Whatever reader takes it: each tells the listener of all contents."""
    listener = Watch("a.zip", NONE, lambda: 1.0)
    archive = sdist.read("a.zip", io.BytesIO(zipped({"a-1/core.py": TOKEN.encode()})), listener)
    assert [each.member for each in listener.searched(archive).exposed] == ["a-1/core.py"]
