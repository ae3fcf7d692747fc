"""Where the project is on GitHub."""

from __future__ import annotations

import pytest

from release_tools.errors import UsageError
from release_tools.github import repository as github_repository

ENTERPRISE = "https://code.example.com/api/v3"


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/owner/project", "https://github.com/owner/project.git", "https://github.com/owner/project/",
        "https://user@github.com/owner/project.git", "git@github.com:owner/project.git", "github.com:owner/project",
        "ssh://git@github.com/owner/project.git", "ssh://git@ssh.github.com:443/owner/project.git",
        "git://github.com/owner/project.git", "https://GitHub.com/owner/project",
    ],
)  # fmt: skip
def test_the_remote_tells_the_repository(remote: str) -> None:
    """In each form in which git takes it."""
    found = github_repository.of({}, remote)
    assert found is not None
    assert (found.name, found.api, found.token) == ("owner/project", github_repository.API, "")


@pytest.mark.parametrize(
    "remote",
    [
        None, "", "../remote", "/srv/git/project.git", "https://git.example.com/owner/project", "C:/code/project",
        "https://github.com.example.com/owner/project", "git@example.com:github.com/owner", "https://github.com/owner",
        "https://github.com/owner/project/tree", "https://github.com/owner/..", "file:///github.com/owner/project",
    ],
)  # fmt: skip
def test_a_remote_elsewhere_is_none(remote: str | None) -> None:
    """A host that only looks like it gets no request, and so no token."""
    assert github_repository.of({"GH_TOKEN": "word"}, remote) is None


def test_a_workflow_run_says_it_itself() -> None:
    """Its variables win over the remote; the token of the run over that of a person."""
    variables = {
        "GITHUB_REPOSITORY": "owner/project", "GITHUB_API_URL": f"{ENTERPRISE}/", "GITHUB_TOKEN": "run\n",
        "GH_TOKEN": "me",
    }  # fmt: skip
    found = github_repository.of(variables, "https://github.com/somebody/else")
    assert found is not None
    assert (found.name, found.api, found.token) == ("owner/project", ENTERPRISE, "run")
    assert "run" not in repr(found)


def test_an_installation_of_its_own_has_its_remotes_there() -> None:
    """The host of the address that is given is one of GitHub's."""
    found = github_repository.of({"GITHUB_API_URL": ENTERPRISE}, "git@code.example.com:owner/project.git")
    assert found is not None
    assert (found.name, found.api) == ("owner/project", ENTERPRISE)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"GITHUB_API_URL": "http://code.example.com"}, "GITHUB_API_URL: an address begins with https"),
        ({"GITHUB_API_URL": "https://a:b@code.example.com"}, "GITHUB_API_URL: an address holds no credentials"),
        ({"GITHUB_REPOSITORY": "owner"}, "GITHUB_REPOSITORY=owner is no repository"),
        ({"GITHUB_REPOSITORY": "../../user"}, "is no repository"),
        ({"GITHUB_REPOSITORY": "owner/.."}, "is no repository"),
        ({"GITHUB_TOKEN": "one\ntwo"}, "GITHUB_TOKEN holds something that is no token"),
    ],
)
def test_a_wrong_variable_is_refused_by_name(variables: dict[str, str], words: str) -> None:
    """Nothing is asked, and no part of a token is told."""
    with pytest.raises(UsageError, match=words) as caught:
        github_repository.of(variables, "https://github.com/owner/project")
    assert "two" not in str(caught.value)
