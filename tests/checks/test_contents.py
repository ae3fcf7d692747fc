"""What the index lets pass and is wrong: each broken file beside a healthy twin that differs in that one thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from tests import judged
from tests.archives import INFO, METADATA, MODULE, SDIST, TOP, WHEEL, WHEEL_FILE, digest, sdist_bytes, wheel_bytes

DATA = f"{TOP}.data"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d7a" * 16 + b"\nsize 12345\n"
# Written by setuptools 84 for the namespace `a`.
NAMESPACE = (
    b"import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('a',));"
    b"importlib = __import__('importlib.util');__import__('importlib.machinery');"
    b"m = sys.modules.setdefault('a', importlib.util.module_from_spec("
    b"importlib.machinery.PathFinder.find_spec('a', [os.path.dirname(p)])));"
    b"m = m or sys.modules.setdefault('a', types.ModuleType('a'));"
    b"mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)\n"
)
OF_NAMESPACE = {f"{INFO}/namespace_packages.txt": b"a\n"}


class Twin(NamedTuple):
    """Members of a broken file and of its healthy twin, in a wheel unless `sdist`."""

    check: str
    broken: Mapping[str, bytes | None]
    healthy: Mapping[str, bytes | None]
    sdist: bool = False
    severity: str = "error"


def wheel(check: str, broken: str, healthy: str, content: bytes = MODULE, **more: Any) -> Twin:  # noqa: ANN401 - fields
    """Return twins whose one file has another name."""
    return Twin(check, {broken: content}, {healthy: content}, **more)


def sdist(check: str, broken: str, healthy: str, content: bytes = MODULE, **more: Any) -> Twin:  # noqa: ANN401 - fields
    """Return the same in an sdist, below its top folder."""
    return Twin(check, {f"{TOP}/{broken}": content}, {f"{TOP}/{healthy}": content}, sdist=True, **more)


def in_info(**texts: bytes) -> dict[str, bytes]:
    """Return files of the metadata folder."""
    return {f"{INFO}/{name}": content for name, content in texts.items()}


PKG = "sample_project"
TWINS = {
    **{
        f"stray {name}": wheel("wheel-strays", name, f"{PKG}/{name}")
        for name in ("tests/__init__.py", "test/test_a.py", "docs/conf.py", "doc/index.html", "examples/a.py",
                     "benchmarks/b.py", "build/lib/a.py", "dist/a.txt", "node_modules/a.js", "setup.py", "conftest.py",
                     "noxfile.py", "Tests/a.py", ".github/workflows/ci.yml")
    },
    "stray in purelib": wheel("wheel-strays", f"{DATA}/purelib/tests/a.py", f"{DATA}/purelib/{PKG}/tests/a.py"),
    "stray in platlib": wheel("wheel-strays", f"{DATA}/platlib/docs/a.py", f"{DATA}/data/docs/a.py"),
    "egg-info": wheel("wheel-strays", f"{PKG}.egg-info/PKG-INFO", f"{PKG}/egg-info/PKG-INFO"),
    "byte code": wheel("byte-code", f"{PKG}/a.pyc", f"{PKG}/a.pyc.txt"),
    "optimised byte code": wheel("byte-code", f"{PKG}/a.pyo", f"{PKG}/a.py"),
    "cache": wheel("byte-code", f"{PKG}/__pycache__/a.cpython-312.pyc", f"{PKG}/pycache/a.py"),
    "cache at the top": wheel("byte-code", "__pycache__/a.cpython-312.pyc", "pycache/a.py"),
    "byte code in an sdist": sdist("byte-code", f"{PKG}/a.pyc", f"{PKG}/a.py", severity="warning"),
    "cache of tests in an sdist": sdist(
        "byte-code", "tests/__pycache__/a.pyc", "tests/a.py", severity="warning"
    ),
    "byte code as a fixture": sdist("byte-code", "tests/data/a.pyc", "tests/data/a.py", severity="warning"),
    "two files installed as one": wheel(
        "member-names-unique", f"{DATA}/purelib/{PKG}/__init__.py", f"{DATA}/data/{PKG}/__init__.py"
    ),
    "two files installed as one, but for case": wheel(
        "member-names-unique", f"{DATA}/platlib/{PKG}/__INIT__.py", f"{DATA}/platlib/{PKG}/__INIT.py"
    ),
    "pth": wheel("wheel-pth", "a.pth", f"{PKG}/a.pth", b"import os\n"),
    "pth in purelib": wheel("wheel-pth", f"{DATA}/purelib/a.pth", f"{DATA}/data/a.pth", b"import os\n"),
    "pth in platlib": wheel("wheel-pth", f"{DATA}/platlib/a.pth", f"{DATA}/platlib/{PKG}/a.pth", b"/opt\n"),
    "pth of a namespace": Twin(
        "wheel-pth", {"a-nspkg.pth": NAMESPACE, **OF_NAMESPACE}, {f"{PKG}/a-nspkg.pth": NAMESPACE, **OF_NAMESPACE},
        severity="warning",
    ),
    "pth of a namespace and more": Twin(
        "wheel-pth", {"a-nspkg.pth": NAMESPACE.replace(b"\n", b";import evil\n"), **OF_NAMESPACE}, OF_NAMESPACE
    ),
    "pth of a namespace that is not declared": wheel("wheel-pth", "a-nspkg.pth", f"{PKG}/a-nspkg.pth", NAMESPACE),
    "pth named as of a namespace": wheel("wheel-pth", "a-nspkg.pth", f"{PKG}/a-nspkg.pth", b"import evil\n"),
    "git": wheel("version-control", f"{PKG}/.git/config", f"{PKG}/git/config"),
    "mercurial": wheel("version-control", ".hg/hgrc", f"{PKG}/.hgrc"),
    "subversion": wheel("version-control", f"{PKG}/.svn/entries", f"{PKG}/svn/entries"),
    "git in an sdist": sdist("version-control", ".git/HEAD", ".gitattributes"),
    "git in tests of an sdist": sdist("version-control", "tests/.git/HEAD", "tests/dotgit/HEAD"),
    "cvs in an sdist": sdist("version-control", "CVS/Entries", "CVS/notes.txt"),
    "history as a fixture": sdist("version-control", "tests/r/.hg/hgrc", "tests/r/hg/hgrc", severity="warning"),
    "pointer": Twin("large-files-present", {f"{PKG}/a.bin": POINTER}, {f"{PKG}/a.bin": b"\0" * 200}),
    "pointer and more": Twin("large-files-present", {f"{PKG}/a.md": POINTER}, {f"{PKG}/a.md": b"# How\n" + POINTER}),
    "pointer in an sdist": Twin(
        "large-files-present", {f"{TOP}/a.bin": POINTER}, {f"{TOP}/a.bin": POINTER * 20}, sdist=True
    ),
    "pointer as a fixture": sdist("large-files-present", "tests/a.bin", "README", POINTER, severity="warning")._replace(
        healthy={f"{TOP}/tests/a.bin": b"x"}
    ),
    "promised module": Twin(
        "modules-promised", in_info(**{"top_level.txt": b"sample_project\n_fast\n"}),
        in_info(**{"top_level.txt": b"sample_project\n"}),
    ),
    "promised extension": Twin(
        "modules-promised", in_info(**{"top_level.txt": b"_fast\n"}),
        {**in_info(**{"top_level.txt": b"_fast\n"}), "_fast.cpython-312-x86_64-linux-gnu.so": b"x"},
    ),
    "promised import": Twin(
        "modules-promised", {f"{INFO}/METADATA": METADATA.replace(b"2.4", b"2.5") + b"Import-Name: sample.core\n"},
        {f"{INFO}/METADATA": METADATA.replace(b"2.4", b"2.5") + b"Import-Name: sample_project ; private\n"},
    ),
    "package below src": wheel("wheel-layout", f"src/{PKG}/a.py", f"{PKG}/src/a.py"),
    "module below src": wheel("wheel-layout", "src/a.py", f"{PKG}/a.py"),
    "package below src in purelib": wheel("wheel-layout", f"{DATA}/purelib/src/a.py", f"{DATA}/purelib/a.py"),
    "empty": Twin("wheel-not-empty", {f"{PKG}/__init__.py": None}, {f"{PKG}/__init__.py": b""}),
    "nothing but folders": Twin(
        "wheel-not-empty", {f"{PKG}/__init__.py": None, f"{PKG}/": b""}, {f"{PKG}/__init__.py": None, "a.h": b""}
    ),
    "unbuildable": Twin("sdist-buildable", {f"{TOP}/pyproject.toml": None}, {}, sdist=True),
    "buildable below": Twin(
        "sdist-buildable", {f"{TOP}/pyproject.toml": None, f"{TOP}/a/setup.py": b""},
        {f"{TOP}/pyproject.toml": None, f"{TOP}/setup.py": b""}, sdist=True,
    ),
    **{
        f"leaving {name}": wheel("leavings", f"{PKG}/{name}", f"{PKG}/{other}", severity="warning")
        for name, other in {
            "a.py.orig": "orig.py", "a.py.rej": "rej", "a.py~": "a~b.py", ".a.py.swp": "a.swp", ".DS_Store": "DS_Store",
            "Thumbs.db": "thumbs.json", "._a.py": "_a.py", ".idea/a.xml": "idea/a.xml", ".ipynb_checkpoints/a": "a",
        }.items()
    },
    "settings of an editor": sdist("leavings", ".vscode/settings.json", ".editorconfig", severity="warning"),
    "file of a submodule": sdist("leavings", "vendor/.git", "vendor/.gitmodules", severity="warning"),
}  # fmt: skip


def judge(twin: Twin, members: Mapping[str, bytes | None]) -> list[tuple[str, str]]:
    """Return what the checks say of one of the twins."""
    pack, name = (sdist_bytes, SDIST) if twin.sdist else (wheel_bytes, WHEEL)
    return [(each.check, each.severity) for each in judged.judged(name, pack(members))]


@pytest.mark.parametrize("case", TWINS)
def test_a_broken_file_is_told_and_its_twin_is_not(case: str) -> None:
    """The one fault is found by its check, once, and nothing is said of the healthy one."""
    twin = TWINS[case]
    assert judge(twin, twin.broken) == [(twin.check, twin.severity)]
    assert judge(twin, twin.healthy) == []


def row(name: str, content: bytes, algorithm: str = "", size: object = None) -> bytes:
    """Return a row of RECORD."""
    told = algorithm if algorithm or size == "" else digest(content)
    return f"{name},{told},{len(content) if size is None else size}\n".encode()


LISTED = {f"{PKG}/__init__.py": MODULE, f"{INFO}/METADATA": METADATA, f"{INFO}/WHEEL": WHEEL_FILE}
TRUE = b"".join(row(name, content) for name, content in LISTED.items())
OWN = f"{INFO}/RECORD,,\n".encode()
SIGNED = {f"{INFO}/RECORD.jws": b"{}", f"{INFO}/RECORD.p7s": b"x"}
FIRST = row(f"{PKG}/__init__.py", MODULE)
RECORDS = {
    "incomplete": (TRUE.removeprefix(FIRST) + OWN, TRUE + OWN),
    "excess": (TRUE + row("ghost.py", b"") + OWN, row(f"{PKG}/__init__.py", MODULE) + TRUE + OWN),
    "wrong digest": (TRUE.replace(digest(MODULE).encode(), digest(b"").encode()) + OWN, TRUE + b"\n" + OWN),
    "md5": (TRUE.replace(digest(MODULE).encode(), b"md5=1B2M2Y8AsgTpgAmY7PhCfg") + OWN, OWN + TRUE),
    "no hash": (TRUE.replace(digest(MODULE).encode(), b"") + OWN, TRUE.replace(b"\n", b"\r\n") + OWN),
    "wrong size": (TRUE.replace(FIRST, FIRST[:-2] + b"\n") + OWN, TRUE + OWN.removesuffix(b"\n")),
    "not itself": (TRUE, TRUE + OWN),
    "signature without its file": (TRUE + row("RECORD.jws", b"") + OWN, TRUE + OWN),
}


@pytest.mark.parametrize("case", RECORDS)
def test_a_record_that_is_not_true_is_told(case: str) -> None:
    """Each fault of RECORD is an error; what is true in another spelling passes."""
    broken, healthy = (judged.judged(WHEEL, wheel_bytes({f"{INFO}/RECORD": text})) for text in RECORDS[case])
    assert {(each.check, each.severity) for each in broken} == {("record-true", "error")}
    assert healthy == []


def test_signatures_of_a_record_need_not_be_listed() -> None:
    """RECORD.jws and RECORD.p7s come after it."""
    assert judged.judged(WHEEL, wheel_bytes({f"{INFO}/RECORD": TRUE + OWN, **SIGNED})) == []


NEWER = METADATA.replace(b"2.4", b"2.5")
FIELDS = {
    "requirement": (b"Requires-Dist: attrs\n", b"", b""),
    "other requirement": (b"Requires-Dist: attrs>=2\n", b"Requires-Dist: attrs>=1\n", b"Dynamic: Requires-Dist\n"),
    "Python": (b"Requires-Python: >=3.11\n", b"Requires-Python: >=3.10\n", b"Dynamic: requires-python\n"),
    "summary": (b"Summary: One\n", b"Summary: Two\n", b"Dynamic: Summary\n"),
    "classifier": (b"Classifier: Topic :: Utilities\n", b"", b"Dynamic: Classifier\n"),
}


def beside(told: bytes, sent: bytes) -> list[tuple[str, str]]:
    """Return what is said of a wheel beside an sdist, each with its metadata."""
    wheel_ = judged.read(WHEEL, wheel_bytes({f"{INFO}/METADATA": told}))
    sdist_ = judged.read(SDIST, sdist_bytes({f"{TOP}/PKG-INFO": sent}))
    return [(each.check, each.severity) for each in judged.findings(wheel_, sdist_)]


@pytest.mark.parametrize("case", FIELDS)
def test_a_wheel_says_what_its_sdist_says(case: str) -> None:
    """Unless the sdist calls the field dynamic, or is of a time that knew no such promise."""
    told, sent, dynamic = FIELDS[case]
    assert beside(METADATA + told, METADATA + sent) == [("metadata-agrees", "error")]
    assert beside(METADATA + told, METADATA + told) == []
    if dynamic:
        assert beside(METADATA + told, METADATA + sent + dynamic) == []
    assert beside(METADATA + told, METADATA.replace(b"2.4", b"2.1") + sent) == []


def test_spelling_and_order_of_metadata_may_differ() -> None:
    """Backends write requirements, lists and versions of the format each in their own way."""
    told = b"Requires-Dist: Sphinx_RTD_theme ; extra == 'docs'\nRequires-Dist: attrs>=1,<3\nProvides-Extra: docs\n"
    sent = b'Requires-Dist: attrs<3,>=1\nRequires-Dist: sphinx-rtd-theme; extra == "docs"\nProvides-Extra: docs\n'
    assert beside(NEWER + told, METADATA + sent) == []


UNUSUAL: Mapping[str, tuple[str, str, Mapping[str, bytes | None]]] = {
    "namespace package": ("Sample.Project", "", {f"{PKG}/__init__.py": None, "ns/part/mod.py": MODULE}),
    "data scripts": ("Sample.Project", "", {f"{DATA}/scripts/run": b"#!python\n", f"{PKG}/__init__.py": None}),
    "empty module": ("Sample.Project", "", {f"{PKG}/__init__.py": b""}),
    "single module": ("Sample.Project", "", {f"{PKG}/__init__.py": None, "sample.py": MODULE}),
    "stubs only": ("Sample.Project", "", {f"{PKG}/__init__.py": None, "sample-stubs/__init__.pyi": b""}),
    "dependencies only": ("Sample.Project", "Requires-Dist: attrs\n", {f"{PKG}/__init__.py": None}),
    "dependencies of extras only": (
        "Sample.Project", "Provides-Extra: a\nRequires-Dist: attrs; extra == 'a'\n", {f"{PKG}/__init__.py": None},
    ),
    "entry points only": (
        "Sample.Project", "Requires-Dist: attrs\n",
        {f"{PKG}/__init__.py": None, f"{INFO}/entry_points.txt": b"[console_scripts]\nrun = attr:run\n"},
    ),
    "data and headers": ("Sample.Project", "", {f"{DATA}/data/etc/a.cfg": b"x", f"{DATA}/headers/a.h": b"x"}),
    "tests in the package": ("Sample.Project", "", {f"{PKG}/tests/__init__.py": b"", f"{PKG}/tests/docs/a.txt": b"x"}),
    "libraries beside it": ("Sample.Project", "", {"sample_project.libs/libz-1.so": b"\x7fELF"}),
    "licence folder": (
        "Sample.Project", "License-File: LICENSE\n", {f"{INFO}/licenses/LICENSE": b"x", f"{INFO}/licenses/docs/a": b"x"}
    ),
    "pth as data": ("Sample.Project", "", {f"{PKG}/vendor/a.pth": b"x", f"{PKG}/a.pth": b"x"}),
    "build as a package": ("Sample.Project", "", {f"{PKG}/build/dist/a.py": MODULE, f"{PKG}/src/a.py": MODULE}),
    "no sources but a library": ("Sample.Project", "", {f"{PKG}/__init__.py": None, "fast.abi3.so": b"\x7fELF"}),
    "top_level of a moved extension": (
        "Sample.Project", "", {f"{INFO}/top_level.txt": b"_fast\nsample_project\n", f"{PKG}/_fast.abi3.so": b"\x7fELF"},
    ),
    "top_level of nothing": ("Sample.Project", "", {f"{INFO}/top_level.txt": b"\n"}),
    "test data named as byte code": ("Sample.Project", "", {f"{PKG}/a.pyc.bin": b"x", f"{PKG}/pyc": b"x"}),
    "what cargo rewrote": ("Sample.Project", "", {f"{PKG}/vendor/Cargo.toml.orig": b"[package]\n"}),
    "git in a name": ("Sample.Project", "", {f"{PKG}/a.git/config": b"x", f"{PKG}/.gitignore": b"x"}),
}  # fmt: skip


@pytest.mark.parametrize("case", UNUSUAL)
def test_an_unusual_wheel_is_accepted(case: str) -> None:
    """What is rare and sound is refused by none of the checks."""
    name, fields, members = UNUSUAL[case]
    told = METADATA.replace(b"Sample.Project", name.encode()) + fields.encode()
    assert judged.judged(WHEEL, wheel_bytes({f"{INFO}/METADATA": told, **members})) == []


OWN_NAMES = {"build": "build", "docs": "docs", "tests": "pytest-tests", "examples": "sample.examples", "src": "src"}


@pytest.mark.parametrize("folder", OWN_NAMES)
def test_a_project_may_be_named_as_what_strays(folder: str) -> None:
    """The package of a project named so is what it is; the same folder of any other project strays."""
    name = OWN_NAMES[folder]
    told = METADATA.replace(b"Sample.Project", name.encode())
    members = {f"{folder}/__init__.py": MODULE}
    assert not strays(wheel_bytes({f"{INFO}/METADATA": told, **members}))
    assert strays(wheel_bytes(members))
    declared = NEWER + f"Import-Name: {folder}\n".encode()
    assert not strays(wheel_bytes({f"{INFO}/METADATA": declared, **members, f"{PKG}/__init__.py": None}))


def strays(content: bytes) -> set[str]:
    """Return the checks that find something out of its place."""
    return {each.check for each in judged.judged(WHEEL, content)} & {"wheel-strays", "wheel-layout"}
