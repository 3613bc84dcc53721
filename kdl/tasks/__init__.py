"""Tasks: what a model is trained for. One file per task; `Task` is what each of them makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kdl.errors import UsageProblem

TRAIN, TEST = 1, 2  # the last number of a random stream's name, so that no stream is the beginning of another
GENERATED_EPOCH = 100  # steps that a generated task calls an epoch
GENERATED_TEST = 1000  # held-out examples that it draws


@dataclass(frozen=True)
class Text:
    """Text as numbers and back, for whoever trains a model that writes, or lets it write.

    Args:
        symbols: what each number stands for: its place is its number.
        start: the number that a model reads before the first symbol.
        end: the number by which it says that the text is over; may be `start`.
    """

    symbols: tuple[str, ...]
    start: int
    end: int

    def encode(self, text: str) -> list[int]:
        """The number of each character, without start and end.

        Raises:
            UsageProblem: a character that is no symbol.
        """
        known = {symbol: number for number, symbol in enumerate(self.symbols)}
        strange = [character for character in text if character not in known]
        if strange:
            raise UsageProblem(
                f"{strange[0]!r} is not among the {len(known)} symbols of this task.",
                fix=f"It knows: {''.join(self.symbols)}",
            )
        return [known[character] for character in text]

    def decode(self, numbers: Iterable[int]) -> str:
        """The text up to the first `end`; a `start` before it stands for nothing."""
        numbers = list(numbers)
        if numbers[:1] == [self.start]:
            numbers = numbers[1:]
        if self.end in numbers:
            numbers = numbers[: numbers.index(self.end)]
        return "".join(self.symbols[number] for number in numbers)


@dataclass(frozen=True)
class Boxes:
    """What a network is asked for that finds objects in pictures, for whoever shows or counts them.

    Args:
        found: predictions (B, ...) -> for each picture the boxes that stay, best first, (N, 6): kind, box in pixels, score.
        truth: answers (B, ...) -> for each picture its objects, (N, 5): kind, box in pixels.
    """

    found: Callable
    truth: Callable


@dataclass(frozen=True)
class Samples:
    """What a network gives out that draws.

    Args:
        draws: "points" or "pictures".
        shape: of one picture, whose numbers it gives in a row, as (28, 28).
        measures: `(drawn) -> {name: number}`, what can be said of samples beside the score; None: nothing.
    """

    draws: str
    shape: tuple[int, ...] | None = None
    measures: Callable | None = None


@dataclass(frozen=True)
class Task:
    """Data, encoding, loss, metric, baseline and target score: everything of a training but the model and the recipe.

    Args:
        name: the id, as `name-language`.
        sizes: arguments that a model's `build` needs to fit, as `{"features": 2, "outputs": 1}`.
        loss: makes the Keras loss; None: the models of the task have one of their own.
        metric: what the score is called.
        direction: "min" or "max", whichever is better.
        baseline: the score of the best answer that does not look at the input.
        target: the score that counts as solved.
        batches: `(seed, epoch, index, batch_size) -> (x, y)`, a pure function: the same four numbers give the same
            batch, so that a training can be resumed at any step.
        test: `(seed) -> (x, y)`, the held-out set; real data ignore the seed.
        score: `(y_true, y_predicted) -> float` on NumPy arrays.
        examples: how many training examples there are; None where they are generated.
        options: what `make` was called with.
        labels: what the numbers of an answer stand for: a number is a place among them; None: they are numbers.
        shown: `(one input) -> text`, an example as a reader sees it; None: there is nothing to read.
        text: how the task writes text as numbers, where a model trained on it can write some; None elsewhere.
        boxes: how its answers are read as boxes, where a model finds objects; None elsewhere.
        samples: what its answers are, where a model draws; None elsewhere.
    """

    name: str
    sizes: Mapping[str, object]
    loss: Callable | None
    metric: str
    direction: str
    baseline: float
    target: float
    batches: Callable
    test: Callable
    score: Callable
    examples: int | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    labels: Sequence[str] | None = None
    shown: Callable | None = None
    text: Text | None = None
    boxes: Boxes | None = None
    samples: Samples | None = None

    def epoch_steps(self, batch_size: int) -> int:
        """Steps in an epoch: 100 for generated data; for a finite set, as many whole batches as it holds."""
        return GENERATED_EPOCH if self.examples is None else max(1, self.examples // batch_size)

    def met(self, score: float) -> bool:
        """Whether a score reaches the target."""
        return score <= self.target if self.direction == "min" else score >= self.target


@dataclass(frozen=True)
class Stage:
    """One stage of a training. A model file whose training is the lesson defines `stages(model, task) -> [Stage, ...]`.

    Args:
        name: what the stage is called, as `pretrain`.
        task: what is learned in it: the task itself, or one with another loss or other batches. The score is always
            that of the task that was asked for.
        share: of the training's steps, against those of the other stages.
        speed: times the recipe's learning rate.
        learns: says of each of the model's layers whether it learns; None: all of them.
    """

    name: str
    task: Task
    share: float = 1.0
    speed: float = 1.0
    learns: Callable | None = None


def stream(seed: int, *numbers: int):
    """A random generator that depends on these numbers and nothing else."""
    import numpy as np

    return np.random.default_rng([seed, *numbers])


def generated(examples: Callable) -> dict:
    """The `batches` and `test` of a task whose data are drawn by `examples(rng, count) -> (x, y)`."""

    def batches(seed, epoch, index, batch_size):
        return examples(stream(seed, epoch, index, TRAIN), batch_size)

    def test(seed):
        return examples(stream(seed, TEST), GENERATED_TEST)

    return {"batches": batches, "test": test}


def finite(train: tuple, test: tuple) -> dict:
    """The `batches`, `test` and `examples` of a task with real data: (x, y) to train, (x, y) to test.

    Every epoch is a new order of the training set; what does not fill a whole batch waits for the next epoch.
    """
    x, y = train

    def batches(seed, epoch, index, batch_size):
        order = stream(seed, epoch, TRAIN).permutation(len(x))
        rows = order[index * batch_size : (index + 1) * batch_size]
        return x[rows], y[rows]

    return {"batches": batches, "test": lambda seed: test, "examples": len(x)}
