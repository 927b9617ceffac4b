"""Every error that leaves the knowledge base.

Errors carry facts (ids, numbers, names of settings); the doors make sentences of them.

KnowledgeBaseError
├── NotFound                 a document, page, passage or project that is not there
├── InvalidQuestion          too long, empty, or with an impossible limit or offset
├── InUse                    another process owns the folder or is loading documents
├── IndexUnavailable         the index cannot be opened or reached
│   └── IndexMismatch        the index was built with another model, tokenizer or splitter
├── ModelUnavailable         the model is missing, damaged, or cannot be fetched
├── CatalogueUnavailable     the catalogue cannot be opened, or was written by a newer version
└── SettingInvalid           a setting has an impossible value
"""


class KnowledgeBaseError(Exception):
    """Base of the tree: ``facts`` holds what a door needs to explain the error."""

    def __init__(self, **facts: object) -> None:
        super().__init__(", ".join(f"{name}={value!r}" for name, value in facts.items()))
        self.facts = facts


class NotFound(KnowledgeBaseError):
    """Facts: kind ("document", "page", "passage", "project"), id."""


class InvalidQuestion(KnowledgeBaseError):
    """Facts: problem ("too_long", "empty", "limit", "offset"), length, longest."""


class InUse(KnowledgeBaseError):
    """Facts: what ("index" or "ingest"), path, pid (0 when unknown)."""


class IndexUnavailable(KnowledgeBaseError):
    """Facts: where (path or URL without secrets), problem."""


class IndexMismatch(IndexUnavailable):
    """Facts: where, problem ("another_" and the first part that differs), built_with, wanted."""


class ModelUnavailable(KnowledgeBaseError):
    """Facts: setting, path, problem, detail. The problems are listed at ``service.encoding.dense.open_encoder``."""


class CatalogueUnavailable(KnowledgeBaseError):
    """Facts: where, problem."""


class SettingInvalid(KnowledgeBaseError):
    """Facts: setting, value, problem."""
