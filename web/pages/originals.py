"""The file as received."""

import re
import unicodedata
from pathlib import PurePath
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import FileResponse

from service.domain.documents import Document
from service.knowledge_base import KnowledgeBase
from web.security import FILE_POLICY

PDF = "application/pdf"
PLAIN = "text/plain; charset=utf-8"
LONGEST_NAME = 120


def add_routes(router: APIRouter, kb: KnowledgeBase) -> None:
    """Add the route. A file has one address, whatever language the reader uses."""

    @router.get("/d/{document_id}/original")
    def original(document_id: str) -> FileResponse:
        document = kb.document(document_id)
        path = kb.original(document_id)
        # HTML is never served as a page of this site; of the rest only PDF is opened in the browser.
        media_type = PLAIN if document.media_type.startswith("text/") else document.media_type
        headers = {
            "Content-Disposition": disposition(document),
            "Content-Security-Policy": FILE_POLICY,
            "Cache-Control": "public, max-age=3600",
        }
        return FileResponse(path, media_type=media_type, headers=headers)


def disposition(document: Document) -> str:
    """Return how a browser is to treat a file, and what to call it: in ASCII and, by RFC 8187, with all letters."""
    suffix = PurePath(document.file_name).suffix.lower()
    suffix = suffix if re.fullmatch(r"[.][a-z0-9]{1,8}", suffix) else ""
    name = _telling_name(document)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip("-_") or document.id
    kind = "inline" if document.media_type == PDF else "attachment"
    return f"{kind}; filename=\"{plain}{suffix}\"; filename*=UTF-8''{quote(name + suffix)}"


def _telling_name(document: Document) -> str:
    """Return a name that says what the file is: project, title, year."""
    parts = [document.project_id or "", document.title, str(document.year or "")]
    words = re.sub(r"[^\w-]+", "-", "-".join(part for part in parts if part))
    return words[:LONGEST_NAME].strip("-_") or document.id
