"""Twenty feeds that mean harm, each made when asked for. Facts of what costs a parser: time, memory, files, trust."""

from collections.abc import Callable


def _rss(inside: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>t</title>{inside}</channel></rss>'.encode()


def _item(title: str = "t", description: str = "d") -> str:
    return f"<item><title>{title}</title><description>{description}</description></item>"


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10))
    return _rss(_item("&l9;", "&l9;"), f"<!DOCTYPE rss [{entities}]>")


BOMBS: dict[str, Callable[[], bytes]] = {
    "entity tree": _laughs,
    "entity of 100 kB, 10,000 times": lambda: _rss(
        _item("&a;" * 10_000), f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>'
    ),
    "local file by entity": lambda: _rss(_item("&a;"), '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>'),
    "remote document type": lambda: _rss(_item(), '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "parameter entity": lambda: _rss(_item(), '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]>'),
    "path of a local file": lambda: b"/etc/hostname",
    "path of an endless file": lambda: b"/dev/zero",
    "url as body": lambda: b"http://127.0.0.1:9/feed.xml",
    "170 kB of comment openings": lambda: _rss(_item(description="&lt;!--" * 25_000)),
    "comments in CDATA": lambda: _rss(_item(description=f"<![CDATA[{'<!--' * 100_000}]]>")),
    "a million nested tags": lambda: _rss("<a>" * 1_000_000),
    "nested tags in a description": lambda: _rss(_item(description=f"<![CDATA[{'<div>' * 900_000}]]>")),
    "unclosed bold": lambda: _rss(_item(description=f"<![CDATA[{'<b>' * 1_000_000}]]>")),
    "60,000 items": lambda: _rss("".join(f"<item><guid>{n}</guid><title>{n}</title></item>" for n in range(60_000))),
    "a title of 5 MB": lambda: _rss(_item("t" * 5_000_000)),
    "an attribute of 5 MB": lambda: _rss(f'<item a="{"t" * 5_000_000}"><title>t</title></item>'),
    "100,000 attributes": lambda: _rss("<item " + " ".join(f"a{n}='1'" for n in range(100_000)) + "></item>"),
    "combining marks": lambda: _rss(_item("a" + "\u0300\u0316" * 500_000)),
    "200,000 categories": lambda: _rss(f"<item><title>t</title>{'<category>c</category>' * 200_000}</item>"),
    "5 MB of ampersands": lambda: _rss(_item("&" * 5_000_000)),
}
