"""Reads a tar archive from its first block to its last: each header once, each content once, and what stands behind."""

from __future__ import annotations

from collections.abc import Iterator

from release_tools.distributions import Kind, Member, limits, tar_header
from release_tools.distributions.container import Stream
from release_tools.distributions.content import Content, Keeper, Listener, absorb
from release_tools.distributions.faults import BOUNDED, FEATURES, FRAMING, HEADERS, READABLE, Broken, Faults
from release_tools.distributions.tar_header import BLOCK, Extensions, Header

EXTENDING = {tar_header.LONG_NAME, tar_header.LONG_LINK, tar_header.EXTENDED, tar_header.GLOBAL, tar_header.SOLARIS}
ZEROS = bytes(BLOCK)
NOTHING = Content("", 0, 0, b"", None)


class Reader:
    """One pass over a tar; `members` are those before whatever ended it."""

    def __init__(self, stream: Stream, faults: Faults, keeper: Keeper, listener: Listener | None = None) -> None:
        self.members: list[Member] = []
        self._stream = stream
        self._faults = faults
        self._keeper = keeper
        self._listener = listener
        self._extensions = Extensions()
        self._files: dict[str, Member] = {}
        self._headers = self._names = 0
        self._position = 0

    def read(self) -> None:
        """Read all; raises Broken where that is not possible."""
        while (block := self._block()) != ZEROS:
            header = tar_header.parse(block, self._position - BLOCK, self._faults)
            self._count()
            if header.type in EXTENDING:
                self._extend(header)
            else:
                self._add(self._extensions.applied(header, self._faults))
        if self._extensions.waiting():
            self._faults.add(HEADERS, "an extended header has no member")
        self._finish()

    def _block(self) -> bytes:
        block = self._stream.take(BLOCK)
        self._position += BLOCK
        if len(block) < BLOCK:
            raise Broken(READABLE, "it is cut off: a tar ends in blocks of zeros")
        return block

    def _count(self) -> None:
        """Bound the headers: of members, and of what only extends them."""
        self._headers += 1
        if len(self.members) == limits.MEMBERS or self._headers > 3 * limits.MEMBERS:
            raise Broken(BOUNDED, f"it has more than {limits.MEMBERS} members")

    def _extend(self, header: Header) -> None:
        if header.size > limits.EXTENSION:
            raise Broken(BOUNDED, f"a name or an extended header has {header.size} bytes")
        self._extensions.add(header.type, b"".join(self._pieces(header.size)), self._faults)

    def _pieces(self, size: int) -> Iterator[bytes]:
        """Yield the content of a member and pass over the rest of its last block."""
        left = size
        for piece in self._stream.pieces(size):
            left -= len(piece)
            yield piece
        padding = -size % BLOCK
        if left or len(self._stream.take(padding)) < padding:
            raise Broken(READABLE, "a member is cut off")
        self._position += size + padding

    def _add(self, header: Header) -> None:
        self._bound_names(header)
        name = tar_header.decoded(header.raw)
        kind = tar_header.kind(header)
        self._judge(header, kind, name)
        content = NOTHING
        if kind == "file" or (kind == "other" and header.type not in tar_header.EMPTY):
            content = self._content(name, header.size)
        link = tar_header.decoded(header.link) if kind in ("link", "hardlink") else ""
        same = self._files.get(link) if kind == "hardlink" else None
        member = Member(
            name=name,
            raw=header.raw,
            kind=kind,
            size=same.size if same else header.size,
            mode=header.mode,
            time=header.time,
            sha256=same.sha256 if same else content.sha256,
            script=same.script if same else content.script,
            head=same.head if same else content.head,
            link=link,
            owner=header.owner,
        )
        self.members.append(member)
        if kind == "file":
            self._files[name] = member

    def _bound_names(self, header: Header) -> None:
        longest = max(len(header.raw), len(header.link))
        if longest > limits.NAME:
            raise Broken(BOUNDED, f"a name or a link has {longest} bytes")
        self._names += len(header.raw) + len(header.link)
        if self._names > limits.NAMES:
            raise Broken(BOUNDED, f"its names have more than {limits.NAMES} bytes")

    def _judge(self, header: Header, kind: Kind, name: str) -> None:
        if header.type in tar_header.VOLUMES:
            raise Broken(FEATURES, "it is one volume of several, or an incremental backup")
        if header.size and kind != "file":
            self._faults.add(HEADERS, "a member that is no file has a content", name)

    def _content(self, name: str, size: int) -> Content:
        wanted = self._keeper.wants(name, size)
        content = absorb(name, self._pieces(size), keep=wanted, listener=self._listener)
        self._keeper.keep(name, content)
        return content

    def _finish(self) -> None:
        """See that nothing but some zeros stands behind the end, and nothing at all behind the compressed content."""
        zeros = 0
        for piece in self._stream.pieces(self._stream.total + limits.unpacked(0)):
            zeros += len(piece)
            if piece.strip(b"\0"):
                self._faults.add(FRAMING, "something stands behind the end of the tar")
            if zeros > limits.PADDING:
                raise Broken(BOUNDED, f"more than {limits.PADDING} bytes stand behind the end of the tar")
        if behind := self._stream.behind():
            second = behind.startswith(b"\x1f\x8b")
            what = "a second gzip member" if second else "something"
            self._faults.add(FRAMING, f"{what} stands behind the compressed tar")
