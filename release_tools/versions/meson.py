"""meson-python: `version:` in the call of `project` in meson.build, or the file that it names."""

from __future__ import annotations

import re
from itertools import pairwise

from release_tools.versions.facts import Facts
from release_tools.versions.reading import Reading, UnreadableError, declared
from release_tools.versions.stated import whole_file

KIND = "meson"
FILE = "meson.build"

# Strings, comments, words and single marks; a string may hold what looks like the others.
_TOKEN = re.compile(r"'''.*?'''|'(?:[^'\\\n]|\\.)*'|\#[^\n]*|\w+|\S", re.DOTALL)


def read(facts: Facts) -> Reading | None:
    """Read the version of a project that meson-python builds."""
    if facts.backend != "meson":
        return None
    content = facts.tree.text(FILE)
    tokens = [(found[0], found.start()) for found in _TOKEN.finditer(content) if not found[0].startswith("#")]
    words = [word for word, _ in tokens]
    at = _argument(words)
    word, start = tokens[at] if at is not None and at < len(tokens) else ("", 0)
    if word.startswith("'") and words[at + 1 : at + 2] in ([","], [")"]):  # type: ignore[operator]
        return declared(word.strip("'"), KIND, facts.tree.where(FILE, 1 + content.count("\n", 0, start)))
    if word == "files" and at is not None and words[at + 1] == "(" and words[at + 3] == ")":
        return whole_file(facts, words[at + 2].strip("'"), KIND)
    raise UnreadableError(f"{FILE} states no literal version in its project()")


def _argument(words: list[str]) -> int | None:
    """Return where the value of `version:` begins, among the arguments of the first `project`."""
    start = next((at for at, pair in enumerate(pairwise(words)) if pair == ("project", "(")), None)
    depth = 0
    for at in range(start + 1 if start is not None else len(words), len(words)):
        depth += (words[at] in "([{") - (words[at] in ")]}")
        if depth == 0:
            return None
        if depth == 1 and words[at] == "version" and words[at + 1 : at + 2] == [":"]:
            return at + 2
    return None
