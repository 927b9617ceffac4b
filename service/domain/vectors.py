"""What the index holds and hands back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Dense = NDArray[np.float32]
"""One row per text, or one vector: float32, L2 norm 1."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse vector: term ids (uint32, ascending, each once) and weights (float32) of the same length."""

    ids: NDArray[np.uint32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Point:
    """A passage in the index. ``id`` is the passage id; ``wording`` is equal where the text is; the rest can be filtered on."""

    id: str
    dense: Dense
    sparse: Sparse
    document_id: str
    project_id: str
    language: str
    document_type: str
    wording: str = ""
    finding_type: tuple[str, ...] = ()
    """Types of what the passage tells; a filter asks for one of them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with both legs' scores.

    ``dense`` is the cosine; ``lexical`` the summed product of IDF-weighted terms, 0 when none is shared. ``wording`` is equal
    for passages with the same text, and empty where that is not known.
    """

    id: str
    document_id: str
    language: str
    dense: float
    lexical: float
    wording: str = ""
