"""From passages in the catalogue to points in the index."""

from collections.abc import Iterable, Mapping, Sequence

from service.domain.documents import Document, Passage
from service.domain.projects import Project
from service.domain.vectors import Point
from service.encoding.context import context_text
from service.encoding.dense import Encoder
from service.encoding.terms import encode_passages
from service.encoding.wording import wording


def points_of(
    documents: Sequence[Document],
    passages: Mapping[str, Sequence[Passage]],
    projects: Mapping[str, Project],
    encoder: Encoder,
    finding_types: Mapping[str, tuple[str, ...]],
) -> list[Point]:
    """Return the points of some documents.

    What is encoded is the passage *in context*: document title, diary number and heading path come before the text,
    so that a passage is found by words that stand only in its headings.

    Args:
        documents: the documents, in the order wanted.
        passages: the passages of each, by document id.
        projects: projects by id; a missing one only means that its diary number is not in the context.
        encoder: what makes the dense vectors.
        finding_types: types of what each passage tells, by passage id; one that tells nothing is left out.
    """
    pairs = [(document, passage) for document in documents for passage in passages.get(document.id, ())]
    texts = [_in_context(document, passage, projects) for document, passage in pairs]
    if not texts:
        return []
    dense = encoder.encode_passages(texts)
    sparse = encode_passages(texts, [passage.language for _, passage in pairs])
    return [
        Point(
            id=passage.id,
            dense=vector,
            sparse=words,
            document_id=document.id,
            project_id=passage.project_id or document.project_id or "",
            language=passage.language,
            document_type=document.document_type,
            wording=wording(passage.text),
            finding_type=finding_types.get(passage.id, ()),
        )
        for (document, passage), vector, words in zip(pairs, dense, sparse, strict=True)
    ]


def project_ids(documents: Iterable[Document], passages: Mapping[str, Sequence[Passage]]) -> set[str]:
    """Return the ids of every project that these documents and passages are tied to."""
    tied = {document.project_id for document in documents}
    tied.update(passage.project_id for group in passages.values() for passage in group)
    return {identity for identity in tied if identity}


def _in_context(document: Document, passage: Passage, projects: Mapping[str, Project]) -> str:
    project = projects.get(passage.project_id or document.project_id or "")
    dnr = project.dnr if project else ""
    return context_text(document.title, dnr, passage.heading_path, passage.text)
