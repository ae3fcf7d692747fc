"""What the README, the pages in `docs/` and the changelog say is true of the code.

`python -m tests.test_paper` writes the page that is generated.
"""

from __future__ import annotations

import ast
import inspect as looking
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import TypeGuard, get_args

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from readme_renderer.clean import clean

from release_tools import checks, config, credentials, errors, options, pipeline, targets, text, toml
from release_tools.adapters import constraints, oidc, sending, users_index
from release_tools.checks import Check
from release_tools.github import repository
from release_tools.ledger import SCHEMA, Ledger, Record
from release_tools.model import Distribution, Severity
from release_tools.stages import inspect

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
CHECKS = DOCS / "checks.md"
REPOSITORY = "https://github.com/nox-release-tools/nox-release-tools"
IN_REPOSITORY = re.compile(rf"{REPOSITORY}/(?:blob|tree)/main/(?P<path>[^#]+)(?:#(?P<anchor>.*))?")
COMMANDS = """\
python -m pip install nox && nox -s release      # rehearses the whole release of this very project
python -m pip install nox && nox -s tests        # passes its tests
"""
LONGEST = 150
CODES = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
PACKAGE = ROOT / "release_tools"
Table = type[config.Config] | type[config.Override] | type[config.TargetTable] | type[config.Publisher]


HEAD = """\
# Checks

<!-- Written by `python -m tests.test_paper`. Change the docstrings of the checks, not this page. -->

Each finding names its check. It says what is wrong, where, and what to do: what stands here, unless the check knows
something better. A finding of severity `error` refuses the stage with exit code 3. A `warning` and a `note` are shown
and pass. *To do in a rehearsal* means that a rehearsal lists it under "Before you tag" and goes on. *In part* means
that a check is milder or stricter for some of what it finds: the screen tells the severity of each finding.
[Configuration](configuration.md#checks) says how to change a severity.
"""
ALONE = """\
## Of `inspect` alone

| check | severity | what to do |
| --- | --- | --- |
| `{}` | error | Name a wheel or an sdist that can be read; it is no check that could be configured. |
"""


def page_of_checks() -> str:
    """Write the page of all checks from their own docstrings."""
    parts = {"source": checks.SOURCE, "distributions": checks.DISTRIBUTIONS, "installed project": checks.INSTALLED}
    pages = (line for name, subjects in parts.items() for line in (f"## Of the {name}\n", *map(section, subjects)))
    return "\n".join([HEAD, *pages, ALONE.format(inspect.UNREADABLE)])


def section(subject: str) -> str:
    """Write the checks of one subject as a table."""
    every = checks.of((subject,))
    cells = [(f"`{each.id}`", severity(each), " ".join(each.remedy.split()).replace("|", r"\|")) for each in every]
    table = [f"| {' | '.join(row)} |" for row in (("check", "severity", "what to do"), ("---",) * 3, *cells)]
    deciding = [f"`{each.id}`" for each in every if each.alignment]
    verdict = f"The verdict follows from {', '.join(deciding)}." if deciding else "None of these decides the verdict."
    return "\n".join([f"### {subject.replace('_', ' ').capitalize()}", "", *table, "", verdict, ""])


def severity(each: Check) -> str:
    """Write how serious the findings of a check are, and what else some of them may be."""
    others = severities_in(each.judge) - {each.severity}
    told = [WORDS.get(name, name) for name in get_args(Severity) if name in others]
    todo = (WORDS["todo"],) if each.todo else ()
    return "; ".join((each.severity, *todo, *((f"in part {' or '.join(told)}",) if told else ())))


WORDS = {"todo": "to do in a rehearsal"}


def severities_in(function: object) -> set[str]:
    """Return the severities that a check writes out, itself or in the functions of checks that it calls."""
    found: set[str] = set()
    seen: set[FunctionType] = set()
    ahead = [function]
    while ahead:
        each = ahead.pop()
        if not is_of_checks(each) or each in seen:
            continue
        seen.add(each)
        nodes = [node for part in body(each) for node in ast.walk(part)]
        found |= {str(node.value) for node in nodes if isinstance(node, ast.Constant)} & {*get_args(Severity)}
        ahead += [each.__globals__.get(node.id) for node in nodes if isinstance(node, ast.Name)]
    return found


def body(function: FunctionType) -> list[ast.stmt]:
    """Return what a function does, without its decorators."""
    (definition,) = ast.parse(looking.getsource(function)).body
    assert isinstance(definition, ast.FunctionDef)
    return definition.body


def is_of_checks(value: object) -> TypeGuard[FunctionType]:
    """Whether a value is a function of a file of checks."""
    return isinstance(value, FunctionType) and value.__module__.startswith(f"{checks.__name__}.")


def tokens(path: Path) -> list[Token]:
    """Parse a page."""
    return MarkdownIt().enable("table").parse(path.read_text(encoding="utf-8"))


def inline(path: Path) -> Iterator[Token]:
    """Yield the smallest parts of a page: links, images, code."""
    for token in tokens(path):
        yield from token.children or ()


def links(path: Path) -> list[str]:
    """Return where the links and images of a page lead."""
    found = (token.attrGet("href") or token.attrGet("src") for token in inline(path))
    return [str(each) for each in found if each]


def headings(path: Path) -> list[str]:
    """Return the headings of a page."""
    every = tokens(path)
    return [every[at + 1].content for at, token in enumerate(every) if token.type == "heading_open"]


def anchors(path: Path) -> set[str]:
    """Return the names by which headings are linked to."""
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings(path)}


def rows(path: Path) -> list[list[str]]:
    """Return the rows of all tables of a page as written, each a list of its cells."""
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def first_cells(path: Path) -> list[str]:
    """Return what stands first in the rows of all tables, without its marks of code."""
    return [row[0].strip("`") for row in rows(path)]


def broken(page: Path, link: str) -> bool:
    """Whether a link of a page leads nowhere within this repository."""
    if found := IN_REPOSITORY.fullmatch(link):
        path, anchor = ROOT / found["path"], found["anchor"]
    elif link.startswith("https://"):
        return False
    else:
        name, _, anchor = link.partition("#")
        path = page.parent / name if name else page
    return not path.exists() or (bool(anchor) and anchor not in anchors(path))


def keys(table: Table) -> set[str]:
    """Return the keys of a table of the configuration as people write them."""
    return {field.name.replace("_", "-") for field in fields(table)}


@cache
def read_in_code() -> set[str]:
    """Return the names of the settings that the package asks for anywhere."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("config", "table", "override"):
                found.add(node.attr.replace("_", "-"))
    return found


def test_the_readme_is_short() -> None:
    """The README has fewer than 150 lines."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < LONGEST


def test_the_readme_holds_the_two_commands() -> None:
    """The two lines that everything hangs on stand in a block of code, in their agreed wording."""
    blocks = [token.content for token in tokens(ROOT / "README.md") if token.type in ("fence", "code_block")]
    assert COMMANDS in blocks


def test_the_readme_needs_no_other_file() -> None:
    """On the index there is only the README: it has no images, and each link is a whole address."""
    page = ROOT / "README.md"
    assert [link for link in links(page) if not link.startswith(REPOSITORY)] == []
    assert [token for token in inline(page) if token.type == "image"] == []


def test_the_readme_renders_on_the_index() -> None:
    """What the index removes from a page removes nothing of ours: every heading, table and block of code is left."""
    html = MarkdownIt().enable("table").render((ROOT / "README.md").read_text(encoding="utf-8"))
    cleaned = clean(html)
    assert cleaned is not None
    for tag in ("<h1", "<h2", "<table", "<tr", "<td", "<pre", "<code", "<a ", "<li", "<p"):
        assert cleaned.count(tag) == html.count(tag), tag
    assert not [token for token in tokens(ROOT / "README.md") if token.type == "html_block"]


@pytest.mark.parametrize("path", [ROOT / "README.md", DOCS / "sessions.md"], ids=lambda path: path.name)
def test_every_stage_is_told_of(path: Path) -> None:
    """The tables of sessions name every stage, in order, with release last."""
    named = [cell for cell in first_cells(path) if cell in (*pipeline.NAMES, "release")]
    assert named == [*pipeline.NAMES, "release"]


@pytest.mark.parametrize("path", [ROOT / "README.md", DOCS / "exit-codes.md"], ids=lambda path: path.name)
def test_every_exit_code_is_told_of(path: Path) -> None:
    """The tables of exit codes hold exactly the codes there are."""
    told = {int(number) for cell in first_cells(path) for number in cell.split(", ") if number.isdigit()}
    assert told == CODES


@pytest.mark.parametrize("stage", [*pipeline.STAGES, pipeline.RELEASE], ids=lambda stage: stage.name)
def test_a_stage_has_its_section(stage: pipeline.Stage) -> None:
    """The page of sessions gives for each its own title and the evidence that its gates demand."""
    text = (DOCS / "sessions.md").read_text(encoding="utf-8")
    found = re.search(rf"(?ms)^## {stage.name}\n(.*?)(?=^## |\Z)", text)
    assert found is not None
    evidence = re.search(r"(?m)^- \*\*Evidence:\*\* (.*)$", found[1])
    assert found[1].startswith(f"\n{stage.title}\n")
    assert evidence is not None
    assert re.findall(r"`([a-z]+)`", evidence[1].partition(";")[0]) == list(stage.gates)


@pytest.mark.parametrize(
    ("heading", "table"),
    [
        ("The table", config.Config),
        ("Checks", config.Override),
        ("Targets", config.TargetTable),
        ("Publisher", config.Publisher),
    ],
)
def test_every_key_is_told_of(heading: str, table: Table) -> None:
    """The page of the configuration lists exactly the keys there are, and says truly which ones have an effect."""
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    found = re.search(rf"(?ms)^## {heading}\n(.*?)(?=^## |\Z)", text)
    assert found is not None
    cells = [re.split(r"(?<!\\) \| ", row.strip("| ")) for row in re.findall(r"(?m)^\| `.*$", found[1])]
    assert {row[0].strip("`") for row in cells} == keys(table)
    for row in cells:
        name = row[0].strip("`")
        if row[-1] in ("yes", "not yet"):
            assert (row[-1] == "yes") == (name in read_in_code()), name


def test_variables_are_told_of() -> None:
    """Each variable that the page of the configuration lists does change the options, and none is left out."""
    listed = {cell for cell in first_cells(DOCS / "configuration.md") if cell.startswith("RELEASE_")}
    positional = ("command", "chain", "paths", "version")
    settable = [field for field in fields(options.Options) if field.name not in positional]
    values = {f"RELEASE_{field.name.upper()}": "tag" if field.name == "mode" else "1" for field in settable}
    assert listed - {"RELEASE_BUILD_TIMEOUT"} == values.keys()
    for name, value in values.items():
        reason = {"RELEASE_BECAUSE": "it has one"} if name == "RELEASE_UNATTESTED" else {}
        assert options.read(["validate"], {name: value, **reason}) != options.read(["validate"], reason), name


OTHERS_VARIABLES = (
    targets.OVERRIDE,
    credentials.FOR_ALL,
    *(oidc.REQUEST_URL, oidc.REQUEST_TOKEN),
    *(repository.ADDRESS, repository.REPOSITORY, *repository.TOKENS),
    *(*users_index.OF_UV, *users_index.FORBIDDING),
    *constraints.VARIABLES,
    *sending.NEEDED,
)


@pytest.mark.parametrize("name", sorted({*OTHERS_VARIABLES}))
def test_variables_of_others_are_told_of(name: str) -> None:
    """Each variable that others define and that is read here stands on the page of the configuration."""
    assert name in in_code(DOCS / "configuration.md")


def in_code(page: Path) -> set[str]:
    """Return the pieces of a page that are marked as code."""
    return {token.content for token in inline(page) if token.type == "code_inline"}


def test_variables_that_are_read_in_place_are_told_of() -> None:
    """Each variable whose name stands where it is read is on the page of the configuration, and none is left out."""
    assert sorted(read_in_place() - in_code(DOCS / "configuration.md")) == []


def read_in_place() -> set[str]:
    """Return the variables that the package asks its environment for by a text."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and is_asking(node.func) and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
    return found


def is_asking(function: ast.expr) -> bool:
    """Whether an expression is the `get` of an environment."""
    return re.search(r"environ(?:ment)?(?:'\))?\.get$", ast.unparse(function)) is not None


def test_what_counts_as_a_secret_is_told_as_it_is() -> None:
    """The page of the configuration names every word by which a variable counts as a secret, and those that do not."""
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    told = re.search(r"(?s)A variable counts as a secret(.*?)It does not count(.*?)\n\n", page)
    assert told is not None
    secret, plain = (re.findall(r"`([A-Za-z]\w+)`", part) for part in told.groups())
    assert [name for name in secret if not text.is_secret_name(name)] == []
    assert [name for name in plain if text.is_secret_name(name)] == []
    words = re.findall(r"(?<![!_A-Z])[A-Z]{3,}(?:_\?[A-Z]+)*", text.SECRET_NAME.pattern)
    assert {word.replace("?", "").replace("IALS", "IAL") for word in words} - {"FILE", "SOCK"} <= {*secret}
    assert {*secret} >= text.ALSO_SECRET
    assert f"from {text.SHORTEST_SECRET} characters on" in page


def test_every_field_of_the_ledger_is_told_of() -> None:
    """The page of the ledger lists every field of it, of a record and of a distribution, and its schema."""
    told = {cell.rpartition(".")[2] for cell in first_cells(DOCS / "ledger.md")}
    wanted = {field.name for table in (Ledger, Record, Distribution) for field in fields(table)} - {"evidence"}
    assert wanted <= told
    assert f"The schema is {SCHEMA}." in (DOCS / "ledger.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("page", "folder", "names"),
    [
        ("exit-codes.md", "stages", {"document"}),
        ("ledger.md", "stages", {"evidence", "_evidence", "_origin", "_bound"}),
        ("ledger.md", "credentials", {"evidence"}),
    ],
)
def test_every_key_that_is_given_is_told_of(page: str, folder: str, names: set[str]) -> None:
    """Each key that a stage puts into its JSON answer, or into its record, stands on the page about that."""
    given = keys_given(folder, names)
    assert given
    assert sorted(given - in_code(DOCS / page)) == []


def keys_given(folder: str, names: set[str]) -> set[str]:
    """Return the keys of the tables that a folder gives under these names: as arguments, values or results."""
    found = set()
    for path in (PACKAGE / folder).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if named(node) in names:
                tables = (each for each in ast.walk(node) if isinstance(each, ast.Dict))
                found |= {key.value for table in tables for key in table.keys if isinstance(key, ast.Constant)}
    return {str(key) for key in found}


def named(node: ast.AST) -> str | None:
    """Return the name under which an argument, a value or a result is given."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return node.arg if isinstance(node, ast.keyword) else node.name if isinstance(node, ast.FunctionDef) else None


def test_what_is_read_in_code_is_marked_as_code() -> None:
    """The reader of pages finds what is marked as code, also within the cells of tables."""
    assert {"schema", "verdict", "file", "accepted"} <= in_code(DOCS / "exit-codes.md")


def test_the_tour_is_of_this_package() -> None:
    """The tour names every folder and every module of the package, and nothing that does not exist."""
    told = {cell.removesuffix("/") for cell in first_cells(DOCS / "architecture.md")} - {"file", "---"}
    assert told == {path.name for path in PACKAGE.iterdir()} - {"__init__.py", "__pycache__", "py.typed"}


def test_the_page_of_checks_is_current() -> None:
    """The page of checks is what the checks say of themselves; `python -m tests.test_paper` writes it."""
    assert CHECKS.read_text(encoding="utf-8") == page_of_checks()


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ("metadata-complete", "warning; in part error"),
        ("changelog-has-entry", "error; in part warning or to do in a rehearsal"),
        ("wheel-tag-accepted", "error; in part to do in a rehearsal"),
        ("entry-points-valid", "error; in part warning"),
        ("tree-clean", "error; to do in a rehearsal; in part warning"),
        ("member-names", "error"),
    ],
)
def test_what_a_check_may_also_be_is_told(check: str, told: str) -> None:
    """The page tells which other severities a check gives to some of what it finds."""
    every = checks.of((*checks.SOURCE, *checks.DISTRIBUTIONS, *checks.INSTALLED))
    assert next(severity(each) for each in every if each.id == check) == told


def test_every_subject_of_checks_is_used() -> None:
    """No file of checks is forgotten in the list of those that run."""
    there = {path.stem for path in (PACKAGE / "checks").glob("*.py")} - {"__init__"}
    assert there == {*checks.SOURCE, *checks.DISTRIBUTIONS, *checks.INSTALLED}


def test_every_check_has_a_remedy() -> None:
    """Each check has an id of its own in kebab case and says in one to three sentences what to do."""
    every = checks.of((*checks.SOURCE, *checks.DISTRIBUTIONS, *checks.INSTALLED))
    assert len({each.id for each in every}) == len(every)
    for each in every:
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", each.id), each.id
        assert 1 <= len(re.findall(r"[.!?](?=\s|$)", each.remedy)) <= 3, each.remedy


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CHANGELOG.md", *PAGES], ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Each link to a file or a heading of this repository finds it."""
    assert [link for link in links(page) if broken(page, link)] == []


@pytest.mark.parametrize("link", ["nowhere.md", "index.md#nowhere", f"{REPOSITORY}/blob/main/nowhere.md", "#nowhere"])
def test_a_broken_link_is_found(link: str) -> None:
    """The test of links does find one that leads nowhere."""
    assert broken(DOCS / "index.md", link)


def blocks(path: Path, language: str) -> list[str]:
    """Return the blocks of code of a page that are in one language."""
    return [token.content for token in tokens(path) if token.type == "fence" and token.info == language]


SETTINGS = [(page, block) for page in (ROOT / "README.md", *PAGES) for block in blocks(page, "toml")]


@pytest.mark.parametrize(("page", "block"), SETTINGS, ids=lambda value: getattr(value, "name", ""))
def test_settings_that_are_shown_are_accepted(page: Path, block: str) -> None:
    """Each piece of pyproject.toml on a page is one that is read without a complaint, and does set something."""
    every = checks.of((*checks.SOURCE, *checks.DISTRIBUTIONS, *checks.INSTALLED))
    assert config.read(toml.parse(block), frozenset(each.id for each in every)) != config.Config(), page.name


def test_the_workflow_that_is_shown_is_pinned_as_ours_are() -> None:
    """The workflow on the page on publishing takes the very actions of our own workflows, and gives no run a secret."""
    (shown,) = blocks(DOCS / "publishing.md", "yaml")
    ours = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml"))
    used = re.findall(r"uses: (.*)", shown)
    assert used
    assert [action for action in used if f"uses: {action}\n" not in ours] == []
    assert "secrets." not in shown


SESSION = re.compile(r"nox -s ([a-z-]+)")
OF_PROJECTS = {"tests", "check"}


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda path: path.name)
def test_commands_that_are_shown_exist(page: Path) -> None:
    """Each session that a page tells to run is one of ours, or one that a project may well have."""
    shown = [token.content for token in (*tokens(page), *inline(page)) if token.type in ("fence", "code_inline")]
    named = {name for code in shown for name in SESSION.findall(code)}
    assert named <= {*pipeline.NAMES, pipeline.RELEASE.name, *(each.name for each in pipeline.HELPERS), *OF_PROJECTS}


def test_every_page_is_reached_from_the_index() -> None:
    """Whoever starts at the contents reaches every page."""
    reached, ahead = set(), {DOCS / "index.md"}
    while ahead:
        page = ahead.pop()
        reached.add(page)
        ahead |= {
            page.parent / link.partition("#")[0] for link in links(page) if re.match(r"[\w-]+\.md", link)
        } - reached
    assert {path.name for path in PAGES} == {path.name for path in reached if path.parent == DOCS}


def test_headings_of_the_changelog_can_be_linked_to() -> None:
    """Each release of the changelog is a link with its definition."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    titles = re.findall(r"(?m)^## (.*)$", text)
    names = [re.fullmatch(r"\[([^\]]+)\](?: - \d{4}-\d\d-\d\d)?", title) for title in titles]
    assert titles
    assert [name[1] for name in names if name] == re.findall(rf"(?m)^\[([^\]]+)\]: {REPOSITORY}/\S+$", text)
    assert None not in names


def test_the_changelog_says_where_notes_go() -> None:
    """The changelog says where its entries become release notes."""
    assert "`dist/RELEASE_NOTES.md`" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    CHECKS.write_text(page_of_checks(), encoding="utf-8")
