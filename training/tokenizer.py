"""The WordPiece tokenizer of the model: one vocabulary for both languages.

Text is normalised by NFKC (composed å ä ö, no ligatures), soft hyphens are dropped and letters lower-cased. Accents
stay: in Swedish å, ä and ö are letters of their own.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.normalizers import NFKC, Lowercase, Replace, Sequence
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.trainers import WordPieceTrainer

from training.corpus import Corpus

UNKNOWN = "[UNK]"
# 36 000 rows of 384 bytes and 36 000 of 128 are 18 MB with the tokenizer.
PIECES = 36_000
# The parallel texts hold little English about people and work ("unemployed" would fall into pieces): the rest of the
# rows goes to the teacher's whole words, those that our texts use most.
TEACHER_WORDS = 5_500
# Product documentation is two thirds of the translations; a fifth of it is enough to meet its words.
DOCUMENTATION_SHARE = 0.2

_WORD = re.compile(r"\b[a-z]{4,}\b")


def train_tokenizer(texts: Iterable[str], pieces: int = PIECES) -> Tokenizer:
    """Learn a vocabulary of at most ``pieces`` pieces; the unknown piece has id 0.

    The result has no special tokens, no truncation and no padding: ids are pieces of the text and nothing else.
    """
    learner = _pipeline(Tokenizer(WordPiece(unk_token=UNKNOWN)))
    trainer = WordPieceTrainer(
        vocab_size=pieces, min_frequency=3, limit_alphabet=250, special_tokens=[UNKNOWN], show_progress=False
    )
    learner.train_from_iterator(texts, trainer)
    return extended(learner, [])


def extended(tokenizer: Tokenizer, words: Iterable[str]) -> Tokenizer:
    """Return the same tokenizer with ``words`` added as whole pieces."""
    vocabulary = tokenizer.get_vocab()
    for word in words:
        vocabulary.setdefault(word, len(vocabulary))
    # Built anew from the vocabulary, "[UNK]" in a text is ordinary characters rather than a special token.
    return _pipeline(Tokenizer(WordPiece(vocabulary, unk_token=UNKNOWN)))


def common_words(corpus: Corpus, teacher: Path, known: Container[str], count: int) -> list[str]:
    """The teacher's whole words of four letters or more that our English texts use most and ``known`` lacks.

    Words that the texts write with a capital only are names and are left out.
    """
    used = Counter(word for text in _english(corpus) for word in _WORD.findall(text))
    vocabulary: dict[str, int] = json.loads((teacher / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    missing = [word for word in vocabulary if used[word] and word not in known]
    return sorted(missing, key=lambda word: (-used[word], word))[:count]


def added_words(tokenizer: Tokenizer) -> list[str]:
    """The words that ``common_words`` added to a full vocabulary, in the order of their ids."""
    vocabulary = tokenizer.get_vocab()
    return [w for w in sorted(vocabulary, key=vocabulary.__getitem__) if vocabulary[w] >= PIECES - TEACHER_WORDS]


def vocabulary_texts(corpus: Corpus, seed: int) -> Iterator[str]:
    """Texts that the vocabulary is learned from, both languages, documentation thinned out."""
    draw = random.Random(seed)
    for pair in corpus.translations:
        if pair.family != "docs_md" or draw.random() < DOCUMENTATION_SHARE:
            yield from (pair.english, pair.swedish)
    for project in corpus.projects:
        yield from (project.title_sv, project.title_en, project.abstract_sv)
        # The only English text about research and society: it counts twice.
        yield from (project.abstract_en, project.abstract_en)
    for page in corpus.pages:
        yield from (page.title, page.text[:4000])


def load_or_train(corpus: Corpus, teacher: Path, path: Path, seed: int) -> Tokenizer:
    """Load the tokenizer at ``path``, learning and writing it first if it is not there."""
    if not path.exists():
        print("tokenizer: learning the vocabulary", flush=True)
        learned = train_tokenizer(vocabulary_texts(corpus, seed), PIECES - TEACHER_WORDS)
        extra = common_words(corpus, teacher, learned.get_vocab(), TEACHER_WORDS)
        extended(learned, extra).save(str(path), pretty=False)
    return Tokenizer.from_file(str(path))


def _english(corpus: Corpus) -> Iterator[str]:
    for pair in corpus.translations:
        yield pair.english
    for project in corpus.projects:
        yield f"{project.title_en} {project.abstract_en}"


def _pipeline(tokenizer: Tokenizer) -> Tokenizer:
    tokenizer.normalizer = Sequence([NFKC(), Replace(Regex("\u00ad"), ""), Lowercase()])
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.decoder = WordPieceDecoder()
    return tokenizer
