"""``python -m training --data DIR``: from the data to a finished model. Steps whose result is in --work are skipped."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.evaluate import development_sets, evaluate
from training.export import quantised, write_model
from training.pairs import Encode, Ids, sources
from training.teacher import teacher_pairs, teacher_vectors
from training.tokenizer import VOCABULARY, train_tokenizer
from training.train import initial_rows, train

SEED = 1


def main() -> None:
    """Run every step."""
    arguments = _arguments()
    data, work = arguments.data, arguments.work
    work.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(data, work)
    encode = _encoder_of(tokenizer)
    english, swedish = teacher_pairs(data, SEED)
    teacher = _cached(work / "teacher.npy", lambda: teacher_vectors(english))
    pairs = encode(english), encode(swedish), teacher.astype(np.float16)
    print(f"{len(english)} teacher sentences", flush=True)
    start = initial_rows(tokenizer.get_vocab_size(), [(pairs[0], pairs[2]), (pairs[1], pairs[2])], SEED)
    rows = _cached(
        work / f"rows-{arguments.steps}.npy",
        lambda: train(start, sources(data, encode), pairs, steps=arguments.steps, rate=arguments.rate, seed=SEED),
    ).astype(np.float32)
    write_model(arguments.out, tokenizer, rows)
    figures = evaluate(development_sets(data), _dense(tokenizer, rows))
    print(json.dumps({name: round(value, 1) for name, value in figures.items()}, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with parallel/, government/, swecris/ and eval/")
    parser.add_argument("--work", type=Path, default=Path(".training"), help="folder for results of steps")
    parser.add_argument("--out", type=Path, default=Path("service/encoding/model"), help="folder of the finished model")
    parser.add_argument("--steps", type=int, default=1_200)
    parser.add_argument("--rate", type=float, default=1e-2)
    return parser.parse_args()


def _tokenizer(data: Path, work: Path) -> Tokenizer:
    path = work / f"tokenizer-{VOCABULARY}.json"
    if not path.exists():
        train_tokenizer(data).save(str(path))
    return Tokenizer.from_file(str(path))


def _encoder_of(tokenizer: Tokenizer) -> Encode:
    def encode(texts: list[str]) -> list[Ids]:
        found = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int32) for encoding in found]

    return encode


def _dense(tokenizer: Tokenizer, rows: NDArray[np.float32]) -> Callable[[list[str]], NDArray[np.float32]]:
    """Return an encoder on the rows as they are shipped, with eight bits."""
    whole, factors = quantised(rows)
    shipped = whole.astype(np.float32) * factors[:, None]
    encode = _encoder_of(tokenizer)

    def dense(texts: list[str]) -> NDArray[np.float32]:
        means = np.stack([shipped[ids].mean(axis=0) if len(ids) else shipped[0] for ids in encode(texts)])
        return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)

    return dense


def _cached(path: Path, make: Callable[[], NDArray[np.float16] | NDArray[np.float32]]) -> NDArray[np.float32]:
    if not path.exists():
        np.save(path, make())
    return np.load(path).astype(np.float32)  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
