"""What the README, the pages in `docs/` and the changelog say is true of the code.

`python -m tests.test_paper` writes the page that is generated.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from readme_renderer.clean import clean

from release_tools import checks, config, errors, options, pipeline
from release_tools.checks import Check
from release_tools.ledger import SCHEMA, Ledger, Record
from release_tools.model import Distribution

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
and pass. *To do in a rehearsal* means that a rehearsal lists it under "Before you tag" and goes on.
[Configuration](configuration.md#checks) says how to change a severity.
"""


def page_of_checks() -> str:
    """Write the page of all checks from their own docstrings."""
    parts = {"source": checks.SOURCE, "distributions": checks.DISTRIBUTIONS, "installed project": checks.INSTALLED}
    pages = (line for name, subjects in parts.items() for line in (f"## Of the {name}\n", *map(section, subjects)))
    return "\n".join([HEAD, *pages]).rstrip("\n") + "\n"


def section(subject: str) -> str:
    """Write the checks of one subject as a table."""
    every = checks.of((subject,))
    cells = [(f"`{each.id}`", severity(each), " ".join(each.remedy.split()).replace("|", r"\|")) for each in every]
    table = [f"| {' | '.join(row)} |" for row in (("check", "severity", "what to do"), ("---",) * 3, *cells)]
    deciding = [f"`{each.id}`" for each in every if each.alignment]
    verdict = f"The verdict follows from {', '.join(deciding)}." if deciding else "None of these decides the verdict."
    return "\n".join([f"### {subject.replace('_', ' ').capitalize()}", "", *table, "", verdict, ""])


def severity(each: Check) -> str:
    """Write how serious the findings of a check are."""
    return f"{each.severity}; to do in a rehearsal" if each.todo else each.severity


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


def test_every_field_of_the_ledger_is_told_of() -> None:
    """The page of the ledger lists every field of it, of a record and of a distribution, and its schema."""
    told = {cell.rpartition(".")[2] for cell in first_cells(DOCS / "ledger.md")}
    wanted = {field.name for table in (Ledger, Record, Distribution) for field in fields(table)} - {"evidence"}
    assert wanted <= told
    assert f"The schema is {SCHEMA}." in (DOCS / "ledger.md").read_text(encoding="utf-8")


def test_the_tour_is_of_this_package() -> None:
    """The tour names every folder of the package, and no file that does not exist."""
    told = {cell.removesuffix("/") for cell in first_cells(DOCS / "architecture.md")} - {"file", "---"}
    there = {path.name for path in PACKAGE.iterdir()}
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= told <= there


def test_the_page_of_checks_is_current() -> None:
    """The page of checks is what the checks say of themselves; `python -m tests.test_paper` writes it."""
    assert CHECKS.read_text(encoding="utf-8") == page_of_checks()


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
