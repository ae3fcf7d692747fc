"""Listens to the one pass over a distribution and looks for secrets in all that comes by.

Most members are small, and in most distributions there is no secret: so the small ones are looked at together, and
each by itself only where something was found.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from release_tools.distributions import Archive
from release_tools.distributions.faults import shown
from release_tools.secret_scan import bounds, files, names, scan
from release_tools.secret_scan.bounds import SEPARATOR, Budget
from release_tools.secret_scan.report import Exposed, Searched
from release_tools.secret_scan.scan import Match, Reader
from release_tools.secret_scan.values import Needles

SMALL = 1 << 16  # bytes
PATIENCE = 1.0  # seconds of work, and one more for so many bytes:
SLOWEST = 25 << 20  # a quarter of what is usual
HELD = 32 << 20  # of an archive within
MOST = 20  # of one member
ENOUGH = 100  # of one distribution
UNNAMED = "(its name holds a secret)"


class Watch:
    """The listener of one distribution; `searched` ends the search and returns what was found.

    `clock` tells the seconds that were worked. What takes far longer than any honest content is not searched to its
    end: it is made of what nearly is a secret, again and again.
    """

    def __init__(self, filename: str, needles: Needles, clock: Callable[[], float]) -> None:
        self._filename = filename
        self._needles = needles
        self._clock = clock
        self._worked = 0.0
        self._since = 0.0
        self._ended = False
        self._name: str | None = None
        self._pieces: list[bytes] = []
        self._held = 0
        self._large: _Large | None = None
        self._batch: list[tuple[str, bytes]] = []
        self._gathered = 0
        self._size = 0
        self._found: list[tuple[str, Match]] = []
        self._untold: list[str] = []
        self._budget = Budget(untold=self._untold, is_over=self._is_slow)

    def __call__(self, name: str, piece: bytes) -> None:
        """Take the next piece of a member."""
        if name != self._name:
            self._end()
            self._name = name
        self._size += len(piece)
        if self._has_ended():
            return
        if self._large is not None:
            with self._working():
                self._large.feed(piece)
            return
        self._pieces.append(piece)
        self._held += len(piece)
        if self._held > SMALL:
            self._large = _Large(Reader(self._needles, name))
            with self._working():
                self._large.feed(self._taken())

    def searched(self, archive: Archive) -> Searched:
        """Return what was found in the contents, in the names of the members, and by them."""
        self._end()
        self._of_batch()
        hidden = dict(_named(archive, self._needles))
        told = {path for path, _ in self._found}
        by_name = ((each.name, kind) for each in archive.members if each.size and (kind := names.judge(each.name)))
        self._found += [(name, Match(kind=kind)) for name, kind in by_name if name not in told]
        return Searched(
            exposed=(
                *(Exposed(file=self._filename, match=Match(kind=kind, sure=True)) for kind in hidden.values()),
                *(self._exposed(path, match, hidden) for path, match in self._found),
            ),
            files=len(archive.members),
            size=self._size,
            untold=tuple(f"{self._filename}: {shown(each)}" for each in self._untold),
        )

    def _has_ended(self) -> bool:
        """Whether enough was found, or too much work was done for what was read; says so once."""
        slow = self._is_slow()
        if not self._ended and (slow or len(self._found) >= ENOUGH):
            self._ended = True
            why = "it takes too long" if slow else f"{ENOUGH} secrets are enough"
            self._untold.append(f"{self._name or 'the rest'}, and what comes after it: {why}")
        return self._ended

    def _is_slow(self) -> bool:
        """Whether there was too much work for what was read; what works now counts too."""
        worked = self._worked + (self._clock() - self._since if self._since else 0)
        return worked > PATIENCE + self._size / SLOWEST

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._since = self._clock()
        yield
        self._worked += self._clock() - self._since
        self._since = 0.0

    def _taken(self) -> bytes:
        content = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces, self._held = [], 0
        return content

    def _end(self) -> None:
        """Come to the end of a member."""
        name, large = self._name, self._large
        self._name = self._large = None
        if name is None:
            return
        if large is not None:
            with self._working():
                self._note(name, large.matches(), large.archive)
            self._untold += [f"{name}: {why}" for why in large.untold]
            return
        content = self._taken()
        if bounds.archive(content) or content.startswith(scan.WIDE) or files.shapes(name):
            with self._working():
                self._alone(name, content)
            return
        self._batch.append((name, content))
        self._gathered += len(content)
        if self._gathered >= scan.CHUNK:
            self._of_batch()

    def _of_batch(self) -> None:
        batch, self._batch, self._gathered = self._batch, [], 0
        with self._working():
            suspect = bool(batch) and scan.holds_any(b"\n\n".join(content for _, content in batch), self._needles)
        for name, content in batch if suspect else ():
            if self._has_ended():
                return
            with self._working():
                if scan.holds_any(content, self._needles):
                    self._alone(name, content)

    def _alone(self, name: str, content: bytes) -> None:
        matches = list(scan.content(content, self._needles, name))
        self._note(name, matches, content if bounds.archive(content) else b"")

    def _note(self, name: str, matches: list[Match], archive: bytes) -> None:
        """Note what a member holds; what an archive holds without compressing it is told with its own member."""
        within = list(self._within(name, archive)) if archive else []
        kinds = {match.kind for _, match in within}
        every = [*within, *((name, match) for match in matches if match.kind not in kinds)]
        self._found += every[:MOST]
        if len(every) > MOST:
            self._untold.append(f"{name}: no more than the first {MOST} secrets in it are told")

    def _within(self, name: str, archive: bytes) -> Iterator[tuple[str, Match]]:
        from release_tools.secret_scan import nested

        for leak in nested.search(io.BytesIO(archive), self._budget, self._needles, name):
            yield leak.member, leak.match

    def _exposed(self, path: str, match: Match, hidden: Iterable[str]) -> Exposed:
        fixture = not match.sure and names.is_fixture_in(self._filename, path)
        member = UNNAMED if path.partition(SEPARATOR)[0] in hidden else shown(path)
        return Exposed(file=self._filename, member=member, match=match, fixture=fixture)


class _Large:
    """A member that is looked at while it comes."""

    def __init__(self, reader: Reader) -> None:
        self.archive = b""
        self.untold: list[str] = []
        self._reader = reader
        self._found: list[Match] = []
        self._begun = False
        self._kept: bytearray | None = None

    def feed(self, piece: bytes) -> None:
        if not self._begun:
            self._begun = True
            self._kept = bytearray() if bounds.archive(piece) else None
        if self._kept is not None:
            self._keep(piece)
        if len(self._found) <= MOST:
            self._found += self._reader.feed(piece)

    def _keep(self, piece: bytes) -> None:
        if self._kept is not None and len(self._kept) + len(piece) <= HELD:
            self._kept += piece
        else:
            self._kept = None
            self.untold.append("an archive too large to be held")

    def matches(self) -> list[Match]:
        """Come to the end; `archive` is then what was kept."""
        self.archive = bytes(self._kept or b"")
        return [*self._found, *(self._reader.close() if len(self._found) <= MOST else ())]


def _named(archive: Archive, needles: Needles) -> Iterator[tuple[str, str]]:
    """Yield the names of members that hold a secret, or lead to one that does, each with its kind."""
    listed = [(member.name, f" {member.name} {member.link}") for member in archive.members]
    lines = "\n".join(text.replace("\n", " ").replace("\0", " ") for _, text in listed)
    for match in scan.content(lines.encode("utf-8", "surrogateescape"), needles):
        yield listed[(match.line or 1) - 1][0], f"{match.kind}, in the name of a member"
