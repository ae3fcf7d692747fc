"""Normalising an sdist: the same bytes whenever, wherever and by whomever it was built, and the same contents."""

from __future__ import annotations

import io
import tarfile

from release_tools.distributions import sdist
from release_tools.distributions.normalise import normalise
from tests import archives
from tests.archives import SDIST, TOP

EPOCH = 1_700_000_000


def normalised(content: bytes) -> bytes:
    """Return an sdist in its settled form."""
    target = io.BytesIO()
    normalise(io.BytesIO(content), target, EPOCH)
    return target.getvalue()


def test_what_tells_of_the_moment_is_gone() -> None:
    """Gzip time, member times, owners and modes no longer matter."""
    one = normalised(archives.sdist_bytes(time=1, mtime=2, mode=0o600, owner="sam"))
    other = normalised(archives.sdist_bytes(time=9, mtime=8, mode=0o664, owner="kim"))
    assert one == other
    read = sdist.read(SDIST, io.BytesIO(one))
    assert read.gzip_time == EPOCH
    assert {(member.time, member.mode, member.owner) for member in read.members} == {(EPOCH, 0o644, "0:0::")}


def test_names_order_and_contents_stay() -> None:
    """Nothing else is touched, and a second time changes nothing at all."""
    content = archives.sdist_bytes({f"{TOP}/zeta": b"z", f"{TOP}/{'long' * 60}": b"l", f"{TOP}/ünï": b"u"})
    before, after = (sdist.read(SDIST, io.BytesIO(each)) for each in (content, normalised(content)))
    assert [(each.name, each.sha256) for each in before.members] == [(each.name, each.sha256) for each in after.members]
    assert normalised(normalised(content)) == normalised(content)


def test_links_folders_and_programs_stay_what_they_are() -> None:
    """A folder and a program keep their bits, a link its target; times in extended headers go."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, kind, mode in (
            ("dir", tarfile.DIRTYPE, 0o700),
            ("run", tarfile.REGTYPE, 0o777),
            ("to", tarfile.SYMTYPE, 0),
        ):
            info = tarfile.TarInfo(f"{TOP}/{name}")
            info.type, info.mode, info.linkname = kind, mode, "run" if kind == tarfile.SYMTYPE else ""
            info.mtime = 12.5
            archive.addfile(info, io.BytesIO() if kind == tarfile.REGTYPE else None)
    with tarfile.open(fileobj=io.BytesIO(normalised(file.getvalue()))) as archive:
        found = {info.name.removeprefix(f"{TOP}/"): info for info in archive}
    assert (found["dir"].mode, found["run"].mode) == (0o755, 0o755)
    assert (found["to"].issym(), found["to"].linkname) == (True, "run")
    assert {info.mtime for info in found.values()} == {EPOCH}
    assert not any("mtime" in info.pax_headers for info in found.values())
