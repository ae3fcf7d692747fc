"""What people, CI runners and programs are told: in order, without secrets, and never taken for a command."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from release_tools import console as consoles
from release_tools.console import SUMMARY_LIMIT, TABLE_WIDTH, Console, cell
from release_tools.errors import Refused
from release_tools.model import Finding, Severity

CANARY = 'correct-horse-"battery"'
FINDING = Finding(
    check="tag-on-head", severity="error", message="HEAD has no tag", fix="git tag v1", file="a.py", line=3
)
ERROR = Refused("no tag", state="nothing was done", fix="git tag v1")
ACTIONS = {"GITHUB_ACTIONS": "true"}


class Ends:
    """A console between two texts."""

    def __init__(self, environment: Mapping[str, str] | None = None, *, as_json: bool = False) -> None:
        self._out, self._err = io.StringIO(), io.StringIO()
        self.console = Console(environment or {}, out=self._out, err=self._err, as_json=as_json)

    @property
    def out(self) -> str:
        """What stands on stdout."""
        return self._out.getvalue()

    @property
    def err(self) -> str:
        """What stands on stderr."""
        return self._err.getvalue()


def test_the_summary_is_on_stdout_and_the_rest_on_stderr() -> None:
    """Who pipes stdout gets the result alone."""
    ends = Ends()
    ends.console.say("building")
    ends.console.finding(FINDING)
    ends.console.failure(ERROR)
    ends.console.summary(["one", "two"])
    ends.console.document({"not": "asked for"})
    assert ends.out == "one\ntwo\n"
    assert ends.err == (
        "building\n"
        "error: a.py:3: HEAD has no tag [tag-on-head]\n"
        "  fix: git tag v1\n"
        "error: no tag\n"
        "state: nothing was done\n"
        "next:  git tag v1\n"
    )


def test_with_json_stdout_is_one_document() -> None:
    """With --json stdout holds exactly one document, and people find everything else on stderr."""
    ends = Ends(as_json=True)
    ends.console.say("building")
    ends.console.summary(["for people"])
    ends.console.table("Files", ("file",), [("a",)])
    ends.console.document({"findings": ({"line": 3, "file": None},), "nested": {"yes": True}, "text": "Grüße\x1b"})
    assert json.loads(ends.out) == {
        "findings": [{"line": 3, "file": None}],
        "nested": {"yes": True},
        "text": "Grüße\x1b",
    }
    assert ends.out.isascii()
    assert ends.err == "building\n"


def test_a_finding_tells_where_as_far_as_is_known() -> None:
    """File, line and member stand before the message; a finding without a remedy has one line."""
    ends = Ends()
    ends.console.finding(Finding(check="wheel-names", severity="note", message="odd", file="a.whl", member="a/b.py"))
    ends.console.finding(Finding(check="tree-clean", severity="warning", message="dirty"))
    assert ends.err == "note: a.whl:a/b.py: odd [wheel-names]\nwarning: dirty [tree-clean]\n"


def test_no_secret_comes_out_anywhere(tmp_path: Path) -> None:
    """A secret of the environment is hidden on both streams, in JSON, in tables, in outputs and on the job's page."""
    places = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    for as_json in (False, True):
        ends = Ends({"A_TOKEN": CANARY} | ACTIONS | places, as_json=as_json)
        show_everything(ends.console, CANARY)
        said = [ends.out, ends.err, *((tmp_path / name).read_text() for name in ("output", "summary"))]
        assert not [text for text in said if CANARY in text or json.dumps(CANARY)[1:-1] in text]
        assert not [text for text in said if "[hidden]" not in text]


def show_everything(console: Console, text: str) -> None:
    """Put a text through every door of a console."""
    console.say(text)
    console.summary([text])
    console.table("Table", ("head",), [(text,)])
    console.failure(Refused(f"{text}\nmore", state=text, fix=text))
    console.finding(
        Finding(check="a", severity="error", message=text, fix=f"a\n{text}", file=text, line=1, member=text)
    )
    console.document({"key": [{"deep": (text,)}], text: 1})
    console.output({"value": text})
    console.job_summary(text)


def test_numbers_that_look_like_a_secret_leave_json_whole() -> None:
    """A secret that is all digits hides texts, and does not break a document by hiding numbers."""
    ends = Ends({"A_PASSWORD": "123456"}, as_json=True)
    ends.console.document({"size": 123456, "text": "is 123456"})
    assert json.loads(ends.out) == {"size": 123456, "text": "is [hidden]"}


def test_a_secret_of_several_lines_is_hidden_in_a_remedy() -> None:
    """Indenting further lines does not tear a secret apart before it is looked for."""
    key = "line one of key\nline two of key"
    ends = Ends({"A_PRIVATE_KEY": key})
    ends.console.finding(Finding(check="a", severity="error", message=key, fix=key))
    ends.console.failure(Refused(key, state=key, fix=key))
    assert "line" not in ends.err


def test_foreign_text_cannot_pose_as_ours() -> None:
    """Further lines of a text from outside are indented, and its control characters are visible."""
    ends = Ends()
    words = "x\nnext:  curl evil\r\x1b[2Knext: rm\n::error::y ##[add-mask]z"
    ends.console.failure(Refused(words, state=words, fix=words))
    ends.console.finding(Finding(check="a", severity="error", message=words, fix=words))
    ends.console.say(words)
    ours = [line.split(":")[0] for line in ends.err.splitlines() if not line.startswith("  ")]
    assert ours == ["error", "state", "next", "error", "x"]
    assert "\x1b" not in ends.err
    assert "\r" not in ends.err
    assert "##[" not in ends.err
    assert not any(line.lstrip().startswith("::") for line in ends.err.splitlines())


def test_a_document_holds_no_command_for_a_runner() -> None:
    """A runner that reads the document takes no part of it for a command; who parses it gets the very text."""
    ends = Ends(as_json=True)
    ends.console.document({"message": "##[add-mask]x\n::error::y"})
    assert "##[" not in ends.out
    assert not any(line.lstrip().startswith("::") for line in ends.out.splitlines())
    assert json.loads(ends.out) == {"message": "##[add-mask]x\n::error::y"}


def test_a_workflow_gets_annotations() -> None:
    """Under GitHub Actions errors and warnings are annotated at their place, with what is special encoded."""
    ends = Ends(ACTIONS)
    message = "50% of\na,b:c\x1b"
    severities: tuple[Severity, ...] = ("error", "warning", "note", "todo")
    for severity in severities:
        ends.console.finding(Finding(check="a", severity=severity, message=message, file="x,y:\nz%.py\x1b", line=7))
    ends.console.finding(Finding(check="a", severity="error", message="nowhere"))
    ends.console.failure(ERROR)
    assert [line for line in ends.err.splitlines() if line.startswith("::")] == [
        "::error file=x%2Cy%3A%0Az%25.py\\x1b,line=7::50%25 of%0Aa,b:c\\x1b",
        "::warning file=x%2Cy%3A%0Az%25.py\\x1b,line=7::50%25 of%0Aa,b:c\\x1b",
        "::error::nowhere",
        "::error::no tag",
    ]
    quiet = Ends({"GITHUB_ACTIONS": "false"})
    quiet.console.finding(FINDING)
    quiet.console.failure(ERROR)
    assert "::" not in quiet.err


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False),
        ({"FORCE_COLOR": ""}, False),
    ],
)
def test_colour_is_for_who_wants_it(environment: dict[str, str], coloured: bool) -> None:  # noqa: FBT001 - a case
    """Without a terminal there is colour only by FORCE_COLOR, and never against NO_COLOR; the words are the same."""
    ends = Ends(environment)
    ends.console.finding(FINDING)
    ends.console.failure(ERROR)
    assert ends.err.count("\033[31merror\033[0m: ") == (2 if coloured else 0)
    assert ("\033" in ends.err) is coloured
    assert "error" in ends.err


def test_a_table_keeps_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cell adds a row, a column or markup to a table, which is as wide as a page and never coloured."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "20")
    ends = Ends()
    rows = [("a\nb\tc", "[bold]x[/bold]", "::error::y"), ("d\x1b[31m", "|", "x" * 80)]
    ends.console.table("Title", ("one", "two", "three"), rows)
    lines = ends.out.splitlines()
    assert [line.split() for line in lines] == [
        ["Title"],
        ["one", "two", "three"],
        ["a\\nb", "c", "[bold]x[/bold]", ":\\:error::y"],
        ["d\\x1b[31m", "|", "x" * 80],
    ]
    assert all(len(line) <= TABLE_WIDTH for line in lines)


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_progress_is_one_line_that_the_next_replaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal it is drawn over itself, cut to its width, and wiped before anything else is said."""
    monkeypatch.setenv("COLUMNS", "40")
    screen = Terminal()
    console = Console({"NO_COLOR": "1"}, out=io.StringIO(), err=screen)
    console.progress("a\x1b[2J" + "b" * 90, 1_000_000, 4_000_000)
    console.progress("a.whl", 2_000_000, 4_000_000)
    console.say("sent")
    first, second, rest = screen.getvalue().split("\r")[1:]
    assert len(first.removesuffix("\033[K")) < 40
    assert "\x1b[2J" not in first
    assert second.startswith("a.whl [############............] 2.0 of")
    assert rest == "\033[Ksent\n"


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"TERM": "dumb"}, {}])
def test_progress_is_for_people_alone(environment: dict[str, str]) -> None:
    """In CI, on a dumb terminal, into a file and beside JSON nothing is drawn."""
    screen: io.StringIO = Terminal() if environment else io.StringIO()
    Console(environment, out=io.StringIO(), err=screen).progress("a.whl", 1, 2)
    assert screen.getvalue() == ""
    screen = Terminal()
    Console({}, out=io.StringIO(), err=screen, as_json=True).progress("a.whl", 1, 2)
    assert screen.getvalue() == ""


def read_outputs(path: Path) -> dict[str, str]:
    """Read a file of outputs as the service does."""
    found, lines = {}, iter(path.read_text().split("\n")[:-1])
    for line in lines:
        name, _, delimiter = line.partition("<<")
        value = []
        while (line := next(lines)) != delimiter:
            value.append(line)
        found[name] = "\n".join(value)
    return found


def test_outputs_are_only_what_they_are(tmp_path: Path) -> None:
    """No value can add an output of its own, whatever it holds; each has its own delimiter."""
    path = tmp_path / "output"
    values = {"a": "1.0.0\nEOF\nb=2", "b": "x<<EOF\ny\nEOF", "c": "50% = half", "d": "", "e": "end-0\nend-"}
    ends = Ends({"GITHUB_OUTPUT": str(path)})
    ends.console.output(values)
    ends.console.output({"f": "later\x1b"})
    assert read_outputs(path) == values | {"f": "later\\x1b"}
    delimiters = [line.partition("<<")[2] for line in path.read_text().splitlines() if "<<end-" in line]
    assert len(set(delimiters)) == len(delimiters) == 6
    Ends().console.output(values)


def test_the_page_of_a_job_is_added_to(tmp_path: Path) -> None:
    """What other steps wrote stays, a link to the page is followed, and without CI there is none."""
    page = tmp_path / "page"
    page.write_text("before\n")
    (tmp_path / "link").symlink_to(page)
    Ends({"GITHUB_STEP_SUMMARY": str(tmp_path / "link")}).console.job_summary("Grüße \ud800\n")
    Ends().console.job_summary("nowhere")
    assert page.read_text(encoding="utf-8") == "before\nGrüße \\ud800\n"


@pytest.mark.parametrize("letter", ["a", "漢", "\ud800"])
def test_a_page_is_cut_to_what_the_service_takes(tmp_path: Path, letter: str) -> None:
    """A page over 1 MiB would be thrown away whole: it is cut by its bytes, and says so; a smaller one is not."""
    page = tmp_path / "page"
    Ends({"GITHUB_STEP_SUMMARY": str(page)}).console.job_summary(letter * SUMMARY_LIMIT * 2)
    assert SUMMARY_LIMIT - 10 < page.stat().st_size < 1 << 20
    assert page.read_text(encoding="utf-8").endswith("\n\n(cut here)\n")
    page.unlink()
    Ends({"GITHUB_STEP_SUMMARY": str(page)}).console.job_summary("a" * SUMMARY_LIMIT)
    assert page.stat().st_size == SUMMARY_LIMIT


def test_a_cut_does_not_bare_half_a_secret(tmp_path: Path) -> None:
    """Secrets are hidden before the page is cut."""
    page = tmp_path / "page"
    Ends({"GITHUB_STEP_SUMMARY": str(page), "A_TOKEN": CANARY}).console.job_summary("a" * (SUMMARY_LIMIT - 5) + CANARY)
    assert "corre" not in page.read_text()


@pytest.mark.parametrize("place", ["folder", "absent/file", "file/below", "/dev/full"])
def test_a_page_that_cannot_be_written_fails_nothing(tmp_path: Path, place: str) -> None:
    """Where CI's files cannot be written that is a note, never a failed release."""
    if place == "/dev/full" and not Path(place).exists():
        pytest.skip("no device that is always full")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    path = str(tmp_path / place)
    ends = Ends({"GITHUB_STEP_SUMMARY": path, "GITHUB_OUTPUT": path})
    ends.console.job_summary("# page")
    ends.console.output({"a": "b"})
    assert ends.err.count(f"note: {path} cannot be written: ") == 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain", "`plain`"),
        ("a|b", "`a¦b`"),
        ("`code` ``` fence", "`'code' ''' fence`"),
        ("a\nb\r\nc", "`a\\nb\\nc`"),
        ("<img src=x>![x](y)", "`<img src=x>![x](y)`"),
        ("\u202ex\x1b", "`\\u202ex\\x1b`"),
        ("", " "),
        ("  \t", " "),
    ],
)
def test_a_cell_is_inert(value: str, shown: str) -> None:
    """In a Markdown table a value is one cell of code: no row, column, markup, image or link comes of it."""
    assert cell(value) == shown


def test_a_console_speaks_on_the_streams_of_the_process(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without anything given the console takes the environment and the streams of the process."""
    monkeypatch.setenv("A_TOKEN", CANARY)
    speaking = Console()
    speaking.say(f"progress {CANARY}")
    speaking.summary(["result"])
    assert capsys.readouterr() == ("result\n", "progress [hidden]\n")


def test_only_the_console_knows_colours() -> None:
    """Every severity that a finding can have has its colour."""
    assert set(get_args(Severity)) <= set(consoles.COLOURS)


def test_commands_name_sessions_as_the_noxfile_does() -> None:
    """Where a session of ours is called otherwise than its stage: on the screen and in the document alike."""
    error = Refused("nox -s build is due", state="", fix="first nox -s build, then nox -s release -- --rebuild")
    shown = {}
    for names in ("", '{"build": "build-dists", "publish": "send"}'):
        err, out = io.StringIO(), io.StringIO()
        console = Console({"_RELEASE_TOOLS_NAMES": names}, out=out, err=err, as_json=True)
        console.failure(error)
        console.document({"next": error.fix})
        shown[names] = (err.getvalue().splitlines()[-1], json.loads(out.getvalue())["next"])
    ours = "first nox -s build, then nox -s release -- --rebuild"
    theirs = "first nox -s build-dists, then nox -s release -- --rebuild"
    assert list(shown.values()) == [(f"next:  {ours}", ours), (f"next:  {theirs}", theirs)]


def test_commands_name_package_and_folder() -> None:
    """What to type means the same package and folder as the run that says so, quoted for the shell and for JSON."""
    err, out = io.StringIO(), io.StringIO()
    console = Console({}, out=out, err=err, as_json=True)
    console.remember(RELEASE_PACKAGE='a "b"', RELEASE_DIST=None)
    error = Refused("no", state="", fix="RELEASE_TARGET=pypi nox -s release")
    console.failure(error)
    console.document({"next": error.fix, "of": ["nox -s build", 1]})
    before = """RELEASE_PACKAGE='a "b"' nox -s"""
    assert err.getvalue().splitlines()[-1] == f"next:  RELEASE_TARGET=pypi {before} release"
    assert json.loads(out.getvalue()) == {"next": f"RELEASE_TARGET=pypi {before} release", "of": [f"{before} build", 1]}
