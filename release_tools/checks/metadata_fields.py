"""What the index asks of single fields, beyond the core metadata specification."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from release_tools.checks import Problem, check, listed
from release_tools.checks.metadata import told
from release_tools.distributions import Archive
from release_tools.distributions.addresses import email_fault, url_fault
from release_tools.distributions.metadata import Fields, shown, stated

SUMMARY = 512
LABEL = 32
NORMAL_EXTRAS_SINCE = Version("2.3")


@check()
def version_public(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Release a version without a local part (`+...`). Specification: version specifiers, local version identifiers."""
    yield from told(archives, _local_version)


@check()
def summary_short(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Say in one line of 512 characters what the project is, the rest in the readme. Core metadata, Summary."""
    yield from told(archives, _long_summary)


@check()
def emails_valid(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Write an address as `jane@example.org` or `Jane Doe <jane@example.org>`. Core metadata, Author-email."""
    yield from told(archives, _emails)


@check()
def urls_valid(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Write whole addresses, https://..., each with a label of 32 characters at most. Core metadata, Project-URL."""
    yield from told(archives, _urls)


@check()
def dependencies_indexed(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Depend on what is on the index, by name and version: no `name @ address`. Core metadata, Requires-Dist."""
    yield from told(archives, _direct)


@check()
def dynamic_allowed(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Name under Dynamic only fields that a build may fill. Core metadata, Dynamic (PEP 643)."""
    yield from told(archives, _dynamic)


@check("warning")
def extras_normal(archives: tuple[Archive, ...]) -> Iterator[Problem]:
    """Spell each extra once, in lower case with hyphens. Core metadata, Provides-Extra (PEP 685)."""
    yield from told(archives, _same_extras)
    yield from told(archives, _odd_extras, "note")


def _local_version(fields: Fields) -> Iterator[str]:
    try:
        local = Version(stated(fields, "version")).local
    except InvalidVersion:
        return
    if local:
        yield f"Version is {shown(stated(fields, 'version'))}, with a local part"


def _long_summary(fields: Fields) -> Iterator[str]:
    length = len(stated(fields, "summary"))
    if length > SUMMARY:
        yield f"Summary has {length} characters: {shown(fields['summary'])}"


def _emails(fields: Fields) -> Iterator[str]:
    for name in ("author_email", "maintainer_email"):
        if fault := email_fault(stated(fields, name)):
            yield f"{_named(name)} is {shown(fields[name])}: {fault}"


def _urls(fields: Fields) -> Iterator[str]:
    for name in ("home_page", "download_url"):
        if (url := stated(fields, name)) and (fault := url_fault(url)):
            yield f"{_named(name)} is {shown(url)}: {fault}"
    for label, url in fields.get("project_urls", {}).items():
        if fault := _label_fault(label) or ("" if url else "no address") or url_fault(url):
            yield f"Project-URL is {shown(f'{label}, {url}' if url else label)}: {fault}"


def _label_fault(label: str) -> str:
    if not label:
        return "there is no label before the comma"
    return f"the label has {len(label)} characters, more than {LABEL}" if len(label) > LABEL else ""


def _direct(fields: Fields) -> Iterator[str]:
    for text in fields.get("requires_dist", []):
        # What is no requirement at all is told of the metadata already.
        requirement = _requirement(text) if "@" in text else None
        if requirement and requirement.url:
            yield f"Requires-Dist is {shown(text)}: a direct address"
    for name in ("provides_dist", "obsoletes_dist"):
        for text in fields.get(name, []):
            requirement = _requirement(text)
            if requirement is None or requirement.url:
                fault = "a direct address" if requirement else "no requirement"
                yield f"{_named(name)} is {shown(text)}: {fault}"


def _requirement(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None


def _dynamic(fields: Fields) -> Iterator[str]:
    if any(each.lower() == "dynamic" for each in fields.get("dynamic", [])):
        yield "Dynamic names itself, which no build may fill"


def _same_extras(fields: Fields) -> Iterator[str]:
    seen: dict[str, str] = {}
    for each in fields.get("provides_extra", []):
        name = canonicalize_name(each)
        if name in seen:
            yield f"Provides-Extra is {shown(seen[name])} and {shown(each)}: the same extra"
        seen[name] = each


def _odd_extras(fields: Fields) -> Iterator[str]:
    try:
        is_new = Version(stated(fields, "metadata_version")) >= NORMAL_EXTRAS_SINCE
    except InvalidVersion:
        return
    odd = [each for each in fields.get("provides_extra", []) if canonicalize_name(each) != each]
    if is_new and odd:
        yield f"Provides-Extra is spelled otherwise by installers: {listed(list(map(shown, odd)))}"


def _named(name: str) -> str:
    """Return the name of a field as the specification spells it."""
    spelled = name.replace("_", "-").capitalize()
    return "Download-URL" if name == "download_url" else spelled
