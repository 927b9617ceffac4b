"""The data mix: which texts belong together, and how often each kind is drawn.

An epoch is a list of batches; each batch holds pairs of one kind, so that the other pairs of the batch are negatives
of the same kind (a title is never told from a menu entry). Windows and sentences are drawn anew each epoch.

Method: translation pairs alone give a translation matcher, so titles, headings and sentences are paired with the
passages that they stand over or in (inverse cloze task: Lee, Chang & Toutanova 2019, arXiv 1906.00300).
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from training.corpus import Corpus, Page, Project, Translation

Pair = tuple[str, str]

WINDOW_WORDS = 110
SHORTEST_WINDOW = 25
# A heading that stands over this many pages says nothing about the text below it ("Presskontakt", "Genvägar").
COMMON_HEADING = 12
# The sentence is left in its passage one time in ten, so that meeting the same words again stays worth something.
SENTENCE_KEPT = 0.1

# How many times an epoch passes over each family of translations. What lies far from the domain is met more often in
# the teacher's batches (training/labelling.py), where its meaning, and not only its translation, is learned.
FAMILY_PASSES = {
    "eu_gov": 3.0,
    "tatoeba": 1.0,
    "dict": 1.0,
    "gettext": 0.5,
    "ui": 0.5,
    "ud": 1.0,
    "web": 0.25,
    "docs_md": 0.1,
}
# The same for the pairs that are made of the pages and the projects.
PAGE_PASSES = {"title-window": 2.0, "window-window": 1.0, "heading-section": 1.0, "sentence-passage": 1.0}
PROJECT_PASSES = {
    "title-sv-abstract-sv": 1.5,
    "title-sv-abstract-en": 1.5,
    "title-en-abstract-sv": 1.5,
    "title-en-abstract-en": 1.5,
    "abstract-abstract": 1.5,
    "sentence-sv-abstract-en": 1.0,
    "sentence-en-abstract-sv": 1.0,
}

_HEADING = re.compile(r"^#{1,4}\s+(.+)$", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])")


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of one kind: ``left[i]`` belongs with ``right[i]`` and with no other."""

    kind: str
    left: list[str]
    right: list[str]


@dataclass(frozen=True)
class Kind:
    """A kind of pairs: where they come from, how to make one, and how many passes an epoch makes over them.

    ``make`` may answer None where a source gives no pair (a page without sentences).
    """

    name: str
    passes: float
    sources: Sequence[object]
    make: Callable[..., Pair | None]

    def draw(self, rng: random.Random) -> list[Pair]:
        """Make this epoch's pairs, in random order: whole passes, and a sample for the fraction."""
        whole, fraction = divmod(self.passes, 1.0)
        chosen = list(self.sources) * int(whole) + rng.sample(self.sources, round(fraction * len(self.sources)))
        rng.shuffle(chosen)
        made = (self.make(source, rng) for source in chosen)
        return [pair for pair in made if pair is not None and all(pair)]


def kinds(corpus: Corpus) -> list[Kind]:
    """List every kind of pairs of the mix."""
    return [*_translation_kinds(corpus), *_page_kinds(corpus), *_project_kinds(corpus)]


def epoch(mix: Sequence[Kind], size: int, seed: int) -> list[Batch]:
    """Draw one epoch: batches of at most ``size`` pairs, one kind each, in random order.

    The same seed gives the same batches. A rest smaller than a quarter of ``size`` is dropped: it has too few
    negatives to teach anything.
    """
    rng = random.Random(seed)
    batches = [batch for kind in mix for batch in _cut(kind.name, kind.draw(rng), size)]
    rng.shuffle(batches)
    return batches


def words_of(text: str) -> list[str]:
    """Split at white space, without the marks of Markdown headings and lists."""
    return [word for word in text.split() if word.strip("#*-–|")]


def _cut(name: str, pairs: list[Pair], size: int) -> Iterator[Batch]:
    for start in range(0, len(pairs), size):
        part = pairs[start : start + size]
        if len(part) >= size / 4:
            yield Batch(name, [left for left, _ in part], [right for _, right in part])


def _translation_kinds(corpus: Corpus) -> list[Kind]:
    by_family: dict[str, list[Translation]] = {}
    for pair in corpus.translations:
        # The PowerShell pages are machine-translated with words torn apart ("funktions leverantören").
        if "powershell" not in pair.source:
            by_family.setdefault(pair.family, []).append(pair)
    return [
        Kind(f"translation-{family}", passes, by_family[family], _translation)
        for family, passes in FAMILY_PASSES.items()
        if family in by_family
    ]


def _page_kinds(corpus: Corpus) -> list[Kind]:
    sections = list(_sections(corpus.pages))
    makers: dict[str, tuple[Sequence[object], Callable[..., Pair | None]]] = {
        "title-window": (corpus.pages, _title_and_window),
        "window-window": (corpus.pages, _two_windows),
        "heading-section": (sections, _heading_and_section),
        "sentence-passage": (corpus.pages, _sentence_and_passage),
    }
    return [Kind(name, passes, *makers[name]) for name, passes in PAGE_PASSES.items()]


def _project_kinds(corpus: Corpus) -> list[Kind]:
    return [
        Kind(name, passes, corpus.projects, partial(_project_pair, name=name))
        for name, passes in PROJECT_PASSES.items()
    ]


def _translation(pair: Translation, _rng: random.Random) -> Pair:
    return pair.english, pair.swedish


def _title_and_window(page: Page, rng: random.Random) -> Pair | None:
    return page.title, _window(words_of(page.text), rng)


def _two_windows(page: Page, rng: random.Random) -> Pair | None:
    words = words_of(page.text)
    if len(words) < 2 * SHORTEST_WINDOW:
        return None
    # Halves of a random length never share a word of the text.
    middle = rng.randint(SHORTEST_WINDOW, len(words) - SHORTEST_WINDOW)
    return _window(words[:middle], rng), _window(words[middle:], rng)


def _sections(pages: Sequence[Page]) -> Iterator[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for page in pages:
        parts = _HEADING.split(page.text)
        found += zip(parts[1::2], parts[2::2], strict=True)
    counts = Counter(heading for heading, _ in found)
    for heading, text in found:
        if counts[heading] < COMMON_HEADING and len(words_of(text)) >= SHORTEST_WINDOW:
            yield heading.strip("* "), text


def _heading_and_section(section: tuple[str, str], _rng: random.Random) -> Pair:
    heading, text = section
    return heading, " ".join(words_of(text)[:WINDOW_WORDS])


def _sentence_and_passage(page: Page, rng: random.Random) -> Pair | None:
    return _cloze(page.text, page.text, rng)


def _project_pair(project: Project, rng: random.Random, name: str) -> Pair | None:
    if name == "abstract-abstract":
        return _start(project.abstract_sv, rng), _start(project.abstract_en, rng)
    kind, language, _, other = name.split("-")
    abstract = getattr(project, f"abstract_{other}")
    if kind == "title":
        return getattr(project, f"title_{language}"), _window(words_of(abstract), rng)
    return _cloze(getattr(project, f"abstract_{language}"), abstract, rng)


def _cloze(asked: str, answered: str, rng: random.Random) -> Pair | None:
    sentences = [s for s in _SENTENCE_END.split(" ".join(words_of(asked))) if 5 <= s.count(" ") < 35]
    if not sentences:
        return None
    sentence = rng.choice(sentences)
    words = words_of(answered)
    if asked is answered:
        words = _around(words, sentence, rng)
    passage = _window(words, rng)
    return (sentence, passage) if passage.count(" ") >= SHORTEST_WINDOW else None


def _around(words: list[str], sentence: str, rng: random.Random) -> list[str]:
    """Words near the sentence, mostly without the sentence itself."""
    before, _, after = " ".join(words).partition(sentence)
    middle = sentence.split() if rng.random() < SENTENCE_KEPT else []
    return [*before.split()[-WINDOW_WORDS // 2 :], *middle, *after.split()[: WINDOW_WORDS // 2]]


def _window(words: list[str], rng: random.Random) -> str:
    start = rng.randint(0, max(0, len(words) - WINDOW_WORDS))
    return " ".join(words[start : start + WINDOW_WORDS])


def _start(text: str, rng: random.Random) -> str:
    # Both abstracts from their start: a random window would pair different parts of them.
    return " ".join(words_of(text)[: rng.randint(SHORTEST_WINDOW, 2 * WINDOW_WORDS)])
