"""Markup and raw text to clean plain text. Pure. Hostile input can make it slow: run it where it can be killed."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

MOST_TAGS: Final = 5_000
"""Tags above which markup is stripped without a tree: deep nesting takes quadratic time."""
MOST_MARKS: Final = 30
"""Combining marks in a row that are kept (UAX 15, stream-safe text): normalising more takes quadratic time."""

_TAG: Final = re.compile(r"<!--|-->|<[^<>]*>")
_MARK: Final = (
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff"
    r"\u20d0-\u20ff\ufe20-\ufe2f]"
)
_MARKS: Final = re.compile(rf"({_MARK}{{{MOST_MARKS}}}){_MARK}+")
# Bidi controls, zero-width space, word joiner, BOM, tag characters; C0 and C1 less tab and newline. ZWNJ and ZWJ
# stay: Persian, Urdu and emoji need them.
_UNSEEN: Final = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_LINE_ENDS: Final = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
_BLANKS: Final = re.compile(r"[^\S\n]+")
_MARKUP: Final = re.compile(r"<[a-zA-Z/!?]|&(?:#\w+|\w+);")
_BLOCKS: Final = frozenset(
    [
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "br",
            "caption",
            "dd",
            "div",
            "dl",
            "dt",
            "figcaption",
            "figure",
        ),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre"),
        *("section", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul"),
    ]
)
_DROPPED: Final = ("script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head", "textarea")


def looks_like_markup(text: str) -> bool:
    """Whether it holds a tag or a character reference."""
    return _MARKUP.search(text) is not None


def plain_text(text: str) -> str:
    """Clean text of one or more paragraphs: NFC, nothing unseen, one blank between words, no empty lines."""
    bounded = _MARKS.sub(r"\1", _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)))
    lines = (_BLANKS.sub(" ", line).strip() for line in unicodedata.normalize("NFC", bounded).split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Clean text in one line."""
    return " ".join(plain_text(text).split("\n"))


def html_text(markup: str) -> str:
    """The text that a reader of the markup sees; a line for each block."""
    if not looks_like_markup(markup):
        return plain_text(markup)
    if markup.count("<") > MOST_TAGS:
        return plain_text(_TAG.sub("\n", markup))
    tree = LexborHTMLParser(markup)
    body = tree.body
    if body is None:
        return ""
    for node in tree.css(", ".join(_DROPPED)):
        if node.tag != "head":
            node.decompose()
    return plain_text("".join(_pieces(body)))


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, ending between words where one ends near."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    space = max(head.rfind(" "), head.rfind("\n"))
    return head[: space if space > limit * 9 // 10 else limit].rstrip()


def _pieces(root: LexborNode) -> Iterator[str]:
    """Text nodes in order, a newline at each edge of a block. Walks without recursion: depth is the feed's choice."""
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, closing = stack.pop()
        if node.is_text_node:
            yield (node.text_content or "").replace("\n", " ")
            continue
        block = node.tag in _BLOCKS
        if block:
            yield "\n"
        if closing:
            continue
        if block:
            stack.append((node, True))
        children = list(node.iter(include_text=True, skip_empty=False))
        stack.extend((child, False) for child in reversed(children))
