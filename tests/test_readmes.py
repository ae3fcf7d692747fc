"""The readme as the source names it, and as the index will show it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from readme_renderer import rst

from release_tools import readmes
from release_tools.readmes import MARKDOWN, PLAIN, RST, Complaint, FaultyError, Readme
from tests.test_index_page import FLIT, POETRY, SETUP_CFG, of

PROJECT = '[project]\nname = "sample"\nversion = "1"\n'
PBR = '[build-system]\nrequires = ["pbr"]\nbuild-backend = "pbr.build"\n'
PBR_CFG = (
    "[metadata]\nname = sample\ndescription_file = README.rst\ndescription_content_type = text/x-rst; charset=UTF-8\n"
)
FILES = {"README.md": "# Sample\n", "README.rst": "Sample\n======\n", "README.txt": "Sample", "MORE.rst": "More.\n"}
SETUP = "from setuptools import setup\nsetup({})\n"


@pytest.mark.parametrize(
    ("files", "names", "content_type"),
    [
        ({"pyproject.toml": f'{PROJECT}readme = "README.md"\n'}, ("README.md",), MARKDOWN),
        ({"pyproject.toml": f'{PROJECT}readme = "README.rst"\n'}, ("README.rst",), RST),
        ({"pyproject.toml": f'{PROJECT}readme = "README.txt"\n'}, ("README.txt",), PLAIN),
        (
            {"pyproject.toml": f'{PROJECT}readme = {{ file = "README.md", content-type = "{RST}; charset=UTF-8" }}\n'},
            ("README.md",),
            RST,
        ),
        ({"pyproject.toml": f'{PROJECT}readme = {{ text = "Sample", content-type = "{PLAIN}" }}\n'}, (), PLAIN),
        ({"pyproject.toml": POETRY}, ("README.md",), MARKDOWN),
        (
            {"pyproject.toml": POETRY.replace('"README.md"', '["README.rst", "MORE.rst"]')},
            ("README.rst", "MORE.rst"),
            RST,
        ),
        ({"pyproject.toml": FLIT}, ("README.rst",), RST),
        ({"setup.cfg": SETUP_CFG}, ("README.rst",), None),
        ({"setup.cfg": SETUP_CFG, "setup.py": SETUP.format("")}, ("README.rst",), None),
        ({"setup.cfg": SETUP_CFG.replace(": README", ": MORE.rst, README")}, ("MORE.rst", "README.rst"), None),
        ({"pyproject.toml": PBR, "setup.cfg": PBR_CFG}, ("README.rst",), RST),
    ],
)
def test_the_readme_is_found(
    files: Mapping[str, str], names: tuple[str, ...], content_type: str | None, tmp_path: Path
) -> None:
    """In each form of the standard metadata, and as other tools name it."""
    readme = readmes.stated(of(tmp_path, {**FILES, **files}))
    assert readme is not None
    assert (readme.files, readme.content_type) == (names, content_type)
    assert readme.text == ("\n".join(FILES[name] for name in names) or "Sample")


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": PROJECT},
        {"pyproject.toml": f'{PROJECT}dynamic = ["readme"]\n[tool.setuptools.dynamic]\nreadme = {{ file = ["X"] }}\n'},
        {"pyproject.toml": f"{PROJECT}readme = 3\n"},
        {"pyproject.toml": f'{PROJECT}readme = {{ file = "NONE" }}\n'},
        {"pyproject.toml": PROJECT, "setup.cfg": SETUP_CFG.replace("README.rst", "NONE")},
        {"pyproject.toml": POETRY.replace("readme =", "other =")},
        {"setup.cfg": SETUP_CFG.replace("file: README.rst", "Sample")},
        {"setup.cfg": SETUP_CFG, "setup.py": SETUP.format('long_description="Sample"')},
        {"setup.cfg": SETUP_CFG, "setup.py": SETUP.format("**more")},
        {"setup.py": SETUP.format('long_description=open("README.rst").read()')},
    ],
)
def test_what_the_backend_alone_knows_is_none(files: Mapping[str, str], tmp_path: Path) -> None:
    """Nor is a form judged here that pyproject.toml must not have."""
    assert readmes.stated(of(tmp_path, {**FILES, **files})) is None


@pytest.mark.parametrize(
    ("readme", "words"),
    [
        ('"README"', "tells no content type; known are .md, .rst, .txt"),
        ('"docs.d/README"', "tells no content type"),
        ('""', "tells no content type"),
        ('"MISSING.md"', "MISSING.md does not exist"),
        ('"../README.md"', "lies outside the project"),
        ('"folder.md"', "is not a regular file"),
        ('"latin.md"', "latin.md is not UTF-8"),
        ('{ file = "README.md", content-type = "text/html" }', "'text/html' is no content type"),
    ],
)
def test_a_readme_that_cannot_be_had_is_a_fault(readme: str, words: str, tmp_path: Path) -> None:
    """The build backend would fail on it, or the index."""
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "latin.md").write_bytes("Größe".encode("latin-1"))
    with pytest.raises(FaultyError, match=words.replace("(", "\\(")):
        readmes.stated(of(tmp_path, {**FILES, "pyproject.toml": f"{PROJECT}readme = {readme}\n"}))


def shown(text: str, content_type: str | None = RST) -> Complaint | None:
    """Return what the renderer says of a text."""
    return readmes.complaint(Readme(files=("README",), content_type=content_type, text=text))


GOOD = """\
Sample
======

.. image:: https://example.com/a.svg
   :width: 50%

Counts `things <https://example.com>`_ in :code:`x`, with |one|.

.. |one| replace:: a note

.. code-block:: python

   count()

.. code-block:: nosuchlanguage

   count

.. image:: https://example.com/b.png
   :scale: 50%

.. math:: x^2
"""


@pytest.mark.parametrize("text", [GOOD, "", "Just words", "- One\n- Two\n"], ids=["rich", "empty", "plain", "list"])
def test_good_rst_renders(text: str) -> None:
    """Whatever docutils itself knows is shown."""
    assert shown(text) is None
    assert shown(text, None) is None


DEEP = "nests too deeply"
BAD = [
    ("Sample\n=====\n\nToo short.\n", 2, "Title underline too short."),
    ("Sample\n======\n\n.. include:: LICENSE\n", 4, '"include" directive disabled.'),
    ("See :ref:`there`.\n", 1, 'Unknown interpreted text role "ref".'),
    ("Sample\n======\n\n.. automodule:: sample\n", 4, 'Unknown directive type "automodule".'),
    ("Sample\n======\n\n.. raw:: html\n\n   <b>\n", 4, '"raw" directive disabled.'),
    ("A `link_ that never ends\n", 1, "Inline interpreted text"),
    (".. only a comment\n", None, "nothing of it is shown"),
    ("\n\n".join(" " * depth + "- x" for depth in range(600)), None, DEEP),
]


@pytest.mark.parametrize(("text", "line", "words"), BAD)
def test_what_the_index_refuses_is_told_with_its_line(text: str, line: int | None, words: str) -> None:
    """In the words of docutils, and no more of them than needed."""
    complaint = shown(text)
    assert complaint is not None
    assert words in complaint.message
    assert complaint.line == line
    assert len(complaint.message) < 200


@pytest.mark.parametrize("text", [GOOD, "Just words", *(row[0] for row in BAD if row[2] != DEEP)])
def test_the_renderer_of_the_index_agrees(text: str) -> None:
    """What is said here of a page is what readme_renderer makes of it, whose docutils settings are taken over."""
    assert (shown(text) is None) is (rst.render(text) is not None)


def test_no_configuration_of_the_project_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index has none; a docutils.conf in the folder would otherwise let everything pass."""
    (tmp_path / "docutils.conf").write_text("[general]\nhalt_level: 5\n")
    monkeypatch.chdir(tmp_path)
    assert shown("Sample\n=====\n") is not None


@pytest.mark.parametrize("content_type", [MARKDOWN, PLAIN])
def test_other_readmes_cannot_fail(content_type: str) -> None:
    """The index shows any text as Markdown, or as it is."""
    assert shown("Sample\n=====\n\n:nothing:`x` [", content_type) is None


def addresses(markdown: str) -> tuple[str, ...]:
    """Return the addresses in a Markdown readme that lead nowhere."""
    return readmes.relative(Readme(files=("README.md",), content_type=MARKDOWN, text=markdown))


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("![logo](docs/logo.png) and [more](MORE.md)", ("docs/logo.png", "MORE.md")),
        ("[text][ref] and again [text][ref]\n\n[ref]: ./docs/index.md\n", ("./docs/index.md",)),
        ("[root](/docs)", ("/docs",)),
        ('<p align="center">\n  <img width="9" src="docs/logo.png">\n</p>', ("docs/logo.png",)),
        ("Text with <a class='x' href='LICENSE'>this</a>.", ("LICENSE",)),
        ("| a |\n|---|\n| [b](c.md) |\n", ("c.md",)),
    ],
)
def test_addresses_without_a_host_are_found(markdown: str, found: tuple[str, ...]) -> None:
    """Each once: links, images, definitions and HTML."""
    assert addresses(markdown) == found


@pytest.mark.parametrize(
    "markdown",
    [
        "[a](https://example.com/a) ![b](//example.com/b.png) [c](mailto:sam@example.com) [d](#there)",
        "`[a](b.md)` and\n\n```\n![logo](docs/logo.png)\n```\n",
        "    [a](b.md)\n",
        "<!-- <img src='docs/logo.png'> -->",
        "[a](<>) [b]() plain b.md",
        "<a href='//['>x</a>",
    ],
)
def test_what_leads_somewhere_is_not_told(markdown: str) -> None:
    """Nor is what stands in code or in a comment."""
    assert addresses(markdown) == ()


def test_a_huge_readme_is_not_searched_for_addresses() -> None:
    """What a parser would take long for is not worth a warning."""
    assert addresses("[a](b.md)\n" + " " * readmes.LARGEST_MARKDOWN) == ()
