"""Where the project is on GitHub: as a workflow run says, else as the remote's address tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from release_tools.config import unsafe
from release_tools.errors import UsageError

API, HOST = "https://api.github.com", "github.com"
ADDRESS, REPOSITORY = "GITHUB_API_URL", "GITHUB_REPOSITORY"
TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*/(?!\.{1,2}$)[A-Za-z0-9_.-]+")
REMOTE = re.compile(
    r"(?:(?:https?|git|ssh)://)?(?:[^@/]*@)?(?P<host>[^:/@]+)(?::\d+)?[:/](?P<name>[^/]+/[^/]+?)(?:\.git)?/?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """One repository, the API that answers for it, and the token to ask with, which may be empty."""

    name: str
    api: str
    token: str = field(default="", repr=False)


def of(environment: Mapping[str, str], remote: str | None) -> Repository | None:
    """Return the project's repository; None where it has none there. Raises UsageError for a wrong variable."""
    api = (environment.get(ADDRESS) or API).rstrip("/")
    if wrong := unsafe(api):
        raise _unusable(f"{ADDRESS}: {wrong[0]}", wrong[1])
    named = environment.get(REPOSITORY, "")
    if named and not NAME.fullmatch(named):
        raise _unusable(f"{REPOSITORY}={named} is no repository", f"{REPOSITORY}=OWNER/NAME")
    name = named or _of_remote(remote or "", {HOST, f"ssh.{HOST}", str(urlsplit(api).hostname)})
    return Repository(name=name, api=api, token=_token(environment)) if name else None


def _of_remote(remote: str, hosts: set[str]) -> str:
    found = REMOTE.fullmatch(remote)
    here = found is not None and found["host"].lower() in hosts and NAME.fullmatch(found["name"])
    return found["name"] if found and here else ""


def _token(environment: Mapping[str, str]) -> str:
    variable = next((each for each in TOKENS if environment.get(each)), "")
    token = environment.get(variable, "").strip()
    if not re.fullmatch("[!-~]*", token):
        raise _unusable(f"{variable} holds something that is no token", f"set {variable} anew, or unset it")
    return token


def _unusable(what: str, fix: str) -> UsageError:
    return UsageError(what, state="nothing was asked", fix=fix)
