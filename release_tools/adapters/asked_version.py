"""Asks the build backend for the version of a commit: metadata alone, away from the working tree."""

from __future__ import annotations

from pathlib import Path

from release_tools.adapters import backend, build_site, files, working_tree
from release_tools.adapters.build_site import Order, Site
from release_tools.adapters.parallel import together
from release_tools.errors import Refused

LIMIT = 300.0


def ask(order: Order, dist: Path) -> str:
    """Return the version that the backend tells; raises Refused, ServiceFailed or UsageError where it tells none."""
    with files.private_folder("ask") as folder, working_tree.unchanged(order.repository, dist, folder):
        return _told(order, folder)


def _told(order: Order, folder: Path) -> str:
    isolated = build_site.isolated(order, folder)
    site = Site(order, backend.ONE, folder, isolated)
    with build_site.at_work(isolated.temporary, site.temporary):
        together([isolated.create, site.clone])
        asked = site.backend(site.source)
        isolated.install(asked.system_requires())
        isolated.install(asked.requires("wheel"))
        version = asked.version(site.made("metadata"))
    if not version:
        raise Refused("its metadata state no version", state=backend.UNTOUCHED, fix="mend the build backend")
    return version
