"""Make the fixtures of the tests from the reference that each names: `tests/fixtures/*.npz` and `tests/fixtures/parity/*.npz`.

    python -m venv /tmp/fixtures
    /tmp/fixtures/bin/pip install torch==2.13.0 transformers==5.23.0 sentence-transformers==6.2.0
    /tmp/fixtures/bin/pip install safetensors pycocotools==2.0.11 numpy
    /tmp/fixtures/bin/python tools/make_fixtures.py            # check: compares, writes nothing
    /tmp/fixtures/bin/python tools/make_fixtures.py --write    # write the files

Only authors run this. The files are committed, so that neither users nor CI need the reference. Each holds the inputs as
well as the outputs, and the reference with its version.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

import numpy as np
from safetensors_fixture import made as safetensors
from sentence_fixture import made as sentences
from transformers_fixture import SIZES
from transformers_fixture import made as transformer

FIXTURES = Path(__file__).resolve().parents[1] / "tests" / "fixtures"
STEPS = 50


def rprop() -> dict:
    """`torch.optim.Rprop`, float64: random gradients of two weights, and the weights after every step.

    Signs flip often, stay for long in the second weight, and are 0 now and then; small bounds of the step size are met.
    """
    import torch

    rng = np.random.default_rng(0)
    start = {"a": rng.normal(size=(3, 4)), "b": rng.normal(size=5)}
    drift = {"a": 0.0, "b": 1.0}  # the gradients of b mostly keep their sign
    gradients = {name: rng.normal(drift[name], size=(STEPS, *value.shape)) for name, value in start.items()}
    for name in gradients:
        gradients[name][rng.random(gradients[name].shape) < 0.05] = 0.0
    settings = {"lr": 0.02, "etas": (0.4, 1.3), "step_sizes": (0.004, 0.5)}
    weights = {name: torch.nn.Parameter(torch.tensor(value)) for name, value in start.items()}
    optimizer = torch.optim.Rprop(weights.values(), **settings)
    after = {name: [] for name in start}
    for step in range(STEPS):
        for name, weight in weights.items():
            weight.grad = torch.tensor(gradients[name][step])
        optimizer.step()
        for name, weight in weights.items():
            after[name].append(weight.detach().numpy().copy())
    found = {"reference": np.array(f"torch.optim.Rprop, torch {torch.__version__}")}
    found["settings"] = np.array([settings["lr"], *settings["etas"], *settings["step_sizes"]])
    for name in start:
        found |= {f"start_{name}": start[name], f"gradients_{name}": gradients[name], f"after_{name}": np.stack(after[name])}
    return found


def recurrent(kind: str, **options) -> dict:
    """A recurrent layer of `torch.nn` in float32: all its weights under PyTorch's names, an input, and every output.

    Biases and weights are drawn so that gates are neither all open nor all shut; sizes are unequal.
    """
    import torch

    batch, length, features, units = 3, 6, 4, 5
    rng = np.random.default_rng(0)
    layer = getattr(torch.nn, kind)(features, units, batch_first=True, **options)
    weights = {
        name: rng.normal(scale=0.6, size=tuple(value.shape)).astype(np.float32) for name, value in layer.state_dict().items()
    }
    layer.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    x = rng.normal(size=(batch, length, features)).astype(np.float32)
    with torch.no_grad():
        outputs, _ = layer(torch.tensor(x))
    said = ", ".join(f"{name}={value!r}" for name, value in options.items())
    reference = np.array(f"torch.nn.{kind}({said}), torch {torch.__version__}")
    return {"reference": reference, "x": x, "outputs": outputs.numpy(), **weights}


def detections(pictures=30, kinds=3) -> dict:
    """COCO's own evaluation of random boxes: objects, boxes near them and elsewhere, and seven of its numbers.

    Scores have two decimals, so that many are equal; sizes lie on both sides of 32 and 96 pixels; one picture is empty.
    """
    import contextlib
    import importlib.metadata
    import io

    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    rng = np.random.default_rng(0)
    truth, found = [], []
    for picture in range(1, pictures):  # picture 0 stays empty
        for _ in range(rng.integers(0, 6)):
            kind, corner, sides = rng.integers(kinds), rng.integers(0, 300, 2), rng.integers(10, 160, 2)
            truth.append([picture, kind, *corner, *(corner + sides)])
            for _ in range(rng.integers(0, 4)):
                low, high = (end + rng.normal(scale=0.12, size=2) * sides for end in (corner, corner + sides))
                kind = kind if rng.random() < 0.8 else rng.integers(kinds)
                found.append([picture, kind, *np.minimum(low, high - 1), *high, rng.integers(0, 100) / 100])
        for _ in range(rng.integers(0, 3)):
            corner = rng.integers(0, 300, 2)
            found.append(
                [picture, rng.integers(kinds), *corner, *(corner + rng.integers(10, 160, 2)), rng.integers(0, 100) / 100]
            )
    truth, found = np.array(truth, float), np.array(found, float)

    def listed(rows):
        for number, (picture, kind, left, top, right, bottom, *score) in enumerate(rows, 1):
            size = [right - left, bottom - top]
            one = {"id": number, "image_id": int(picture), "category_id": int(kind), "bbox": [left, top, *size]}
            yield one | {"area": size[0] * size[1], "iscrowd": 0} | ({"score": score[0]} if score else {})

    coco = COCO()
    named = {"images": [{"id": n} for n in range(pictures)], "categories": [{"id": n} for n in range(kinds)]}
    coco.dataset = {"info": {}, **named, "annotations": list(listed(truth))}
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(list(listed(found))), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    reference = np.array(f"pycocotools {importlib.metadata.version('pycocotools')}")
    names = np.array(["AP", "AP50", "AP75", "small", "medium", "large", "recall"])
    return {"reference": reference, "truth": truth, "found": found, "names": names, "stats": evaluation.stats[[*range(6), 8]]}


MAKERS = {
    "mean-average-precision": detections,
    "rprop": rprop,
    "safetensors": safetensors,
    "parity/simple-rnn": partial(recurrent, "RNN"),
    "parity/irnn": partial(recurrent, "RNN", nonlinearity="relu"),
    "parity/lstm": partial(recurrent, "LSTM"),
    "parity/gru": partial(recurrent, "GRU"),
    "parity/deep-rnn": partial(recurrent, "LSTM", num_layers=3),
    "parity/bidirectional-rnn": partial(recurrent, "RNN", bidirectional=True),
    "parity/sentence-bert": sentences,
    **{f"parity/{name}": partial(transformer, name) for name in SIZES},
}


def same(path: Path, made: dict) -> bool:
    """Whether a committed file holds what was made just now."""
    if not path.is_file():
        return False
    with np.load(path) as kept:
        return set(kept.files) == set(made) and all(np.array_equal(kept[name], made[name]) for name in made)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the files instead of comparing")
    write = parser.parse_args().write
    old = 0
    for name, make in MAKERS.items():
        path, made = FIXTURES / f"{name}.npz", make()
        if same(path, made):
            print(f"{name}: as committed")
            continue
        old += not write
        print(f"{name}: {'written' if write else 'differs'}")
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(path, **made)
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
