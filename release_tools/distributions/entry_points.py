"""entry_points.txt: what a wheel offers by name, read as the index reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from release_tools.distributions.metadata import shown

SCRIPTS = ("console_scripts", "gui_scripts")
LARGEST = 512 << 10
MOST_LINES = 10_000
LONGEST_LINE = 2_000

_NAME = re.compile(r"[\w.-]+")
_GROUP = re.compile(r"\w+(\.\w+)*")
_GAP = re.compile(r"(?<=\S)[^\S\n]+")  # the parser takes quadratic time for long ones
_DOTTED = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_REFERENCE = re.compile(rf"(?P<module>{_DOTTED})\s*(?::\s*(?P<object>{_DOTTED}))?\s*(?:\[[\w\s,.-]*\])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoints:
    """The entry points by group and name; `fault` says why the file cannot be read."""

    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fault: str = ""

    def refused(self) -> Iterator[str]:
        """Yield what the index refuses or makes an installer fail: scripts with no name, or of no callable."""
        if self.fault:
            yield self.fault
        for group in SCRIPTS:
            for name, value in self.groups.get(group, {}).items():
                found = _REFERENCE.fullmatch(value)
                if not _NAME.fullmatch(name):
                    yield f"{shown(name)} in {group} is no name of a script"
                elif found is None or not found["object"]:
                    yield f"{name} in {group} is {shown(value)}, and should be module:function"

    def doubtful(self) -> Iterator[str]:
        """Yield what nobody can load, or what others may not find, though the index takes it."""
        for group, every in self.groups.items():
            if not _GROUP.fullmatch(group):
                yield f"{shown(group)} is no name of a group: words with dots between"
            if group not in SCRIPTS:
                wrong = (
                    f"{shown(name)} in {group}" for name, value in every.items() if not _REFERENCE.fullmatch(value)
                )
                yield from (f"{each} names no module, and no object of one" for each in wrong)


def read(content: bytes) -> EntryPoints:
    """Read the file by the specification of entry points, with the parser that it names."""
    import configparser

    lines = content.splitlines()
    if len(content) > LARGEST or len(lines) > MOST_LINES or max(map(len, lines), default=0) > LONGEST_LINE:
        return EntryPoints(fault="it has more, or longer, lines than are ever read")
    # No group may hand its entries on to all others, which could make them endless.
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, default_section="")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(_GAP.sub(" ", content.decode("utf-8")))
    except UnicodeDecodeError:
        return EntryPoints(fault="it is no text in UTF-8")
    except configparser.Error as error:
        return EntryPoints(fault=f"it cannot be parsed: {' '.join(error.message.split())}")
    return EntryPoints(groups={name: dict(parser[name]) for name in parser.sections()})
