"""What every task promises, and what each of ours says of itself."""

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.data import names13
from kdl.tasks import name_language


def make(name, **options):
    return catalog.load(catalog.find("task", name)).make(**options)


def contract(test):
    """The test runs once for each task."""
    for mark in (pytest.mark.parametrize("name", sorted(catalog.tasks())), pytest.mark.content, pytest.mark.contract):
        test = mark(test)
    return test


@contract
def test_a_batch_is_a_pure_function_of_seed_epoch_and_index(name):
    task = make(name)
    first = task.batches(3, 1, 2, 8)
    task.batches(0, 0, 0, 8)
    again = make(name).batches(3, 1, 2, 8)

    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)


@contract
def test_seed_epoch_and_index_each_change_the_batch(name):
    task = make(name)
    batches = [task.batches(*at, 8)[0].tobytes() for at in ((3, 1, 2), (4, 1, 2), (3, 0, 2), (3, 1, 1))]

    assert len(set(batches)) == 4


@contract
def test_the_baseline_is_the_score_of_the_best_constant_answer_and_worse_than_the_target(name):
    task = make(name)
    _, y = task.test(0)
    constant = np.eye(task.sizes["outputs"])[np.bincount(y).argmax()] if y.ndim == 1 else y.mean(axis=0)

    score = task.score(y, np.broadcast_to(constant, (len(y), task.sizes["outputs"])))

    assert score == pytest.approx(task.baseline, rel=0.1)
    assert task.met(task.target)
    assert not task.met(task.baseline)


@contract
def test_the_header_states_the_numbers_that_the_task_uses(name):
    task, said = make(name), headers.read(catalog.find("task", name).path)

    assert said["metric"] == task.metric
    assert float(said["baseline"].partition(",")[0]) == pytest.approx(task.baseline, abs=5e-5)
    assert float(said["target"]) == task.target
    assert task.name == name


@contract
def test_the_loss_takes_the_answers_as_they_come(name, keras):
    task = make(name)
    _, y = task.batches(0, 0, 0, 8)

    loss = float(task.loss()(y, keras.ops.zeros((8, task.sizes["outputs"]))))

    assert np.isfinite(loss)
    assert loss > 0


def test_a_finite_epoch_visits_every_example_once_in_an_order_of_its_own():
    """5,876 names in batches of 52 leave nothing over: 113 batches."""
    task = make("name-language")
    assert task.examples == 52 * 113 == 52 * task.epoch_steps(52)

    def epoch(number):
        parts = [task.batches(0, number, index, 52) for index in range(113)]
        return np.concatenate([x.reshape(len(x), -1) @ np.arange(x[0].size) * 13 + y for x, y in parts])

    first, second = epoch(0), epoch(1)

    np.testing.assert_array_equal(np.sort(first), np.sort(second))
    assert (first != second).any()


def test_the_last_letter_of_every_name_stands_at_the_last_step():
    x, y = name_language.encode([("Dutch", "Bo"), ("Irish", "Aoife")], list("abcdefio"), 6)

    assert x.shape == (2, 6, 8)
    np.testing.assert_array_equal(x.sum(axis=2), [[0, 0, 0, 0, 1, 1], [0, 1, 1, 1, 1, 1]])
    assert "".join("abcdefio"[column] for column in x[1].argmax(axis=1)[1:]) == "aoife"
    np.testing.assert_array_equal(y, [names13.LANGUAGES.index("Dutch"), names13.LANGUAGES.index("Irish")])


def test_a_turkish_dotted_capital_is_one_letter():
    assert name_language.letters("İpek") == "ipek"


def test_no_answer_can_pass_the_ceiling_that_the_task_states():
    """A name of several languages is right for one of them at most."""
    _, test = names13.split()
    languages = {}
    for language, name in test:
        languages.setdefault(name.lower(), []).append(language)
    best = sum(max(map(answers.count, answers)) for answers in languages.values())

    assert best / len(test) == pytest.approx(0.90, abs=0.005)
