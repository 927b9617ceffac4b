"""From a question to an answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Protocol

from service.domain.documents import Document, Passage
from service.domain.projects import Project, project_id
from service.domain.searching import MAX_LIMIT, Answer, Hit, Interpretation, PassageView, Query, Why
from service.domain.vectors import Candidate
from service.encoding.bridge import Bridge
from service.encoding.dense import Encoder
from service.encoding.terms import codes_of
from service.errors import InvalidQuestion
from service.search.fusion import add_closeness, fuse
from service.search.highlight import explain, stands_in
from service.search.question import NO_BRIDGE, interpret
from service.search.vectors import vectors_of, wordings_of
from service.storage.index.interface import VectorIndex

DEPTH = 100
"""Passages that each leg brings. With 200 an answer takes 4 ms longer at 44 000 passages and no measured set gains
more than 0.2 (nDCG@10 × 100)."""
COMPARED = 30
"""Best passages that are compared with the question word by word. With 50 an answer takes 3 ms longer and seven public sets gain
0.01 (nDCG@10 × 100, mean); with 20 they lose 0.06."""
EXACT_BONUS = 1.0
"""What a phrase or a diary number in the text adds: more than both legs together, so that such passages come first in their own order."""
TIED_BONUS = 2.0
"""What a passage gets whose project has the diary number that was asked for: it comes before those that only mention it."""
RECORD = "projektpost"
RECORD_BONUS = 0.2
"""What a project's own record gets on top when its diary number is asked for."""

Ranked = list[tuple[Candidate, float]]


class Library(Protocol):
    """What the answer is filled in from: the catalogue."""

    def passages(self, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """Return passages by id."""

    def documents(self, document_ids: Sequence[str]) -> dict[str, Document]:
        """Return documents by id."""

    def views(self, passage_ids: Sequence[str]) -> dict[str, PassageView]:
        """Return passages by id, each with its document, its project and the printed label of its page."""


class Retriever:
    """Answers questions from an index, with a model and a term bridge, out of a library."""

    def __init__(self, index: VectorIndex, encoder: Encoder, library: Library, bridge: Bridge = NO_BRIDGE) -> None:
        self._index = index
        self._encoder = encoder
        self._library = library
        self._bridge = bridge

    def search(self, query: Query) -> Answer:
        """Answer a question: understand it, ask both legs, fuse, compare word by word, put exact matches first, fill in, explain.

        Raises:
            InvalidQuestion: empty, too long, or an impossible limit or offset.
        """
        if not 1 <= query.limit <= MAX_LIMIT or query.offset < 0:
            raise InvalidQuestion(problem="limit" if query.offset >= 0 else "offset")
        question = interpret(query.text, self._bridge)
        filters = replace(query.filters, project_id=project_id(query.filters.project_id))
        candidates = self._index.candidates(*vectors_of(question, self._encoder), DEPTH, filters)
        fused = fuse(candidates, question.language, bridged=bool(question.crossings))
        ranked = self._exact_first(self._compared(fused, question), question)
        # Inside one document every passage counts.
        kept, repeated = (ranked, {}) if query.filters.document_id else _once(ranked)
        capped = list(_capped(kept, 0 if query.filters.document_id else query.per_document))
        shown = capped[query.offset : query.offset + query.limit]
        hits = self._filled_in(shown, repeated, question)
        return Answer(query, question, tuple(hits), len(capped))

    def _compared(self, ranked: Ranked, question: Interpretation) -> Ranked:
        """Compare the best passages with the question word by word and order them anew."""
        best = ranked[:COMPARED]
        passages = self._library.passages([candidate.id for candidate, _ in best])
        known = [passages[candidate.id] for candidate, _ in best if candidate.id in passages]
        texts = ["\n".join((*passage.heading_path, passage.text)) for passage in known]
        closeness = self._encoder.closeness(wordings_of(question), texts)
        return add_closeness(ranked, {passage.id: float(c) for passage, c in zip(known, closeness, strict=True)})

    def _exact_first(self, ranked: Ranked, question: Interpretation) -> Ranked:
        """Lift passages that hold a quoted phrase, or belong to a project whose diary number was asked for."""
        if not question.phrases and not question.codes:
            return ranked
        passages = self._library.passages([candidate.id for candidate, _ in ranked])
        documents = self._library.documents(list({candidate.document_id for candidate, _ in ranked}))
        lifted = [
            (candidate, score + self._bonus(passages.get(candidate.id), documents.get(candidate.document_id), question))
            for candidate, score in ranked
        ]
        return sorted(lifted, key=lambda pair: (-pair[1], pair[0].id))

    def _bonus(self, passage: Passage | None, document: Document | None, question: Interpretation) -> float:
        if passage is None or document is None:
            return 0.0
        tied = {passage.project_id, document.project_id}
        owned = {code for code in question.codes if project_id(code) in tied}
        written = set(codes_of(passage.text))
        exact = sum(stands_in(passage, phrase) for phrase in question.phrases)
        exact += sum(code.lower() in written for code in question.codes if code not in owned)
        record = bool(owned) and document.document_type == RECORD
        return EXACT_BONUS * exact + TIED_BONUS * len(owned) + RECORD_BONUS * record

    def _filled_in(
        self, ranked: Ranked, repeated: dict[str, list[Candidate]], question: Interpretation
    ) -> Iterator[Hit]:
        """Yield hits with text from the catalogue. What is not there any more is left out."""
        others = {candidate.id: [other.id for other in repeated.get(candidate.id, ())] for candidate, _ in ranked}
        views = self._library.views([*others, *chain.from_iterable(others.values())])
        for candidate, score in ranked:
            view = views.get(candidate.id)
            if view is None:
                continue
            snippet, why = explain(view.passage, question)
            yield Hit(
                passage=view.passage,
                document=view.document,
                project=view.project,
                score=min(1.0, score),
                dense_score=candidate.dense,
                lexical_score=candidate.lexical,
                why=_with_codes(why, question, view.project),
                snippet=snippet,
                page_label=view.page_label,
                repeats=tuple(views[other] for other in others[candidate.id] if other in views),
            )


def _once(ranked: Ranked) -> tuple[Ranked, dict[str, list[Candidate]]]:
    """Return each text once, by its best candidate, and the best candidate of each other document that repeats it, by that id."""
    first: dict[str, Candidate] = {}
    kept: Ranked = []
    repeated: dict[str, dict[str, Candidate]] = {}
    for candidate, score in ranked:
        best = first.setdefault(candidate.wording or candidate.id, candidate)
        if best is candidate:
            kept.append((candidate, score))
        elif candidate.document_id != best.document_id:
            repeated.setdefault(best.id, {}).setdefault(candidate.document_id, candidate)
    return kept, {identity: list(others.values()) for identity, others in repeated.items()}


def _capped(ranked: Ranked, per_document: int) -> Iterator[tuple[Candidate, float]]:
    """Yield candidates, at most so many of one document; 0 means no limit."""
    taken: dict[str, int] = {}
    for candidate, score in ranked:
        taken[candidate.document_id] = taken.get(candidate.document_id, 0) + 1
        if not per_document or taken[candidate.document_id] <= per_document:
            yield candidate, score


def _with_codes(why: Why, question: Interpretation, project: Project | None) -> Why:
    """A diary number that the text lacks is still the reason when the passage belongs to its project."""
    own = tuple(code for code in question.codes if project is not None and code == project.dnr)
    return replace(why, codes=tuple(dict.fromkeys((*why.codes, *own))))
