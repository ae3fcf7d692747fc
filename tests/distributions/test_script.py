"""The digest of a script without its interpreter: the same in whatever pieces it comes, and of nothing but scripts."""

from __future__ import annotations

import pytest

from release_tools.distributions.content import absorb
from release_tools.distributions.script import LONGEST


def script(content: bytes, size: int = 1 << 16) -> str:
    """Return the digest of a content that comes in pieces of a size."""
    return absorb("name", (content[at : at + size] for at in range(0, len(content), size))).script


SAME = (
    b"#!python\nrun()\r\nend()\r",
    b"#!/usr/bin/env python3.12\r\nrun()\nend()\r",
    b"#!/opt/pypy3  \nrun()\nend()\r",
    b"#! /usr/bin/pythonw\nrun()\nend()\r",
)
OTHERS = (
    b"#!python -u\nrun()\nend()\r",
    b"#!python\nrun()\nend()",
    b"#!python\nrun()\rend()\r",
    b"#!python\n run()\nend()\r",
    b"#!python\n",
)
NONE = (
    b"",
    b"#!python",
    b"#!/bin/sh\nrun()\n",
    b"#!pythonrun()\nrun()\n",
    b"\n#!python\nrun()\n",
    b"run()\n#!python\n",
    b"#!/" + b"x" * LONGEST + b"/python\nrun()\n",
)


@pytest.mark.parametrize("size", [1, 2, 7, 1 << 16])
def test_the_interpreter_alone_does_not_count(size: int) -> None:
    """Nor do line ends of Windows, which backends write anew as well; all else does, options too."""
    assert len({script(content, size) for content in SAME}) == 1
    every = {script(content, size) for content in (*SAME, *OTHERS)}
    assert len(every) == 1 + len(OTHERS)
    assert "" not in every
    assert script(SAME[0], size) == script(SAME[0])


@pytest.mark.parametrize("size", [1, 3, 1 << 16])
@pytest.mark.parametrize("content", NONE)
def test_what_is_no_script_of_python_has_none(content: bytes, size: int) -> None:
    """As a shell's, and a first line that is longer than any."""
    assert script(content, size) == ""
