"""Attestations: who has none, those beside the files in `dist/`, what each says, and those that an index shows."""

from __future__ import annotations

from collections.abc import Mapping

from release_tools import credentials
from release_tools.config import Config, TargetTable
from release_tools.model import Target
from release_tools.options import Options


def why_none(target: Target, config: Config, options: Options, environment: Mapping[str, str]) -> str:
    """Return why a release to a target goes without attestations; empty where it must have them."""
    if target.rehearsal:
        return "attestations are signed with the identity of a CI job"
    table = config.targets.get(target.name, TargetTable())
    if credentials.kind(table, credentials.token_of(target, environment)) == "token":
        return "without trusted publishing an index takes no attestations"
    return f"unattested, because {options.because}" if options.unattested else ""
