"""What every task promises, and what each of ours says of itself."""

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.data import names13
from kdl.errors import UsageProblem
from kdl.tasks import _given, clothes, name_language, names_text, tag_by_next


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


BOXES = {"emoji-by-cell": (6, 6, 15), "emoji-by-default-box": (180, 10)}  # what a network gives for one picture


def answers(task, y):
    """The shape of a network's answers to all of y."""
    if task.name in BOXES:
        return (len(y), *BOXES[task.name])
    if task.name == "graded-pairs":
        return y.shape
    places = y.shape if np.issubdtype(y.dtype, np.integer) else (len(y),)
    return (*places, outputs(task))


def outputs(task):
    """How many numbers a model gives for one answer."""
    return next(task.sizes[name] for name in ("outputs", "tags", "vocab_size") if name in task.sizes)


def best_constant(task, y):
    """The best answer that looks at nothing: the most frequent class, the share of each symbol, or the mean."""
    if task.name in BOXES:
        return boxes_of_nothing(task, y)
    if y.ndim == 1:
        return np.eye(outputs(task))[np.bincount(y).argmax()]
    if np.issubdtype(y.dtype, np.integer):  # a symbol for every place; below 0: none
        return np.log(np.bincount(y[y >= 0], minlength=outputs(task)) + 1e-9)
    return y.mean(axis=0)


def boxes_of_nothing(task, y):
    """For each cell or default box how often each kind is there, and the mean of its boxes."""
    shape = BOXES[task.name]
    rows = y[:, : int(np.prod(shape[:-1]))].reshape(len(y), *shape[:-1], 5)
    there = rows[..., 0] >= 0
    count = np.maximum(there.sum(axis=0), 1)[..., None]
    kinds = np.stack([(rows[..., 0] == kind).sum(axis=0) for kind in range(5)], axis=-1)
    if task.name == "emoji-by-cell":
        rows[..., 3:] = np.sqrt(rows[..., 3:])
        mean = (rows[..., 1:] * there[..., None]).sum(axis=0) / count
        box = np.concatenate([mean, there.mean(axis=0)[..., None]], axis=-1)
        return np.concatenate([box, box, kinds / count], axis=-1)
    mean = (rows[..., 1:] * there[..., None]).sum(axis=0) / count
    nothing = len(y) - there.sum(axis=0)[..., None]
    return np.concatenate([mean, np.log(np.concatenate([nothing, kinds], axis=-1) / len(y) + 1e-9)], axis=-1)


@contract
def test_the_baseline_is_the_score_of_the_best_constant_answer_and_worse_than_the_target(name):
    """Where the held-out examples are drawn, in the mean of four draws: one alone may be off by a tenth."""
    task, scores = make(name), []
    for seed in range(4 if task.examples is None else 1):
        _, y = task.test(seed)
        scores.append(task.score(y, np.broadcast_to(best_constant(task, y), answers(task, y))))

    assert np.mean(scores) == pytest.approx(task.baseline, rel=0.1)
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
    if task.loss is None:
        models = [card.id for card in catalog.models().values() if name in card.tasks]
        assert models and all(type(catalog.build(model)).compute_loss is not keras.Model.compute_loss for model in models)
        return

    loss = float(task.loss()(y, keras.ops.zeros(answers(task, y))))

    assert np.isfinite(loss)
    assert loss > 0


@contract
def test_an_answer_has_a_name_for_each_of_its_numbers_and_an_example_a_text(name):
    """Where a task gives labels, there are as many as a model can say; where it shows examples, in words."""
    task = make(name)
    x, _ = task.test(0)

    assert task.labels is None or len(set(task.labels)) == (task.sizes["kinds"] if task.boxes else outputs(task))
    assert task.shown is None or task.shown(x[0]).strip()
    assert task.boxes is None or task.labels


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
    assert names13.spell("İpek") == "ipek"


def test_no_answer_can_pass_the_ceiling_that_the_task_states():
    """A name of several languages is right for one of them at most."""
    _, test = names13.split()
    languages = {}
    for language, name in test:
        languages.setdefault(name.lower(), []).append(language)
    best = sum(max(map(answers.count, answers)) for answers in languages.values())

    assert best / len(test) == pytest.approx(0.90, abs=0.005)


# ---- names as text ---------------------------------------------------------------------------------------------------


def toy():
    """Two names over the letters a, b, c, n: marks are 0."""
    text = names_text.Text(symbols=("", "a", "b", "c", "n"), start=0, end=0)
    return text, *names_text.encode(["ann", "b"], text, 5)


def test_the_answer_is_the_name_moved_on_by_one():
    _, x, y = toy()

    np.testing.assert_array_equal(x, [[0, 1, 4, 4, 0], [0, 2, 0, 0, 0]])
    np.testing.assert_array_equal(y, [[1, 4, 4, 0, -1], [2, 0, -1, -1, -1]])


def test_bits_count_every_letter_and_the_end_and_no_filling():
    """4 of the 6 votes give 1/2 to the right letter (1 bit), 2 give 1/8 (3 bits): (4 + 6) / 6."""
    _, _, y = toy()
    p = np.full((2, 5, 5), np.nan)
    for number, (row, column) in enumerate(np.argwhere(y >= 0)):
        right = 1 / 2 if number < 4 else 1 / 8
        p[row, column] = (1 - right) / 4
        p[row, column, y[row, column]] = right

    assert names_text.bits_per_letter(y, np.log(p) + 1000) == pytest.approx(10 / 6)


def test_the_baseline_of_names_text_is_the_vote_by_frequency_of_the_training_names():
    """Cross-entropy of the test letters under the frequencies of the training letters, each counted once more."""
    task = make("names-text")
    counts = np.zeros(len(task.text.symbols))
    train, test = (sorted({names13.spell(name) for _, name in part}) for part in names13.split())
    for name in train:
        np.add.at(counts, [*task.text.encode(name), task.text.end], 1)
    p = (counts + 1) / (counts + 1).sum()
    bits = [-np.log2(p[number]) for name in test for number in [*task.text.encode(name), task.text.end]]

    assert task.baseline == pytest.approx(np.mean(bits))
    assert task.examples == len(train)


def test_no_name_of_the_test_set_is_trained():
    task = make("names-text")
    trained = np.concatenate([task.batches(0, 0, index, 32)[0] for index in range(task.epoch_steps(32))])
    tested, _ = task.test(0)

    assert not {row.tobytes() for row in trained} & {row.tobytes() for row in tested}


def test_text_becomes_numbers_and_numbers_text():
    text = make("names-text").text

    assert text.decode(text.encode("zoë")) == "zoë"
    assert text.decode([text.start, *text.encode("anna"), text.end, *text.encode("x")]) == "anna"
    assert len(set(text.symbols)) == len(text.symbols)


def test_a_letter_that_the_task_does_not_know_is_named():
    with pytest.raises(UsageProblem, match="'4' is not among the 73 symbols") as told:
        make("names-text").text.encode("d4")
    assert "abc" in told.value.fix


# ---- tags ------------------------------------------------------------------------------------------------------------


def test_the_share_of_right_tags_counts_no_step_that_has_none():
    """Of the steps with a tag, 3 in 4 are right; what stands at the last step of each sequence is free."""
    tags = np.array([[1, 0, -1], [2, 2, -1]])
    votes = np.eye(3)[[[1, 0, 2], [2, 1, 0]]]

    assert tag_by_next.accuracy(tags, votes) == 3 / 4


def test_whoever_looks_one_step_ahead_solves_it():
    x, y = make("tag-by-next", length=5, symbols=3).test(0)
    task = make("tag-by-next")

    assert task.score(y, np.roll(x, -1, axis=1)) == 1.0
    assert task.score(y, np.roll(x, 1, axis=1)) < 0.4


# ---- data of the learner's own ---------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_large_numbers_are_scaled_like_small_ones():
    """1e30 squared is no float32."""
    x, y = np.arange(40.0).reshape(20, 2), np.arange(20) / 2
    known = ("features", "outputs", "shape")

    small = _given.of_arrays("small", (x, y), (x, y), known).test(0)
    large = _given.of_arrays("large", (x * 1e30, y * 1e30), (x * 1e30, y * 1e30), known).test(0)

    for one, other in zip(small, large, strict=True):
        assert (other.dtype, other.mean(), other.std()) == (np.float32, pytest.approx(0, abs=1e-6), pytest.approx(1))
        np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("given", [["no", "yes"], [3, 7]])
def test_classes_are_called_what_the_learner_called_them(given):
    x, y = np.arange(40.0).reshape(20, 2), np.array(given * 10)

    task = _given.of_arrays("mine", (x, y), (x, y), ("features", "outputs", "shape"))

    assert [task.labels[number] for number in task.test(0)[1]] == given * 10


@pytest.mark.parametrize("by", [(0, 0), (1, 0), (-2, 1), (0, -3)])
def test_moved_pictures_keep_what_stays_inside_and_get_ground_at_the_edge(by):
    pictures = np.arange(1.0, 61.0).reshape(1, 6, 10, 1)
    moved = clothes.moved(pictures, np.array([by]))
    expected = np.zeros_like(pictures)
    for row in range(6):
        for column in range(10):
            if 0 <= row - by[0] < 6 and 0 <= column - by[1] < 10:
                expected[0, row, column] = pictures[0, row - by[0], column - by[1]]

    np.testing.assert_array_equal(moved, expected)


def test_a_shift_moves_the_pictures_to_test_and_no_others():
    plain, shifted = make("clothes"), make("clothes", shift=2)

    np.testing.assert_array_equal(plain.batches(0, 0, 0, 8)[0], shifted.batches(0, 0, 0, 8)[0])
    assert (plain.test(0)[0] != shifted.test(0)[0]).any(axis=(1, 2, 3)).all()
    np.testing.assert_array_equal(plain.test(0)[1], shifted.test(0)[1])


def test_augmented_pictures_are_the_given_ones_mirrored_or_moved_anew_in_each_epoch():
    """A picture of one bright pixel: it lies where it lay, or mirrored, at most 2 pixels away; every place occurs."""
    picture = np.zeros((500, 9, 9, 1), np.float32)
    picture[:, 4, 3] = 1
    found = {
        (int(row), int(column)) for _, row, column, _ in np.argwhere(clothes.augmented(picture, 2, np.random.default_rng(0)))
    }

    assert found == {(row, column) for row in range(2, 7) for column in (*range(1, 6), *range(3, 8))}
    task = make("clothes", augment=2)
    one, other = (task.batches(0, epoch, 0, 6000) for epoch in (0, 1))
    assert sorted(one[1]) == sorted(other[1]) == sorted(make("clothes").batches(0, 0, 0, 6000)[1])
    assert len({x.tobytes() for x in (*one[0][:500], *other[0][:500])}) > 990


def test_shuffled_pixels_have_the_same_new_places_in_training_and_in_the_test():
    plain, shuffled = make("clothes"), make("clothes", shuffled=True)
    pairs = [(plain.batches(0, 0, 0, 500)[0], shuffled.batches(0, 0, 0, 500)[0]), (plain.test(0)[0], shuffled.test(0)[0])]
    given, found = (np.concatenate([pair[part].reshape(-1, 784) for pair in pairs]) for part in (0, 1))
    was = {column.tobytes(): place for place, column in enumerate(given.T)}

    assert len(was) == 784, "every pixel has a history of its own over 1,500 pictures"
    assert sorted(was[column.tobytes()] for column in found.T) == list(range(784))
