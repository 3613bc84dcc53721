"""
question: Do more layers make a plain network worse on its own training set, and do shortcuts cure that?
pair: P07
arms: plain-deep-net, resnet
tasks: digits
budget: long
reason: 60 trainings of networks of up to 32 convolutions, and the gradient by each layer before and after

The notes say that a deeper network gets worse, that a residual connection fixes it (they give no reason, E029), and that ResNet
thereby solves the vanishing of gradients (E235). He, Zhang, Ren and Sun (2015) claim less and more. Less: section 4.1 says that
their plain nets' gradients did *not* vanish, because they have batch normalisation. More: what gets worse is the *training*
error, so that it is not overfitting; a deeper net could copy the shallow one, and does not find how.

So three questions are kept apart here: does the plain net's training loss rise with depth; do shortcuts prevent it; and how
large is the gradient at the first layer, before any training and after it?

Which training loss? Batch normalisation has two modes. While it trains, the mean and variance are those of the batch; when it
answers, they are averages over past batches, which lag behind the weights. The loss that is compared is the mean over the
batches of the last epoch, in the first mode: it is the very number that was minimised. The loss of the finished network on the
whole training set in the second mode ("loss.answering") is recorded beside it. It holds the lag of the averages as well, which
is no matter of depth alone.

What is equal: the 1,437 pictures of 8 by 8 and their order, 220 Adam steps of 64 (ten epochs) without clipping, 8 filters in
the first of three stages, and every layer that has weights, with the same start: at 8, 20 and 32 layers 19,314, 68,594 and
117,874 numbers in both arms, since the shortcuts (option A) have none.
What differs: `x +`. And the learning rate: each arm has at each depth the one of 0.001, 0.003 and 0.01 with the lowest
geometric mean of the loss on tuning seeds 1000 and 1001. Where that stood at an edge the next rate was tried for both arms
(0.03 at 8 layers, 0.0003 at 32; neither was better), and where the two best were within a factor of 2 the better on seeds 1000
to 1004 was taken.

What came out (geometric means). The plain net degrades, and it is no overfitting: its training loss rises from 0.0095 at 8
layers to 0.091 at 20 and 0.381 at 32, 40.17 times as much, in ten of ten seeds. The finished net of 32 layers reads 0.877 of
the pictures that it was trained on (mean), where all others read at least 0.98. With shortcuts the loss is 0.0034, 0.0022 and
0.0047: a factor of 81.66 below the plain net's at 32 layers, and of 2.82 at 8. But deeper is not better either. That the
residual net's loss falls to half is refuted: it is ahead at 32 layers in four of ten seeds, and in these the net of 8 layers
had ended high, so that its rate is unsteady. From 20 to 32 layers it more than doubles in all seeds but one. And on new
pictures the residual net reads 0.944, 0.932 and 0.886 right, the plain one 0.944, 0.889 and 0.780. So shortcuts take most of
the harm out of depth and not all of it; what depth is good for, these small pictures do not show. By the moving averages the
losses are others and the order is the same: 0.0059, 0.062 and 0.394 against 0.0024, 0.0015 and 0.0025.
No gradient vanishes (E235). Untrained, it *grows* on its way back through the plain net: at the first convolution it is 0.417
with 8 layers and 12.42 with 32, where it is 18.8 times that at the last; with shortcuts 2.14 and 1.77 times. Trained, it is
7.5 times the last one's without and 6.1 with them. So both claims of a gradient that vanishes are refuted, the first one the
other way round. That batch normalisation without shortcuts makes gradients explode with depth is what Yang and others found
(2019, "A mean field theory of batch normalization"). Whether this is why the plain net learns badly is not tested here.

What would change the verdict: more steps, since at 32 layers both losses still fall, at rates of 0.003 without and 0.001 with
shortcuts, so that a part of the factor may be speed (He and others say that three times as many steps did not help theirs);
SGD with momentum and a schedule, as in the paper; larger pictures: here the last stage sees maps of 2 by 2. At 32 layers
Adam's rate was tuned among four values only. Without batch normalisation gradients may well vanish, and that was not run.
"""

from dataclasses import replace
from math import log, log2, nan
from statistics import geometric_mean

from kdl.experiment.arms import Trained, trained
from kdl.experiment.claims import Greater, Interaction, Measure, Prediction, Trend
from kdl.experiment.gradient_by_layer import by_convolution
from kdl.experiment.measured import Figure, Measured, banded, ranged

# The worst loss is that of a network that answers all ten digits alike: log 10. All are compared by factors.
LOSS = Measure("loss", "training loss, mean of the last epoch", better="less", worst=log(10), scale="ratio")
FIRST = Measure("first.start", "gradient at the first convolution, untrained", better="more", worst=1e-12, scale="ratio")
SHARE = Measure(
    "share.trained",
    "gradient at the first convolution over that at the last, trained",
    better="more",
    worst=1e-12,
    scale="ratio",
)

STEPS = 220
BLOCKS = {"8": (1, 1, 1), "20": (3, 3, 3), "32": (5, 5, 5)}
CONDITIONS = {depth: f"{depth} layers" for depth in BLOCKS}


class Examined(Trained):
    """An arm whose finished network is also asked about the whole training set, as it answers: by its moving averages.

    Of the gradients by layer it gives those that are judged: "first", and "share", the first over the last.
    """

    def __call__(self, seed, condition):
        found, trainer = super().__call__(seed, condition), self._trainer(condition)
        x, y = trainer.task.batches(seed, 0, 0, trainer.task.examples)
        logits = trainer.predict(x)
        found |= {"loss.answering": float(trainer.task.loss()(y, logits)), "known": trainer.task.score(y, logits)}
        for when in ("start", "trained"):
            norms = found[f"gradient.{when}"]
            found |= {f"first.{when}": norms[0], f"share.{when}": norms[0] / norms[-1] if norms[-1] else nan}
        return found


def arm(model, rates):
    """One arm, with its rate at each depth."""
    made = trained(
        model,
        "digits",
        sizes={"filters": 8},
        at={depth: {"sizes": {"blocks": BLOCKS[depth]}, "learning_rate": rates[depth]} for depth in BLOCKS},
        steps=STEPS,
        batch_size=64,
        clip_norm=None,
        probes={"gradient": by_convolution},
    )
    return Examined(**vars(made))


ARMS = {
    "plain-deep-net": arm("plain-deep-net", {"8": 0.003, "20": 0.003, "32": 0.003}),
    "resnet": arm("resnet", {"8": 0.01, "20": 0.003, "32": 0.001}),
}

ENTRIES = ("plain-deep-net", "resnet")
DOUBLE = log2(2)  # of a loss: less would be no reason to add layers, or to leave them out

CLAIMS = [
    Trend(
        id="degrades",
        text="From 8 to 32 layers the plain net's training loss rises, to at least twice what it was.",
        a="plain-deep-net",
        measure=LOSS,
        conditions=("8", "20", "32"),
        shape="worsens",
        smallest=DOUBLE,
        entries=("plain-deep-net",),
        errata=("E029",),
    ),
    Greater(
        id="residual-32",
        text="At 32 layers the residual net's training loss is at most half of the plain net's.",
        a="resnet",
        b="plain-deep-net",
        measure=LOSS,
        condition="32",
        smallest=DOUBLE,
        entries=(*ENTRIES, "residual-connection"),
        errata=("E029",),
    ),
    Interaction(
        id="deeper",
        text="The residual net's lead in training loss grows with depth: from 8 to 32 layers by a factor of 2 at least.",
        a="resnet",
        b="plain-deep-net",
        measure=LOSS,
        conditions=("8", "20", "32"),
        shape="grows",
        smallest=DOUBLE,
        entries=(*ENTRIES, "residual-connection"),
        errata=("E029",),
    ),
    Trend(
        id="deeper-is-better",
        text="With shortcuts deeper is better: from 8 to 32 layers the residual net's training loss falls, to half at least.",
        a="resnet",
        measure=LOSS,
        conditions=("8", "20", "32"),
        shape="improves",
        smallest=DOUBLE,
        entries=("resnet", "residual-connection"),
    ),
    Trend(
        id="vanishes",
        text="Untrained, the gradient at the plain net's first layer vanishes with depth: at 32 layers a tenth of that at 8.",
        a="plain-deep-net",
        measure=FIRST,
        conditions=("8", "20", "32"),
        shape="worsens",
        smallest=log2(10),  # what vanishes changes its order of magnitude
        entries=("plain-deep-net", "batch-norm", "vanishing-gradient"),
        errata=("E235",),
    ),
    Greater(
        id="cures-vanishing",
        text="Trained, at 32 layers: against the last layer's, the first one's gradient is 10 times as large with shortcuts.",
        a="resnet",
        b="plain-deep-net",
        measure=SHARE,
        condition="32",
        smallest=log2(10),
        entries=(*ENTRIES, "batch-norm", "vanishing-gradient"),
        errata=("E235",),
    ),
]

PREDICTION = Prediction(
    claim="degrades",
    question="A plain net of 32 layers and one of 8, as many steps: is the deep one's *training* loss at least twice as high?",
    choices={
        "yes": "yes: more layers fit their own training set worse",
        "no": "no: more layers fit at least nearly as well, and can only overfit",
        "neither": "it changes so much from seed to seed that neither is shown",
    },
)


def figure(measured: Measured) -> Figure | None:
    """The training loss by depth, which is to be predicted; below it the deepest nets by steps and by layer."""
    panels = [by_depth(measured), by_steps(measured), by_layer(measured, "start"), by_layer(measured, "trained")]
    first, *more = [panel for panel in panels if panel] or [None]
    return first and replace(first, more=tuple(more))


def by_depth(measured: Measured) -> Figure | None:
    """The loss that is judged, at each depth that both arms have; a depth alone shows no rise.

    8, 20 and 32 are as far apart as the axis shows them.
    """
    scores = measured.scores(LOSS)
    depths = [depth for depth in CONDITIONS if all((arm, depth) in scores for arm in ARMS)]
    if len(depths) < 2:
        return None
    cells = {arm: [list(scores[arm, depth].values()) for depth in depths] for arm in ARMS}
    drawn, lines = banded(cells, geometric_mean), []
    for arm, means in drawn["series"].items():
        lines += [
            f"{arm}: {', '.join(ranged(losses, '.2g', geometric_mean) for losses in cells[arm])}",
            f"{arm}, {depths[-1]} over {depths[0]} layers: {means[-1] / means[0]:.2f}",
        ]
    return Figure(
        title=f"Training loss of the last epoch, {', '.join(depths)} layers: geometric mean and spread",
        message="; ".join([*lines, "in brackets the lowest and the highest seed"]),
        x=(CONDITIONS[depths[0]], CONDITIONS[depths[-1]]),
        log=True,
        levels={f"twice that of {depths[0]} plain layers": 2 * drawn["series"]["plain-deep-net"][0]},
        **drawn,
    )


def by_steps(measured: Measured) -> Figure | None:
    """How the deepest nets learn."""
    curves = {f"{arm}, {CONDITIONS['32']}": measured.curves(arm, "32", "losses") for arm in ARMS}
    if not all(curves.values()):
        return None
    cells = {name: list(zip(*found, strict=True)) for name, found in curves.items()}
    return Figure(
        title="Training loss of the deepest nets by the steps, geometric mean and spread",
        message="in the last steps: "
        + "; ".join(f"{name}: {ranged(places[-1], '.2g', geometric_mean)}" for name, places in cells.items()),
        x=("first steps", f"{STEPS} steps"),
        log=True,
        **banded(cells, geometric_mean),
    )


def by_layer(measured: Measured, when: str) -> Figure | None:
    """The gradient's norm by each of the 31 convolutions of the deepest nets, before any training or after it."""
    name = {"start": "untrained", "trained": "trained"}[when]
    curves = {f"{arm}, {name}": measured.curves(arm, "32", f"gradient.{when}") for arm in ARMS}
    if not all(curves.values()):
        return None
    ratios = {arm: [norms[0] / norms[-1] for norms in found] for arm, found in curves.items()}
    lines = [f"{arm}: {ranged(found, '.2g', geometric_mean)}" for arm, found in ratios.items()]
    scores = measured.scores(replace(FIRST, name=f"first.{when}"))
    for arm in ARMS:
        norms = {depth: geometric_mean(scores[arm, depth].values()) for depth in CONDITIONS if (arm, depth) in scores}
        if len(norms) > 1:
            lines.append(f"first, {arm} of {', '.join(norms)} layers: {', '.join(f'{norm:.2g}' for norm in norms.values())}")
    return Figure(
        title=f"Gradient's norm by convolution, 32 layers, {name}: geometric mean and spread",
        message=f"first over last: {'; '.join(lines)}",
        x=("first convolution", "last"),
        log=True,
        **banded({arm: list(zip(*found, strict=True)) for arm, found in curves.items()}, geometric_mean),
    )
