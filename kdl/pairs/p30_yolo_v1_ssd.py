"""
question: Do boxes laid out beforehand, asked by convolutions, find small objects that a fully connected look at a grid misses?
pair: P30
arms: yolo-v1, ssd
tasks: emoji-by-cell, emoji-by-default-box
budget: long
reason: 20 trainings of convolutions over pictures of 48 by 48 pixels, one after the other, each scored on 1,000 scenes

The notes set SSD against YOLO: it answers from several maps, with more boxes, and so finds small objects that YOLO misses.
Here both look at the same scenes: one to three emoji, 12 to 32 pixels wide before their empty edge is cut off, on a
photograph of 48 by 48 pixels. An object is called small up to 16 by 16 pixels of area and large from 22 by 22: in the test
scenes of tuning seeds 1000 to 1002, 38 and 29 % of them. One of exactly 16 by 16 counts as small and as medium.

What is equal: the scenes of each seed and their order, the four convolutions that lead to the map of 6 by 6, 1,000 Adam
steps of 32, gradient clipped at norm 1, and the number of weights within 5 % (151,640 and 151,104). What differs is all that
the papers differ in: YOLO reads its map by two fully connected layers and gives 2 boxes for each of 36 cells, 72 in all; SSD
asks that map and one of 3 by 3 by convolutions and gives changes of 180 default boxes; each has its own encoding and its own
loss.

What is not tested: that finer maps find small objects, the paper's reason. SSD's finest map is here YOLO's own, 6 by 6; its
second is coarser. In those scenes every small object has its best default box on the map of 6 by 6. Nor are crowds tested:
2 of 5,572 objects shared a cell with another.

What speaks for SSD from the start: its default boxes, squares of 14 to 32 pixels and boxes twice as long as wide, are laid
for sprites of this size; YOLO is told nothing about sizes. So may the steps: the models' own cards give YOLO 1,500 on these
scenes and SSD 600, and both stop at 1,000 here.

The learning rate is 0.003 for both: of 0.001, 0.003 and 0.01 it had the highest mAP for either arm, on one tuning seed (1000)
and after 500 steps, half of those that count. One seed cannot tell near rates apart.

How recall is cut: the mean over the kinds of the highest recall, among at most 20 boxes of a picture with a score above 0.02,
after suppression. A score of YOLO is the product of two numbers that were learned by squares, one of SSD a softmax, so the
same 0.02 may let through another number of boxes: a difference in recall is partly one of the cut. The share of small to
large is a quotient, and is high as well for an arm that is bad at both: read it beside the two.

What came out. SSD is far ahead: an AP of 0.843 against 0.216 for small objects, ahead in ten of ten seeds, a recall of 0.977
against 0.806, and small objects keep 0.856 of the AP of large ones against 0.365. All three claims are confirmed. But YOLO is
behind everywhere, with an AP of 0.591 for large objects against 0.984, and it stopped at two thirds of the steps that its own
card gives it. So this says which of the two learns these scenes sooner; what YOLO does when it is trained to the end, and
whether it then still loses most on small objects, it does not say.

What would change the verdict: a finer map, as in the paper; more steps, since fully connected layers learn each place by
itself and need to be shown each; other default boxes; objects that are large in their picture, or one at a time. That boxes
make the difference, and not the convolutions that answer or the loss, is not shown by this pair: the arms differ in all of
them.
"""

from statistics import fmean

from kdl.experiment.arms import Trained, trained
from kdl.experiment.claims import Greater, Measure, Prediction
from kdl.experiment.measured import Figure, Measured

SIZES = ("small", "medium", "large")
SMALL = Measure("small", "AP at an IoU of 0.5 of objects below 16 x 16 pixels", better="more", worst=0.0)
RECALL = Measure("recall", "share of all objects that one of the boxes found, at an IoU of 0.5", better="more", worst=0.0)
KEPT = Measure("kept", "AP of small objects as a share of that of large ones", better="more", worst=0.0)

CONDITIONS = {"scenes": "emoji on photographs"}
SHARED = {"steps": 1000, "batch_size": 32, "clip_norm": 1.0}


class Examined(Trained):
    """An arm that is also asked for its AP by the size of the objects, and for its recall."""

    def __call__(self, seed, condition):
        from kdl.metrics import mean_average_precision
        from kdl.tasks import _boxes

        found, trainer = super().__call__(seed, condition), self._trainer(condition)
        x, y = trainer.task.test(self.begin + seed)
        truth, boxes = trainer.task.boxes.truth(y), trainer.task.boxes.found(trainer.predict(x))
        edges = (0, *_boxes.EDGES, float("inf"))
        by_size = {
            name: mean_average_precision.evaluated(truth, boxes, sizes=limits)[0]
            for name, limits in zip(SIZES, zip(edges, edges[1:], strict=False), strict=True)
        }
        _, recall = mean_average_precision.evaluated(truth, boxes)
        return {**found, **by_size, "recall": recall, "kept": by_size["small"] / (by_size["large"] or float("nan"))}


def arm(model, task, **how):
    return Examined(**vars(trained(model, task, **how, **SHARED)))


ARMS = {
    "yolo-v1": arm("yolo-v1", "emoji-by-cell", sizes={"hidden": 60}, learning_rate=0.003),
    "ssd": arm("ssd", "emoji-by-default-box", learning_rate=0.003),
}
DIFFERS = ("model", "task")

ENTRIES = ("ssd", "yolo-v1")

CLAIMS = [
    Greater(
        id="small",
        text="SSD finds small objects better: its AP of those below 16 x 16 pixels is higher by at least 0.05.",
        a="ssd",
        b="yolo-v1",
        measure=SMALL,
        condition="scenes",
        smallest=0.05,  # what somebody who looks at twenty small objects can notice: one of them
        entries=(*ENTRIES, "anchor-boxes"),
    ),
    Greater(
        id="recall",
        text="More boxes find more: the share of all objects that are found is higher by at least 0.05.",
        a="ssd",
        b="yolo-v1",
        measure=RECALL,
        condition="scenes",
        smallest=0.05,  # one of twenty objects
        entries=ENTRIES,
    ),
    Greater(
        id="kept",
        text="SSD keeps more of its AP where objects are small: the share of small to large is higher by at least 0.1.",
        a="ssd",
        b="yolo-v1",
        measure=KEPT,
        condition="scenes",
        smallest=0.1,  # a tenth of the AP of large objects; less would be being better at everything, not at small objects
        entries=(*ENTRIES, "object-detection-challenges"),
    ),
]

PREDICTION = Prediction(
    claim="kept",
    question="Both are worse at small objects than at large ones. Who keeps more of its AP, by a tenth or more?",
    choices={
        "ssd": "SSD: small default boxes lie there already",
        "yolo-v1": "YOLO: every cell sees the whole picture",
        "neither": "neither: less than a tenth between them, or it changes from seed to seed",
    },
)


def figure(measured: Measured) -> Figure | None:
    """AP of small, medium and large objects: the mean of the seeds, with the lowest and the highest of them."""
    rows = {arm: [row["values"] for row in measured.rows if row["arm"] == arm] for arm in ARMS}
    rows = {
        arm: [[values[size] or 0.0 for size in SIZES] for values in found if "small" in values] for arm, found in rows.items()
    }
    if not all(rows.values()):
        return None
    columns = {arm: list(zip(*found, strict=True)) for arm, found in rows.items()}
    series = {arm: [fmean(values) for values in sizes] for arm, sizes in columns.items()}
    return Figure(
        title="AP at an IoU of 0.5 by the size of the objects: below 16 x 16 pixels, up to 22 x 22, above",
        message="AP of small objects: " + ", ".join(f"{arm} {values[0]:.2f}" for arm, values in series.items()),
        series=series,
        x=("small", "large"),
        spread={arm: (list(map(min, sizes)), list(map(max, sizes))) for arm, sizes in columns.items()},
    )
