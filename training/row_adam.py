"""Adam for rows that are met at very different rates."""

import torch
from torch import Tensor

DECAY = (0.9, 0.999)
EPSILON = 1e-8


class RowAdam:
    """Adam (Kingma & Ba 2015) that leaves a row alone in the steps in which no text of the batch held its piece.

    Moments and their bias correction count a row's own steps. Plain Adam keeps moving a rare row for dozens of steps
    after its one gradient, and by more than its length: what the teacher said about rare words would be lost.
    """

    def __init__(self, rows: Tensor) -> None:
        self.rows = rows
        self.first = torch.zeros_like(rows)
        self.second = torch.zeros_like(rows)
        self.steps = torch.zeros(len(rows), 1)

    @torch.no_grad()
    def step(self, gradient: Tensor, touched: Tensor, rate: float) -> None:
        """Move the rows ``touched`` (ids, each once) against ``gradient``, shape (pieces, dimensions)."""
        slope = gradient[touched]
        steps = self.steps[touched] + 1
        first = self.first[touched].lerp_(slope, 1 - DECAY[0])
        second = self.second[touched].lerp_(slope.square(), 1 - DECAY[1])
        spread = (second / (1 - DECAY[1] ** steps)).sqrt_().add_(EPSILON)
        move = first / (1 - DECAY[0] ** steps) / spread
        for kept, new in ((self.steps, steps), (self.first, first), (self.second, second)):
            kept[touched] = new
        self.rows.index_add_(0, touched, move, alpha=-rate)

    def state(self) -> dict[str, Tensor]:
        """Everything that a stopped run needs to go on."""
        return {"rows": self.rows.detach(), "first": self.first, "second": self.second, "steps": self.steps}

    @torch.no_grad()
    def restore(self, state: dict[str, Tensor]) -> None:
        """Take over what ``state`` gave."""
        for name, kept in self.state().items():
            kept.copy_(state[name])
