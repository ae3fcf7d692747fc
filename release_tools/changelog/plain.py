"""The words of a heading without its markup."""

from __future__ import annotations

import re
from functools import lru_cache

_MARKUP = re.compile(r"[\[\]<>`*_\\!{}&:~\xa0\u2002-\u200b\ufeff]")

_IMAGE = re.compile(r"!\[[^\]]*\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?(?:-->|$)")
_AUTOLINK = re.compile(r"<?\bhttps?://[^\s<>]+>?")
_ATTRIBUTES = re.compile(r"(?:\{[:#.\w][^{}]*\}|\{ [^{}]*\})\s*$")
_EMOJI = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w`])")
_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~ ])")
_STRESS = re.compile(r"[*`]+|~~|(?<![^\W_])_+|_+(?![^\W_])")

_HYPERLINK = re.compile(r"`([^`<]*?)\s*<[^`<>]*>`__?")
_ROLE = re.compile(r":[A-Za-z][\w:+.-]*:`([^`<]*?)\s*(?:<[^`]*>)?`")
_NAMED_LINK = re.compile(r"`([^`]+)`__?")
_TARGET = re.compile(r"_`([^`]+)`")


@lru_cache(maxsize=4096)
def plain_markdown(raw: str) -> str:
    """Return the words of a Markdown heading: no links, tags, emphasis, images, attributes or emoji names."""
    if not _MARKUP.search(raw):
        return raw.strip()
    text = _LINK.sub(r"\1", _IMAGE.sub(" ", raw)) if "](" in raw or "][" in raw else raw
    if "<" in text or "{" in text or ":" in text:
        text = _EMOJI.sub(" ", _ATTRIBUTES.sub("", _AUTOLINK.sub(" ", _TAG.sub(" ", text))))
    if "\\" in text or "&" in text:
        import html

        text = html.unescape(_BACKSLASH.sub(r"\1", text))
    return _one_line(_STRESS.sub("", text))


@lru_cache(maxsize=4096)
def plain_rst(raw: str) -> str:
    """Return the words of a reStructuredText title: no links, roles, emphasis or escapes."""
    if not _MARKUP.search(raw):
        return raw.strip()
    text = raw
    if "`" in raw:
        text = _NAMED_LINK.sub(r"\1", _TARGET.sub(r"\1", _ROLE.sub(r"\1", _HYPERLINK.sub(r"\1", raw))))
    text = _EMOJI.sub(" ", _BACKSLASH.sub(r"\1", text))
    return _one_line(_STRESS.sub("", text).replace("|", " "))


def _one_line(text: str) -> str:
    return " ".join(text.replace("\u200b", "").replace("\ufeff", "").split())
