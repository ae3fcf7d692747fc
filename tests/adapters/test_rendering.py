"""The renderer in bounds: what may grow is rendered by a process that is ended in time, all else at once."""

from __future__ import annotations

import json
import os
import sys
import time

import pytest

from release_tools import readmes
from release_tools.adapters import process, rendering
from release_tools.adapters.rendering import TooMuchError
from release_tools.readmes import MARKDOWN, TAME, Complaint, Readme
from release_tools.text import without_secrets

NESTED = "".join(f".. |a{number}| replace:: |a{number + 1}| |a{number + 1}|\n" for number in range(60))
CONTENTS = ".. contents::\n\n" * 2000 + "".join(f"a{number}\n======\n\n" for number in range(5000))
CSV = '.. csv-table::\n   :escape: x\n\n   ".. |a| replxace:: b"\n'
GROWING = {
    "substitutions": f"{NESTED}.. |a60| replace:: x\n\n|a0|\n",
    "substitutions in other letters": ".. |a| Replace:: b\n",
    "tables of contents": CONTENTS,
    "two tables of contents": ".. contents::\n\n.. contents::\n",
    "notes of targets": ".. target-notes::\n",
    "a table of CSV": CSV,
    "a role": ".. role:: x(code)\n   :language: ruby\n",
    "code of some language": ".. code-block:: ruby\n\n   a\n",
    "a long page": "x\n" * TAME,
}
TAME_ONES = {
    "words": "Just words",
    "code": ".. code-block:: python\n\n   a\n\n.. code:: \n\n   b\n\n.. sourcecode:: Bash\n\n   c\n",
    "a table of contents": ".. contents:: Contents\n\nTitle\n=====\n",
    "badges": "|a|\n\n.. |a| image:: https://example.com/a.svg\n.. |b| unicode:: 0xA9\n.. |c| date::\n",
}


def page(text: str, content_type: str | None = None) -> Readme:
    """Return the page of a text."""
    return Readme(files=(), content_type=content_type, text=text)


@pytest.mark.parametrize("case", GROWING)
def test_what_may_grow_is_not_tame(case: str) -> None:
    """A page that is shown as it is, or as Markdown, cannot grow whatever it holds."""
    assert not readmes.is_tame(page(GROWING[case]))
    assert readmes.is_tame(page(GROWING[case], MARKDOWN))


@pytest.mark.parametrize("case", TAME_ONES)
def test_what_pages_are_made_of_is_tame(case: str) -> None:
    """They are rendered without a process of their own."""
    assert readmes.is_tame(page(TAME_ONES[case]))


@pytest.mark.parametrize("case", ["substitutions", "tables of contents"])
def test_a_page_that_grows_without_end_is_given_up(case: str) -> None:
    """Nobody waits for it longer than asked, and nothing goes on with it afterwards."""
    begun, cpu = time.monotonic(), time.process_time()
    with pytest.raises(TooMuchError, match=r"longer than 1\.5 s"):
        rendering.complaint(page(GROWING[case]), 1.5)
    assert time.monotonic() - begun < 10
    assert time.process_time() - cpu < 1


def test_the_process_says_the_same() -> None:
    """Where the page is shown, and where it is not."""
    shown = "Title\n=====\n\n.. |a| replace:: b\n\n|a|\n"
    assert rendering.complaint(page(shown), 60) is None
    found = rendering.complaint(page(f"{shown}\n.. bad::\n"), 60)
    assert found == readmes.complaint(page(f"{shown}\n.. bad::\n"))
    assert isinstance(found, Complaint)
    assert found.line == 8


def test_a_page_gets_no_more_memory_than_it_is_given() -> None:
    """The process that renders it ends then, and its end is told as the page's fault."""
    text = ".. |a| replace:: x\n\n" + "word *more*\n" * 20_000
    job = json.dumps({"content_type": None, "text": text, "memory": 48 << 20}).encode()
    argv = (sys.executable, "-I", str(rendering.WORKER))
    done = process.run(argv, env=without_secrets(os.environ), timeout=60, given=job)
    assert done.code != 0
    assert "MemoryError" in done.tail
