"""What a member of an archive may be: names, kinds, links and modes that every system keeps and that hurt none."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from release_tools.checks import Problem, check
from release_tools.distributions import Archive, Member, Wheel, links
from release_tools.distributions.faults import NAMED, listed, shown
from release_tools.distributions.wheel import installed_at
from release_tools.model import Location, Severity

PLAIN = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9_+./-]*")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
INVISIBLE = re.compile("[\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
NO_UTF_8 = re.compile("[\ud800-\udfff]")
DRIVE = re.compile("[A-Za-z]:")
REFUSED = re.compile(r'[<>:"|?*]|[. ](?:/|\Z)')
DEVICES = ("con", "prn", "aux", "nul", "com", "lpt")
DEVICE = re.compile(r"(?:\A|/)(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.[^/]*)?(?:/|\Z)")
COMPONENT = 255
SET_ID = 0o6000
WORLD_WRITABLE = 0o002
STICKY = 0o1000

# What is wrong, the member, and what else the message says of it.
Found = Iterable[tuple[str, str, str]]


@check()
def member_names(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Rename the file: a member's name is a relative path in UTF-8 that stays in its folder and hides nothing."""
    yield from problems(archives, _hostile)


@check("warning")
def member_names_portable(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Rename the file: Windows keeps no < > : " | ? *, no dot or space at the end, no name of a device, as aux.py."""
    yield from problems(archives, _unportable)


@check()
def member_names_unique(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Rename one of them: where two members differ in case or spelling only, macOS and Windows keep one of them."""
    yield from problems(archives, _colliding)


@check()
def member_links(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Put the file itself in place of the link; a wheel holds no links, an sdist only such as stay in its folder."""
    yield from problems(archives, _leading)


@check()
def member_kinds(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Take it out: a distribution holds files, folders and, in an sdist, links; no devices, pipes or other things."""
    yield from problems(archives, _odd)


@check()
def member_modes(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Change the mode in the source, or the umask of the build: 644 for a file, 755 for a program."""
    yield from problems(archives, _set_id)
    yield from problems(archives, _writable, "warning")


def problems(
    archives: Iterable[Archive], judge: Callable[[Archive], Found], severity: Severity | None = None
) -> Iterator[Problem]:
    """Yield one problem for each thing that is wrong with an archive, which names members that have it."""
    for archive in archives:
        first: dict[str, list[tuple[str, str]]] = {}
        count: Counter[str] = Counter()
        for what, name, more in judge(archive):
            count[what] += 1
            if count[what] <= NAMED:
                first.setdefault(what, []).append((name, more))
        for what, rows in first.items():
            message = f"{what}: {listed([f'{shown(name)}{more}' for name, more in rows], count[what])}"
            where = Location(file=archive.filename)
            yield Problem(message=message, where=where, member=shown(rows[0][0]), severity=severity)


def _hostile(archive: Archive) -> Found:
    for member in archive.members:
        if what := _wrong_name(member):
            yield what, member.name, ""


def _wrong_name(member: Member) -> str:
    """Return what makes a name hostile, empty for most."""
    name = member.name
    plain = _is_plain(name)
    if plain and len(name) <= COMPONENT and "/." not in name and "//" not in name:
        return ""
    applying = STRUCTURE if plain else (*LETTERS, *STRUCTURE)
    return next((what for what, applies in applying if applies(name)), "")


def _is_plain(name: str) -> bool:
    """Whether only the structure of a name can be wrong; other names are looked at letter by letter."""
    return PLAIN.fullmatch(name) is not None


def _leads_out(name: str) -> bool:
    return ".." in name and ".." in re.split(r"[/\\]", name)


def _parts(name: str) -> list[str]:
    return name.removesuffix("/").split("/")


def _is_too_long(name: str) -> bool:
    return max(map(len, name.encode("utf-8", "surrogateescape").split(b"/"))) > COMPONENT


# The first that applies is told.
Rule = tuple[str, Callable[[str], object]]
LETTERS: tuple[Rule, ...] = (
    ("a name is no UTF-8", NO_UTF_8.search),
    ("a name has a control character", CONTROL.search),
    ("a name has an invisible character, or one that turns the direction of text", INVISIBLE.search),
)
STRUCTURE: tuple[Rule, ...] = (
    ("a name is empty", lambda name: not name.strip("/")),
    ("a name is absolute", lambda name: name.startswith(("/", "\\")) or DRIVE.match(name)),
    ("a name leads out of its folder", _leads_out),
    ("a name has a backslash, which Windows takes for a slash", lambda name: "\\" in name),
    ("a name is not in its plain form", lambda name: {"", "."}.intersection(_parts(name))),
    ("a part of a name is longer than systems keep", _is_too_long),
)


def _unportable(archive: Archive) -> Found:
    for member in archive.members:
        name = member.name
        refused = "./" in name or name.endswith(".") if _is_plain(name) else REFUSED.search(name)
        if (refused or _is_device(name.lower())) and not _wrong_name(member):
            yield "Windows cannot keep a name", name, ""


def _is_device(name: str) -> bool:
    return any(word in name for word in DEVICES) and DEVICE.search(name) is not None


def _colliding(archive: Archive) -> Found:
    """Yield names that stand twice, and those that a system without case would not keep apart."""
    seen: dict[str, Member] = {}
    for member in archive.members:
        former = seen.setdefault(_key(member.name), member)
        if former is member:
            continue
        same = former.name.rstrip("/") == member.name.rstrip("/")
        if former.kind == member.kind == "folder":
            # Two folders become one; a ZIP archive may not list one twice.
            if same and isinstance(archive, Wheel):
                yield "a name stands twice", member.name, ""
        else:
            what = "a name stands twice" if same else "names differ in case or spelling only"
            yield what, member.name, "" if same else f" and {shown(former.name)}"
    for key, _ in links.below((key for key, member in seen.items() if member.kind == "file"), seen):
        yield "a name is that of a file and of a folder", seen[key].name, ""
    if isinstance(archive, Wheel):
        yield from _overwriting(archive)


def _overwriting(wheel: Wheel) -> Found:
    """Yield what is installed where another member of another name is installed too: the later one would win."""
    seen: dict[str, Member] = {}
    for member in wheel.members:
        former = seen.setdefault(_key(installed_at(member.name)), member)
        if member.kind != "folder" and former.kind != "folder" and _key(former.name) != _key(member.name):
            yield "two members are installed as one file", member.name, f" and {shown(former.name)}"


def _key(name: str) -> str:
    """Return what is equal for names that macOS or Windows takes for one."""
    path = name.rstrip("/")
    return (
        path.lower() if path.isascii() else unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
    )


def _leading(archive: Archive) -> Found:
    if isinstance(archive, Wheel):
        links_in_it = (each for each in archive.members if each.kind == "link")
        return (("a wheel has a link", each.name, f" to {shown(each.link)}") for each in links_in_it)
    return links.wrong(archive.members)


def _odd(archive: Archive) -> Found:
    return (("it is no file, folder or link", each.name, "") for each in archive.members if each.kind == "other")


def _set_id(archive: Archive) -> Found:
    for member in archive.members:
        if member.mode & SET_ID and member.kind == "file":
            yield "a file would run with the rights of its owner or group", member.name, ""


def _writable(archive: Archive) -> Found:
    for member in archive.members:
        if member.mode & WORLD_WRITABLE and (
            member.kind == "file" or (member.kind == "folder" and not member.mode & STICKY)
        ):
            yield "everybody may write to it", member.name, ""
