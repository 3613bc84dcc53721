"""The two losses of detectors against loops written from their equations."""

import numpy as np
import pytest

from kdl.metrics.iou import iou

B, S, K, C, M = 4, 3, 2, 3, 2  # pictures, rows and columns, boxes of a cell, kinds, objects behind the target


def oracle(name):
    """The test counts as proof of `name` against an independent computation."""

    def mark(test):
        for one in (pytest.mark.parametrize("name", [name]), pytest.mark.content, pytest.mark.oracle):
            test = one(test)
        return test

    return mark


def grid_target(rng, filled=0.4):
    """Rows (B, S S + M, 5): a kind, or -1; x, y in the cell, w, h. The last rows are objects, which no loss may read."""
    y = rng.uniform(0.1, 0.9, (B, S * S + M, 5)).astype("float32")
    y[..., 0] = np.where(rng.random(y.shape[:2]) < filled, rng.integers(0, C, y.shape[:2]), -1)
    return y


def by_yolo_s_equation(y, p):
    """Equation 3, box by box, for one picture."""
    total = 0.0
    for cell, (kind, x, height_y, w, h) in enumerate(y[: S * S]):
        said = p.reshape(S * S, -1)[cell]
        boxes, kinds = said[: 5 * K].reshape(K, 5), said[5 * K :]
        if kind < 0:
            total += 0.5 * sum(box[4] ** 2 for box in boxes)
            continue
        truth = np.array([[x / S - w / 2, height_y / S - h / 2, x / S + w / 2, height_y / S + h / 2]])
        corners = [[u / S - a * a / 2, v / S - b * b / 2, u / S + a * a / 2, v / S + b * b / 2] for u, v, a, b, _ in boxes]
        overlaps = iou(np.array(corners), truth)[:, 0]
        errors = [(u - x) ** 2 + (v - height_y) ** 2 + (a - w**0.5) ** 2 + (b - h**0.5) ** 2 for u, v, a, b, _ in boxes]
        chosen = int(np.argmax(overlaps)) if max(overlaps) > 0 else int(np.argmin(errors))
        for number, box in enumerate(boxes):
            if number == chosen:
                total += 5 * errors[number] + (box[4] - overlaps[number]) ** 2
            else:
                total += 0.5 * box[4] ** 2
        total += sum((p_k - (k == kind)) ** 2 for k, p_k in enumerate(kinds))
    return total


@oracle("yolo-v1")
@pytest.mark.parametrize("near", [True, False])
def test_yolo_s_loss_equals_its_equation(name, near, keras):
    """Near: boxes meet the objects, and the IoU decides. Far: none does, and the distance decides."""
    from kdl.losses.yolo_loss import YoloLoss

    rng = np.random.default_rng(0)
    y = grid_target(rng)
    p = rng.uniform(0.2, 0.9, (B, S, S, 5 * K + C)).astype("float32")
    if not near:
        p.reshape(B, S, S, -1)[..., [0, 1, 5, 6]] += 20
    expected = [by_yolo_s_equation(*one) for one in zip(y.astype(float), p.astype(float), strict=True)]

    np.testing.assert_allclose(YoloLoss(K)(y, p), np.mean(expected), rtol=1e-5)


def test_the_confidence_learns_the_overlap_and_the_box_learns_nothing_from_the_confidence(keras):
    """The gradient by x of the confidence's term would move the box to where its IoU is what the confidence says."""
    from kdl.backend.gradients import value_and_grad
    from kdl.losses.yolo_loss import YoloLoss

    y = np.full((1, 1 + M, 5), -1, "float32")
    y[0, 0] = (1, 0.5, 0.5, 0.25, 0.25)
    p = np.array([0.5, 0.5, 0.5, 0.5, 0.0] + [0.0, 1.0, 0.0], "float32").reshape(1, 1, 1, 8)  # the right box, confidence 0
    value, (gradient,) = value_and_grad(lambda answer: YoloLoss(1)(y, answer), p)

    assert float(value) == pytest.approx(1)  # (0 - IoU)^2 with an IoU of 1
    np.testing.assert_allclose(np.asarray(gradient).reshape(-1), [0, 0, 0, 0, -2, 0, 0, 0], atol=1e-6)


def box_target(rng, D=20, matched=3):
    """Rows (B, D + M, 5): as many matched default boxes in each picture as its number, and at least one."""
    y = rng.normal(size=(B, D + M, 5)).astype("float32")
    y[..., 0] = -1
    for picture in range(B):
        rows = rng.permutation(D)[: 1 + (picture + matched) % 4]
        y[picture, rows, 0] = rng.integers(0, C, len(rows))
    y[:, D:, 0] = 1
    return y


def by_ssd_s_equation(y, p):
    """One picture: cross-entropies of the matched boxes and of the three times as many worst others, smooth L1."""
    y = y[: len(p)]
    odds = np.exp(p[:, 4:]) / np.exp(p[:, 4:]).sum(axis=1, keepdims=True)
    matched = y[:, 0] >= 0
    entropy = [-np.log(odds[d, int(y[d, 0]) + 1]) for d in range(len(p))]
    worst = sorted((entropy[d] for d in np.flatnonzero(~matched)), reverse=True)[: 3 * matched.sum()]
    errors = np.abs(p[matched, :4] - y[matched, 1:]).reshape(-1)
    smooth = sum(e * e / 2 if e < 1 else e - 0.5 for e in errors)
    return (sum(entropy[d] for d in np.flatnonzero(matched)) + sum(worst) + smooth) / matched.sum()


@oracle("ssd")
@pytest.mark.parametrize("D", [20, 6])
def test_ssd_s_loss_equals_its_equation(name, D, keras):
    """With 6 default boxes fewer are left than three for each matched one: then all of them count."""
    from kdl.losses.multibox_loss import MultiboxLoss

    rng = np.random.default_rng(1)
    y, p = box_target(rng, D), rng.normal(scale=2, size=(B, D, 5 + C)).astype("float32")
    expected = [by_ssd_s_equation(*one) for one in zip(y.astype(float), p.astype(float), strict=True)]

    np.testing.assert_allclose(MultiboxLoss()(y, p), np.mean(expected), rtol=1e-5)


def test_easy_negatives_teach_nothing(keras):
    """One matched box: the three worst of the others have a gradient, the rest have none."""
    from kdl.backend.gradients import value_and_grad
    from kdl.losses.multibox_loss import MultiboxLoss

    y = np.full((1, 8 + M, 5), -1, "float32")
    y[0, 2] = (0, 0, 0, 0, 0)
    p = np.zeros((1, 8, 6), "float32")
    p[0, :, 5] = [5, 1, 0, 4, -3, 3, -2, -1]  # how much each box looks like the one kind
    _, (gradient,) = value_and_grad(lambda answer: MultiboxLoss()(y, answer), p)

    assert list(np.flatnonzero(np.abs(np.asarray(gradient)[0]).sum(axis=1))) == [0, 2, 3, 5]


@pytest.mark.parametrize("name", ["yolo", "multibox"])
def test_a_loss_comes_back_from_its_configuration(name, keras):
    from kdl.losses import multibox_loss, yolo_loss

    loss = yolo_loss.YoloLoss(3) if name == "yolo" else multibox_loss.MultiboxLoss()

    assert type(loss).from_config(loss.get_config()).get_config() == loss.get_config()
