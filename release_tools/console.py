"""The only place that prints: for people, for a CI runner, and as JSON. Everything passes `text` on its way out."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from shlex import quote
from typing import IO, Any

from release_tools import text
from release_tools.environment import NAMES
from release_tools.errors import ReleaseError
from release_tools.model import Finding

COLOURS = {"error": "31", "warning": "33", "todo": "36", "note": "2", "good": "32", "strong": "1"}
SUMMARY_LIMIT = 1_000_000  # bytes
TABLE_WIDTH = 120
BAR = 24  # letters
MEGABYTE = 1_000_000
COMMAND = re.compile(r"nox -s ([a-z-]+)")


class Console:
    """Says things: progress and failures on stderr, the summary (or one JSON document) on stdout."""

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        *,
        out: IO[str] | None = None,
        err: IO[str] | None = None,
        as_json: bool = False,
    ) -> None:
        self._environment = os.environ if environment is None else environment
        self._out = out or sys.stdout or _nobody()
        self._err = err or sys.stderr or _nobody()
        self._as_json = as_json
        self._drawn = False  # whether a line stands there that the next one replaces
        self.lost = ""  # why what stdout should have got could not be written; a reader who left lost nothing
        self._names: dict[str, str] = json.loads(self._environment.get(NAMES) or "{}")
        self._before = ""  # what stands before every command
        self.redact = text.Redactor.of_environment(self._environment)

    def clean(self, value: str, *, keep_lines: bool = True) -> str:
        """Return text that is fit to be shown: secrets hidden, control characters visible."""
        return text.escape(self._called(self.redact(value)), keep_lines=keep_lines)

    def remember(self, **variables: str | None) -> None:
        """Name these variables in every command that is shown, so that it means the same package and folder."""
        self._before = "".join(f"{name}={quote(value)} " for name, value in variables.items() if value)

    def _called(self, value: str) -> str:
        """Call sessions in commands as the noxfile does, which may have given ours other names."""
        if not self._names and not self._before:
            return value
        return COMMAND.sub(lambda found: f"{self._before}nox -s {self._names.get(found[1], found[1])}", value)

    def say(self, line: str) -> None:
        """Show progress."""
        self._write(self._err, self._indented(line))

    def progress(self, name: str, done: int, of: int) -> None:
        """Show how far something is, on one line that the next one replaces; only to a person at a terminal."""
        if not self._at_terminal():
            return
        filled = round(BAR * done / max(of, 1))
        bar = f"{'#' * filled}{'.' * (BAR - filled)}"
        told = f"{self.clean(name, keep_lines=False)} [{bar}] {done / MEGABYTE:.1f} of {of / MEGABYTE:.1f} MB"
        self._err.write(f"\r{told[: shutil.get_terminal_size().columns - 1]}\033[K")
        self._err.flush()
        self._drawn = True

    def _at_terminal(self) -> bool:
        plain = self._environment.get("TERM") == "dumb" or self._environment.get("CI")
        return self._err.isatty() and not plain and not self._as_json

    def summary(self, lines: Iterable[str]) -> None:
        """Show the result to people; with --json they get the document instead."""
        if not self._as_json:
            for line in lines:
                self._write(self._out, self.clean(line))

    def document(self, document: Mapping[str, Any]) -> None:
        """Print the one JSON document."""
        if self._as_json:
            shown = json.dumps(_each(self._called, self.redacted(document)), indent=2, ensure_ascii=True)
            # Also inside a line a runner would take it for a command.
            self._write(self._out, shown.replace("##[", "#\\u0023["))

    def failure(self, error: ReleaseError) -> None:
        """Show an error as its three lines."""
        self._write(self._err, f"{self._colour('error', 'error')}: {self._indented(error.what)}")
        self._write(self._err, f"state: {self._indented(error.state)}")
        self._write(self._err, f"next:  {self._indented(error.fix)}")
        if self._actions:
            self._annotate("error", error.what)

    def finding(self, finding: Finding, folder: str = "") -> None:
        """Show what a check found: where, what, and what to do; `folder` is that of its file in a workspace."""
        where = ":".join(str(part) for part in (finding.file, finding.line, finding.member) if part is not None)
        said = self._indented(f"{f'{where}: ' if where else ''}{finding.message} [{finding.check}]")
        self._write(self._err, f"{self._colour(finding.severity, finding.severity)}: {said}")
        if finding.fix:
            self._write(self._err, f"  fix: {self._indented(finding.fix)}")
        if self._actions and finding.severity in ("error", "warning"):
            file = f"{folder}/{finding.file}" if folder and finding.file else finding.file
            self._annotate(finding.severity, finding.message, file, finding.line)

    def table(self, title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
        """Show a table among the summary."""
        if self._as_json:
            return
        from rich.console import Console as RichConsole
        from rich.table import Table
        from rich.text import Text

        table = Table(title=title, title_justify="left", box=None, pad_edge=False, show_edge=False)
        for column in head:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(Text(self.clean(cell, keep_lines=False)) for cell in row))
        # Drawn aside, so that it takes the same way out as everything else.
        width = shutil.get_terminal_size().columns if self._out.isatty() else TABLE_WIDTH
        drawn = io.StringIO()
        RichConsole(file=drawn, width=width, color_system=None, highlight=False).print(table)
        self._write(self._out, "\n".join(line.rstrip() for line in drawn.getvalue().rstrip().splitlines()))

    def output(self, values: Mapping[str, str]) -> None:
        """Hand values to later steps of a workflow; each under a delimiter that nobody can guess."""
        path = self._environment.get("GITHUB_OUTPUT")
        if not path:
            return
        for name, value in values.items():
            from secrets import token_hex

            shown, delimiter = self.clean(value), f"end-{token_hex(16)}"
            self._append(path, f"{name}<<{delimiter}\n{shown}\n{delimiter}\n")

    def job_summary(self, markdown: str) -> None:
        """Add to the summary page of a CI job; it is cut to what the service takes, and never fails a release."""
        path = self._environment.get("GITHUB_STEP_SUMMARY")
        if path:
            shown = self._called(self.redact(markdown)).encode("utf-8", "backslashreplace")
            cut = shown[:SUMMARY_LIMIT].decode("utf-8", "ignore")
            self._append(path, cut if len(shown) <= SUMMARY_LIMIT else f"{cut}\n\n(cut here)\n")

    def _append(self, path: str, content: str) -> None:
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(content)
        except OSError as error:
            self._write(self._err, f"note: {self.clean(path)} cannot be written: {error.strerror}")

    def _indented(self, value: str) -> str:
        """Return clean text whose further lines cannot be taken for lines of ours."""
        return self.clean(value).replace("\n", "\n       ")

    def redacted(self, value: Any) -> Any:  # noqa: ANN401 - what JSON can hold
        """Return a value with every secret in its texts hidden; numbers stay numbers."""
        return _each(self.redact, value)

    @property
    def _actions(self) -> bool:
        return self._environment.get("GITHUB_ACTIONS") == "true"

    def _annotate(self, level: str, message: str, file: str | None = None, line: int | None = None) -> None:
        places = {"file": file, "line": line}
        shown = {name: self.clean(str(value)) for name, value in places.items() if value is not None}
        given = ",".join(f"{name}={_property(value)}" for name, value in shown.items())
        self._write(self._err, f"::{level}{f' {given}' if given else ''}::{_data(self.clean(message))}")

    def _colour(self, kind: str, words: str) -> str:
        return f"\033[{COLOURS[kind]}m{words}\033[0m" if self._coloured() else words

    def _coloured(self) -> bool:
        if self._environment.get("NO_COLOR") or self._environment.get("TERM") == "dumb":
            return False
        return bool(self._environment.get("FORCE_COLOR")) or self._err.isatty()

    def _write(self, stream: IO[str], line: str) -> None:
        if self._drawn:
            self._drawn = False
            self._err.write("\r\033[K")
        encoding = getattr(stream, "encoding", None) or "utf-8"
        try:
            stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
            stream.flush()
        except OSError as error:
            if stream is self._out and not isinstance(error, BrokenPipeError):
                self.lost = error.strerror or str(error)
            # Nobody listens any more; the work is worth finishing all the same, also the last flush of Python.
            with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
                os.dup2(nowhere.fileno(), stream.fileno())


def _nobody() -> IO[str]:
    """Return what takes the words where a stream was closed before we were started."""
    return io.StringIO()


def _each(change: Callable[[str], str], value: Any) -> Any:  # noqa: ANN401 - what JSON can hold
    """Return a value with each of its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(str(name)): _each(change, each) for name, each in value.items()}
    return [_each(change, each) for each in value] if isinstance(value, list | tuple) else value


def cell(value: str) -> str:
    """Return text for a cell of a Markdown table, inert whatever it holds."""
    shown = text.escape(value, keep_lines=False).replace("`", "'").replace("|", "¦")
    return f"`{shown}`" if shown.strip() else " "


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
