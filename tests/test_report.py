"""What a person sees at the end of a release, on the screen and on the page of the job."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from release_tools import report
from release_tools.console import Console
from release_tools.ledger import Ledger, Record
from release_tools.model import Distribution, Target

HOUSE = Target(name="house", upload_url="", simple_url="")
REHEARSAL = replace(HOUSE, name="rehearsal")
CANARY = "correct|horse`battery`"
PASSED = Record(status="passed", start="2026", duration=1.25)
WHEEL = Distribution(filename="a-1.2.3-py3-none-any.whl", kind="wheel", size=12345, sha256="1" * 64, blake2b_256="")
TAG = "git tag -a v1.2.3 -m 1.2.3 && nox -s release"
LEDGER = Ledger(project="a", version="1.2.3", commit="c" * 40, tag="v1.2.3", distributions=(WHEEL,))
RECORDS: dict[str, Record | None] = {
    "validate": PASSED,
    "attest": replace(PASSED, status="nothing-to-do", duration=0.0, reason="no identity"),
    "tests": None,
}


def with_todo(*tasks: str, check: str = "tag-on-head", fix: str = "") -> Ledger:
    """Return the ledger with things to do before the tag."""
    findings = [{"check": check, "severity": "todo", "message": task, "fix": fix} for task in tasks]
    return LEDGER.with_record("validate", replace(PASSED, evidence={"todo": tasks, "findings": findings}))


@pytest.mark.parametrize(
    ("ledger", "target", "command"),
    [
        (LEDGER, HOUSE, "nothing; 1.2.3 is out"),
        (LEDGER, REHEARSAL, TAG),
        (replace(LEDGER, tag_object="d" * 40), REHEARSAL, "git push origin v1.2.3"),
        (replace(LEDGER, tag="v1;x"), REHEARSAL, "git tag -a 'v1;x' -m 1.2.3 && nox -s release"),
        (replace(LEDGER, tag="v1;x", tag_object="d"), REHEARSAL, "git push origin 'v1;x'"),
        (with_todo("make a tag"), REHEARSAL, f"do what stands under 'Before you tag', then: {TAG}"),
        (
            replace(with_todo("commit the rest"), tag_object="d"),
            REHEARSAL,
            "do what stands under 'Before you tag', then: nox -s release",
        ),
        (
            with_todo("released already", check="version-increases", fix="Choose the next version, 1.2.4."),
            REHEARSAL,
            "Choose the next version, 1.2.4. Then: nox -s release",
        ),
    ],
)
def test_the_next_thing_to_type_is_told(ledger: Ledger, target: Target, command: str) -> None:
    """After a rehearsal that is the tag, its push, or what is still to do; a shell takes it as it stands."""
    assert report.next_command(ledger, target) == command


def test_what_is_left_to_do_is_what_validate_put_off() -> None:
    """The list is that of the record of validate, and empty without one."""
    assert report.todo(with_todo("one", "two")) == ("one", "two")
    assert report.todo(LEDGER) == ()
    assert report.todo(LEDGER.with_record("validate", PASSED)) == ()


def test_the_whole_release_is_on_the_screen(tmp_path: Path) -> None:
    """Stages, files with digests, tasks and the next command stand on stdout; CI gets a page besides."""
    page = tmp_path / "page"
    out, err = io.StringIO(), io.StringIO()
    console = Console({"GITHUB_STEP_SUMMARY": str(page)}, out=out, err=err)
    report.show(console, with_todo("commit the rest"), RECORDS, REHEARSAL)
    lines = out.getvalue().splitlines()
    assert "a 1.2.3 rehearsed from commit cccccccccccc" in lines
    rows = [line.split() for line in lines]
    assert ["validate", "passed", "1.25"] in rows
    assert ["attest", "nothing", "to", "do", "0.00", "no", "identity"] in rows
    assert any(row[:3] == ["tests", "no", "record"] for row in rows)
    assert ["a-1.2.3-py3-none-any.whl", "12,345", "1" * 64] in rows
    assert lines[lines.index("Before you tag:") + 1] == "  - commit the rest"
    assert lines[-1].startswith("next: do what stands under")
    assert err.getvalue() == ""
    assert page.exists()


def test_a_finished_release_has_nothing_to_do() -> None:
    """Without tasks there is no list of them, and a real target is named."""
    out = io.StringIO()
    report.show(Console({}, out=out, err=io.StringIO()), LEDGER, RECORDS, HOUSE)
    assert "a 1.2.3 released to house from commit" in out.getvalue()
    assert "Before you tag" not in out.getvalue()
    assert out.getvalue().endswith("next: nothing; 1.2.3 is out\n")


def tables(markdown: str) -> list[int]:
    """Return the number of rows of each table of a page, heads included."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown)
    counts: list[int] = []
    for token in tokens:
        if token.type == "table_open":
            counts.append(0)
        counts[-1:] = [counts[-1] + 1] if token.type == "tr_open" else counts[-1:]
    return counts


HOSTILE = "x|y\n| z | `code` ```\n```\n<script>alert(1)</script> ![i](http://h) [l](http://h) # h"


def test_no_text_breaks_the_page() -> None:
    """Whatever stands in names, reasons and tasks: as many rows as there are, and no markup of theirs."""
    hostile = replace(
        with_todo(HOSTILE),
        project=HOSTILE,
        distributions=(replace(WHEEL, filename=HOSTILE, sha256=HOSTILE),),
    )
    records = {"validate": replace(PASSED, reason=HOSTILE), "build": None}
    page = report.markdown(HOSTILE, hostile, records, HOSTILE)
    assert tables(page) == [3, 2]
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(page)
    kinds = {child.type for token in tokens for child in token.children or ()} | {token.type for token in tokens}
    assert not kinds & {"html_inline", "html_block", "image", "link_open"}
    headings = [token for token in tokens if token.type == "heading_open"]
    assert len(headings) == 2
    fences = [token.info for token in tokens if token.type == "fence"]
    assert fences == ["mermaid"]


def test_a_page_shows_when_each_stage_ran() -> None:
    """The chart has a bar for each stage that ran, one after the other, none shorter than can be drawn."""
    page = report.markdown("t", LEDGER, RECORDS, "n")
    chart = page.partition("```mermaid\n")[2].partition("```")[0].splitlines()
    assert chart == [
        "gantt",
        "    dateFormat x",
        "    axisFormat %M:%S",
        "    validate : 0, 1250",
        "    attest : 1250, 1251",
    ]


def test_a_secret_is_hidden_before_a_cell_alters_it(tmp_path: Path) -> None:
    """What stands for bars and backquotes in a cell does not carry a secret past the redaction."""
    page = tmp_path / "page"
    console = Console({"A_TOKEN": CANARY, "GITHUB_STEP_SUMMARY": str(page)}, out=io.StringIO(), err=io.StringIO())
    records: dict[str, Record | None] = {"build": replace(PASSED, reason=f"said {CANARY}")}
    report.show(console, with_todo(f"remove {CANARY}"), records, REHEARSAL)
    assert page.read_text().count("[hidden]") == 2
    assert "horse" not in page.read_text()
