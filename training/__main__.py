"""``python -m training --data DIR`` makes the bundled model; ``--measure`` only measures the one that is there."""

import argparse
from pathlib import Path

from training.make import Making, figures
from training.model_card import write_card
from training.train import Plan


def main(words: list[str] | None = None) -> None:
    """Make the model, measure it and write its card."""
    wish = _parser().parse_args(words)
    plan = Plan(epochs=wish.epochs, rate=wish.rate, seed=wish.seed)
    if not wish.measure:
        Making(wish.data, wish.work, plan).model(wish.out)
    measured = {width: figures(wish.data, wish.out, width) for width in plan.widths}
    for width, of_width in measured.items():
        print(width, " · ".join(f"{name} {value:.1f}" for name, value in of_width.items()))
    if not wish.measure:
        write_card(wish.out, measured, plan)


def _parser() -> argparse.ArgumentParser:
    defaults = Plan()
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with parallel/, swecris/, government/, eval/")
    parser.add_argument(
        "--work", type=Path, default=Path(".training"), help="what the steps leave; a later run goes on"
    )
    parser.add_argument("--out", type=Path, default=Path("service/encoding/model"), help="folder of the model")
    parser.add_argument("--epochs", type=int, default=defaults.epochs)
    parser.add_argument("--rate", type=float, default=defaults.rate, help="step size of Adam")
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--measure", action="store_true", help="measure the model in --out and change nothing")
    return parser


if __name__ == "__main__":
    main()
