"""Parses the core metadata of an archive, as far as it is of a size that can be parsed in a moment."""

from __future__ import annotations

from release_tools.distributions import limits, metadata
from release_tools.distributions.content import Keeper
from release_tools.distributions.faults import BOUNDED, Broken, Faults, listed
from release_tools.distributions.metadata import CoreMetadata


def read(content: bytes | None, keeper: Keeper, faults: Faults) -> CoreMetadata | None:
    """Return the metadata, None where there is none or too much of it; notes all that was too large to be kept."""
    if keeper.refused:
        faults.end(Broken(BOUNDED, f"too large to be read: {listed(keeper.refused)}"), keeper.refused[0])
    if content is None:
        return None
    fields = len(content.replace(b"\r\n", b"\n").partition(b"\n\n")[0])
    if len(content) > limits.METADATA or fields > limits.FIELDS:
        told = f"its metadata has {len(content)} bytes, {fields} of them before the description: more than is ever read"
        faults.end(Broken(BOUNDED, told))
        return None
    return metadata.read(content)
