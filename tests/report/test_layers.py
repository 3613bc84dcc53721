"""The layers of a built model: what is counted, how the graph is drawn, what two models have in common."""

import numpy as np

from kdl.report import layers
from kdl.report.layers import Row


def branched(keras):
    """x -> a -> b, a + b, beside c; all joined with x."""
    kit = keras.layers
    x = keras.Input((8, 8, 3), name="x")
    a = kit.Conv2D(4, 3, padding="same", name="a")(x)
    b = kit.Conv2D(4, 3, padding="same", name="b")(a)
    total = kit.Add(name="sum")([a, b])
    c = kit.Conv2D(4, 1, name="c")(a)
    return keras.Model(x, kit.Concatenate(name="join")([total, c, x]))


def test_every_layer_has_its_shape_and_its_costs(keras):
    """3 x 3 x 3 inputs to 4 channels: (27 + 1) 4 numbers, and 27 x 4 multiply-adds at each of 64 places."""
    rows = {row.name: row for row in layers.rows(branched(keras))}

    assert rows["a"] == Row("a", "Conv2D", (8, 8, 4), 28 * 4, 27 * 4 * 64, ("x",))
    assert rows["c"] == Row("c", "Conv2D", (8, 8, 4), 5 * 4, 4 * 4 * 64, ("a",))
    assert rows["join"] == Row("join", "Concatenate", (8, 8, 11), 0, 0, ("sum", "c", "x"))
    assert sum(row.params for row in rows.values()) == branched(keras).count_params()


def test_a_free_size_is_kept_and_counts_as_ten(keras):
    model = keras.Sequential([keras.Input((None, 2)), keras.layers.Dense(3, name="dense")])

    (row,) = [row for row in layers.rows(model) if row.name == "dense"]

    assert (row.shape, row.params, row.multiply_adds) == ((None, 3), 9, layers.FREE * 2 * 3)


def test_a_subclassed_model_shows_its_layers(keras):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.one = keras.layers.Dense(2, name="one")

        def call(self, x):
            return self.one(x) @ keras.ops.ones((2, 5))

    class Holder:
        pass

    model = Own()
    model(np.ones((1, 3)))
    holder = keras.Sequential([keras.Input((3,)), model])

    assert [row.params for row in layers.rows(holder) if row.kind == "Own"] == [8]


def chain(*edges):
    """Rows from `("name", ("reads", ...))`."""
    return [Row(name, "Dense", (1,), 0, 0, tuple(reads)) for name, reads in edges]


def test_a_chain_is_a_column_of_dots():
    assert layers.gutter(chain(("x", ()), ("a", ("x",)), ("b", ("a",)))) == ["●", "●", "●"]


def test_a_line_runs_on_beside_a_layer_whose_answer_is_read_further_down():
    """A residual block: x goes into a, and past a and b into the sum."""
    rows = chain(("x", ()), ("a", ("x",)), ("b", ("a",)), ("sum", ("x", "b")), ("y", ("sum",)))

    assert layers.gutter(rows) == ["●", "├─●", "│ ●", "●─┘", "●"]


def test_a_line_that_is_crossed_stays_whole():
    rows = chain(("x", ()), ("y", ()), ("z", ()), ("sum", ("x", "z")), ("last", ("y", "sum")))

    assert layers.gutter(rows) == ["●", "│ ●", "│ │ ●", "●─┼─┘", "●─┘"]


def test_three_lines_may_end_in_one_layer():
    rows = chain(("x", ()), ("y", ()), ("z", ()), ("join", ("x", "y", "z")))

    assert layers.gutter(rows)[-1] == "●─┴─┘"


def row(name, kind="Dense", shape=(4,), params=1):
    return Row(name, kind, shape, params, params)


def test_a_new_name_is_no_difference_and_another_size_is_one():
    before, after = [row("in"), row("a", params=2), row("b", "Norm")], [row("x"), row("a", params=3), row("c", "Norm")]

    assert [tag for tag, *_ in layers.changes(before, after)] == ["same", "changed", "same"]


def test_a_layer_of_another_kind_is_removed_and_added():
    before, after = [row("a"), row("b", "Norm"), row("c", "Flatten")], [row("a"), row("d", "Dropout"), row("c", "Flatten")]

    found = layers.changes(before, after)

    assert [tag for tag, *_ in found] == ["same", "removed", "added", "same"]
    assert found[1][1].name == "b" and found[2][2].name == "d"
