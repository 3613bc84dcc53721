"""What the tasks of finding emoji share: the scenes, the objects that stand behind a target, and the score.

A target is one array (B, R + 3, 5). Its first R rows are the encoding, which the loss reads: one row for every place at which
the network answers. Its last three rows are the objects as they are, kind and box in pixels, -1 where there are fewer: no
encoding holds all of them (two objects may want the same place), and what is lost there has to count as missed.
"""

import numpy as np

from kdl.data import emoji_scenes
from kdl.metrics import mean_average_precision, nms
from kdl.tasks import GENERATED_TEST, TEST, TRAIN, Boxes, Task, stream

SIZE, KINDS, MOST = emoji_scenes.SIZE, emoji_scenes.KINDS, emoji_scenes.MOST
EDGES = (16**2, 22**2)  # areas in pixels where small ends and large begins: about a third of the objects each
THRESHOLD = 0.5  # of the IoU from which a box of the same kind is taken for a duplicate
FAINTEST, FOUND = 0.02, 20  # least score and largest number of boxes of a picture that are looked at


def task(name, *, sizes, loss, encode, found, baseline, target, options):
    """The task with an encoding.

    Args:
        name, sizes, loss, baseline, target, options: as `Task` has them.
        encode: objects (B, 3, 5) -> the rows that the loss reads (B, R, 5).
        found: predictions -> one array (N, 6) for each picture, kind, box and score, as the network gives them.
    """

    def examples(rng, count, part):
        x, objects = emoji_scenes.scenes(rng, count, part=part)
        return x, np.concatenate([encode(objects.astype(float)), objects], axis=1).astype(np.float32)

    return Task(
        name=name,
        sizes={"shape": (SIZE, SIZE, 3), **sizes, "kinds": len(KINDS)},
        loss=loss,
        metric="mAP",
        direction="max",
        baseline=baseline,
        target=target,
        batches=lambda seed, epoch, index, size: examples(stream(seed, epoch, index, TRAIN), size, "train"),
        test=lambda seed: examples(stream(seed, TEST), GENERATED_TEST, "test"),
        score=lambda y, predicted: mean_average_precision.make()(truth(y), found(predicted)),
        options=options,
        labels=KINDS,
        boxes=Boxes(found=found, truth=truth),
    )


def truth(y):
    """The objects of each picture of targets (B, R + 3, 5): arrays (N, 5) of kind and box in pixels."""
    return [rows[rows[:, 0] >= 0] for rows in y[:, -MOST:].astype(float)]


def thinned(boxes, scores, candidates=None):
    """The boxes of each picture that are worth showing, best first: arrays (N, 6) of kind, box in pixels and score.

    Args:
        boxes: (B, P, 4), in pictures: left, top, right, bottom.
        scores: (B, P, C), of each box for each kind.
        candidates: look at this many of the P C scores of each picture, the highest, whatever they are; None: at those above
            FAINTEST.
    """
    pictures = []
    boxes = np.clip(boxes, 0, 1) * SIZE
    for corners, score in zip(boxes.astype(float), scores.astype(float), strict=True):
        if candidates is None:
            place, kind = np.nonzero(score > FAINTEST)
        else:
            place, kind = np.unravel_index(np.argsort(-score, axis=None, kind="stable")[:candidates], score.shape)
        rows = np.column_stack([kind, corners[place], score[place, kind]])
        pictures.append(nms.of_each_kind(rows, THRESHOLD, FOUND))
    return pictures


def middles(boxes):
    """left, top, right, bottom -> middle x, middle y, width, height; any (..., 4)."""
    return np.concatenate([(boxes[..., :2] + boxes[..., 2:]) / 2, boxes[..., 2:] - boxes[..., :2]], axis=-1)


def corners(boxes):
    """middle x, middle y, width, height -> left, top, right, bottom; any (..., 4)."""
    half = boxes[..., 2:] / 2
    return np.concatenate([boxes[..., :2] - half, boxes[..., :2] + half], axis=-1)
