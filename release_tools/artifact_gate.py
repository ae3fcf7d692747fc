"""What gets past `build`: the files of a release as read beside its commit, and what the checks say of them.

All that reads and judges is imported when it is first needed: it takes as long as a hook of the backend.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from release_tools.config import Config
from release_tools.model import Finding
from release_tools.supply import Supply

if TYPE_CHECKING:
    from release_tools.adapters.twice import Pair
    from release_tools.identity.tree import SourceTree


def load() -> None:
    """Import what reads and judges, while there is time for it."""
    from release_tools import checks
    from release_tools.adapters import twine_check
    from release_tools.identity import trace  # noqa: F401 - imported for later

    twine_check.load()
    checks.of((*checks.DISTRIBUTIONS, *checks.EVERYWHERE))


def read(pair: Pair, tree: SourceTree, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return what the files tell, by themselves and beside the commit."""
    from release_tools import inspection
    from release_tools.identity.trace import lineage
    from release_tools.secret_scan import values

    facts = inspection.facts((pair.wheel, pair.sdist), values.needles(environment))
    whole = facts["sdists"] and facts["wheels"]
    found = lineage(tree, facts["sdists"][0], facts["wheels"][0]) if whole else None
    return {**facts, "lineage": found, "losses": {pair.wheel.name: found.loss} if found else {}}


def findings(config: Config, facts: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what the checks say, from the facts of the files and of their source."""
    from release_tools import checks, inspection

    subjects = (*checks.DISTRIBUTIONS, *checks.EVERYWHERE)
    return tuple(checks.findings(checks.of(subjects), Supply(inspection.MORE, **facts), config))
