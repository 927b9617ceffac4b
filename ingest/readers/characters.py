"""From bytes to clean characters."""

import codecs
import re
import unicodedata

from ingest.readers.reading import ReadingFailed
from service.domain.documents import Reason

MOST_CONTROL_SHARE = 0.001
MOST_HIGH_SHARE = 0.4
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Bullets of the Symbol and Wingdings fonts arrive as private-use characters.
_SYMBOLS = {"\uf0b7": "•", "\uf0a7": "•", "\uf0d8": "•", "\uf0fc": "•", "\uf02d": "–"}
_LINE_ENDS = dict.fromkeys("\r\x85\u2028\u2029", "\n")
_SPACES = dict.fromkeys(
    "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
)
_REPLACED = _LIGATURES | _SYMBOLS | _LINE_ENDS | _SPACES
# Soft hyphens, zero-width and bidirectional marks, unpaired surrogates and control characters.
_INVISIBLE = (
    "\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff"
)
_UNCLEAN = re.compile(f"[{''.join(_REPLACED)}{_INVISIBLE}]")
# Without tab, line ends, form feed, the DOS end of file, escape and the Unicode "next line".
_CONTROL = "".join(chr(code) for code in (*range(9), *range(14, 26), *range(28, 32), *range(127, 160)) if code != 0x85)


def decode(data: bytes) -> str:
    """Return a text file's characters: by byte-order mark, else UTF-8, else Windows-1252 when that is plausible.

    Raises:
        ReadingFailed: UNKNOWN_FORMAT, the bytes are no text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _slightly_damaged_utf8(data) or _windows_1252(data)
    if sum(map(text.count, _CONTROL)) > len(text) * MOST_CONTROL_SHARE or "\0" in text:
        raise ReadingFailed(Reason.UNKNOWN_FORMAT, "binary data")
    return text


def clean(text: str) -> str:
    """Return text in NFC, with plain spaces and line ends, without ligatures, soft hyphens and invisible characters.

    Line ends become ``\\n``; form feeds stay; other white space collapses to one space.
    """
    # One pass over the text; most texts have nothing to change.
    text = _UNCLEAN.sub(lambda found: _REPLACED.get(found.group(), ""), text.replace("\r\n", "\n"))
    while "  " in text:
        text = text.replace("  ", " ")
    return unicodedata.normalize("NFC", text)


def with_plain_line_ends(text: str) -> str:
    """Return text whose lines all end in ``\\n``."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadingFailed(Reason.DAMAGED, f"not {encoding} at byte {error.start}") from None


def _slightly_damaged_utf8(data: bytes) -> str:
    """Return UTF-8 with a few bad bytes (a cut-off file, one pasted word), or "" when it is another encoding."""
    text = data.decode("utf-8", "replace")
    multibyte = len(data) - len(data.decode("utf-8", "ignore"))
    return text.replace("\ufffd", "") if text.count("\ufffd") * 10 < multibyte else ""


def _windows_1252(data: bytes) -> str:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if len(data) - len(data.decode("ascii", "ignore")) > len(data) * MOST_HIGH_SHARE:
        raise ReadingFailed(Reason.UNKNOWN_FORMAT, "no known text encoding")
    return text
