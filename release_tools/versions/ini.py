"""Files in the form of setup.cfg: the values, and the line of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECTION = re.compile(r"\[(?P<name>.+)\]")
# The parser's own pattern goes over them once for each.
_BLANKS = re.compile(r"[^\S\n]{500}")
MOST_LINES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ini:
    """The sections of a file, their options with `-` written as `_`; `broken` says why there are none."""

    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)
    broken: str = ""

    def get(self, section: str, option: str) -> str:
        """Return a value; an empty one where there is none."""
        return self.sections.get(section, {}).get(option, "")

    def pairs(self, section: str, option: str) -> dict[str, str]:
        """Return a value of the form `key = value`, one a line or parted by commas."""
        parts = re.split(r"[,\n]", self.get(section, option))
        found = (part.partition("=") for part in parts if "=" in part)
        return {key.strip(): value.strip() for key, _, value in found}


def parse_ini(text: str) -> Ini:
    """Read the options of all sections; a file that is broken has none."""
    if _BLANKS.search(text):
        return Ini(broken="a run of blanks that takes the parser too long")
    if text.count("\n") > MOST_LINES:
        return Ini(broken=f"more than {MOST_LINES} lines, which take the parser too long")
    import configparser

    parser = configparser.RawConfigParser()
    parser.optionxform = _spelling  # type: ignore[assignment,method-assign]  # as it documents
    try:
        parser.read_string(text)
        sections = {name: dict(parser.items(name)) for name in parser.sections()}
    except (configparser.Error, ValueError, RecursionError) as error:
        return Ini(broken=str(error).splitlines()[0])
    return Ini(sections=sections, lines=_lines(text, sections))


def _spelling(option: str) -> str:
    return option.replace("-", "_")


def _lines(text: str, sections: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], int]:
    """Return the line of each option: a line that starts with its name, in its section, and is no continuation."""
    lines: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(text.split("\n"), start=1):
        header = _SECTION.match(line)
        option = _spelling(re.split(r"[=:]", line, maxsplit=1)[0].strip())
        if header:
            section = header["name"]
        elif not line[:1].isspace() and option in sections.get(section, {}):
            lines.setdefault((section, option), number)
    return lines
