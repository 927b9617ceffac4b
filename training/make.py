"""Every step in order, from the data folder to the finished model. What ``work`` already holds is not made again."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from training.bags import Vectors, bags_of, encode
from training.corpus import Corpus
from training.evaluate import PASSAGE_PIECES, evaluate
from training.initialise import initial_rows, inverse_frequency, principal_axes, turned
from training.labelling import label, pairs_to_label, teacher_folder
from training.late_interaction import LatePlan, Table, train_table, write_table
from training.pairs import kinds, words_of
from training.shipping import read_rows, write_model
from training.tokenizer import UNKNOWN, added_words, load_or_train
from training.train import Labelled, Plan, train

LONGEST = 160


@dataclass(frozen=True)
class Making:
    """One making of the model.

    Args:
        data: folder with ``parallel/``, ``swecris/``, ``government/`` and ``eval/``.
        work: folder for what the steps leave.
        plan: how to train.
        late: how to train the second table.
    """

    data: Path
    work: Path
    plan: Plan
    late: LatePlan = LatePlan()

    def model(self, folder: Path) -> None:
        """Make the model and write it to ``folder``."""
        self.work.mkdir(parents=True, exist_ok=True)
        finished = self.work / "rows.npy"
        if not finished.exists():
            mix = kinds(self.corpus)
            np.save(finished, train(self.start(), self.tokenizer, mix, self.labelled, self.plan, self.work))
        rows: Vectors = np.load(finished)
        # Training has lengthened common rows again; the weights once more gain 0.7 points (README.md). They are counted
        # where both languages have equal shares: counted on Swedish pages, "och" would weigh less than "and".
        abstracts = bags_of(self.tokenizer, self._abstracts(), LONGEST)
        weighted = rows * inverse_frequency([abstracts], len(rows))[:, None]
        write_model(weighted, self.tokenizer, folder)
        write_table(self._table(weighted), folder)

    def _table(self, rows: Vectors) -> Table:
        counted = bags_of(self.tokenizer, self._passages(), LONGEST)
        state = self.work / "late.pt"
        return train_table(rows, self.tokenizer, kinds(self.corpus), counted, self.late, state)

    @cached_property
    def corpus(self) -> Corpus:
        """The texts."""
        return Corpus(self.data)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The vocabulary, learned on first use."""
        return load_or_train(self.corpus, teacher_folder(), self.work / "tokenizer.json", self.plan.seed)

    @cached_property
    def labelled(self) -> Labelled:
        """Translations with the teacher's vectors, on the principal axes."""
        pairs = pairs_to_label(self.corpus, self.plan.seed)
        english, swedish = [p.english for p in pairs], [p.swedish for p in pairs]
        vectors = label(english, self.work / "teacher")
        axes = principal_axes(vectors)
        return Labelled(english, swedish, turned(vectors, axes), axes)

    def start(self) -> Vectors:
        """Rows before training."""
        path = self.work / "start.npy"
        if not path.exists():
            np.save(path, self._initialised())
        rows: Vectors = np.load(path)
        return rows

    def _initialised(self) -> Vectors:
        print("start: rows from the teacher's vectors", flush=True)
        sentences = self.labelled
        words = added_words(self.tokenizer)
        # A word alone lies elsewhere than a sentence: it is centred among words.
        of_words = turned(label(words, self.work / "teacher-words"), sentences.axes)
        texts = [*sentences.english, *sentences.swedish, *words]
        vectors = np.concatenate([sentences.vectors, sentences.vectors, of_words])
        labelled = bags_of(self.tokenizer, texts, LONGEST)
        unlabelled = bags_of(self.tokenizer, self._passages(), LONGEST)
        return initial_rows(labelled, vectors, unlabelled, self.tokenizer.get_vocab_size())

    def _passages(self) -> list[str]:
        return [*(" ".join(words_of(page.text)) for page in self.corpus.pages), *self._abstracts()]

    def _abstracts(self) -> list[str]:
        return [text for project in self.corpus.projects for text in (project.abstract_sv, project.abstract_en)]


def figures(data: Path, folder: Path, width: int | None = None) -> dict[str, float]:
    """nDCG@10 × 100 of a finished model on each development set, from its first ``width`` dimensions."""
    rows = np.ascontiguousarray(read_rows(folder)[:, :width])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    if tokenizer.token_to_id(UNKNOWN) != 0:
        raise ValueError(UNKNOWN)
    return evaluate(data, lambda texts: encode(rows, tokenizer, texts, PASSAGE_PIECES))
