"""The pages of pairs and runs in a real browser: nothing goes wrong, nothing is asked for, the numbers are those of the
committed results and of run.json, all can be reached by keyboard and read at 360 and 1280 pixels, in light and in dark."""

import json
import math

import page_checks
import pytest
from page_checks import MODES, WIDTHS

from kdl.experiment import results
from kdl.runs import record

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.slow]
PAGES = ("P52", "T01", "T03", "T10", "T20", "pairs", "train", "compare", "stopped")


def a_training(folder):
    """12 epochs that fall from far above the baseline to the target, one of them without a score."""
    said = {"task": "adding", "options": {"length": 50}, "sizes": {"units": 32}, "params": 4513, "device": "CPU"}
    said |= {"recipe": {"steps": 1200, "learning_rate": 0.01}, "command": "kdl train lstm --task adding --steps 1200 --seed 0"}
    run = record.create("train", "lstm", seed=0, folder=folder, versions={"keras": "3.15", "machine": "Linux"}, **said)
    for epoch in range(12):
        score = None if epoch == 3 else 0.4 * 0.75**epoch
        run.log(epoch=epoch + 1, step=100 * (epoch + 1), loss=5.0 * 0.6**epoch, mse=score, seconds=1.25)
    run.finish("done", score=0.4 * 0.75**11, loss=5.0 * 0.6**11, steps=1200, seconds=15.0)


def a_comparison(folder, seeds, status):
    """P52 from a formula, with curves; the LSTM better by 0.1, a little more with each seed and each step."""
    from kdl import catalog
    from kdl.experiment.digest import digest

    card = catalog.find("pair", "P52")
    run = record.create("compare", card.id, seed=None, folder=folder, digest=digest(card), versions={"keras": "3.15"})
    for seed in range(seeds):
        for length in (20, 50, 100):
            for arm, error in (("simple-rnn", 0.15 + 0.001 * length), ("lstm", 0.015 + 0.001 * seed)):
                left = [math.exp(-step / (length if arm == "lstm" else 4)) for step in range(length)]
                values = {"mse": error, "loss": error, "losses": [0.5 * 0.9**step + 0.01 * seed + error for step in range(40)]}
                values |= {"gradient.start": left, "gradient.trained": left}
                run.log(seed=seed, condition=str(length), arm=arm, values=values, seconds=1.5)
    run.finish(status)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Name -> address of its page, written by the command; and the folder of the runs."""
    from click.testing import CliRunner

    from kdl.cli import cli

    folder = tmp_path_factory.mktemp("pages")
    a_training(folder / "runs" / "train")
    a_comparison(folder / "runs" / "compare", 3, "done")
    a_comparison(folder / "runs" / "stopped", 2, "interrupted")
    written = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KDL_HOME", str(folder))
        for name in PAGES:
            done = CliRunner().invoke(cli, ["report", "--all" if name == "pairs" else name, "--json"])
            assert done.exit_code == 0, done.output
            said = json.loads(done.stdout)
            assert said["bytes"] <= 1_000_000
            written[name] = f"file://{said['path']}"
    return written, folder


@pytest.fixture
def opened(show, pages):
    """A function: name of a page, width and mode -> the page."""
    return lambda name, width=1280, mode="light": show(pages[0][name], width, mode)


def told(page, name):
    return page.locator(f'[data-number="{name}"]').first.inner_text()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_sound_and_fits_its_window(opened, pages, name, width):
    page = opened(name, width, "dark" if width == 360 else "light")
    page_checks.unfold(page)

    assert page.wrong == []
    assert [address for address in page.asked if not address.startswith("data:")] == [pages[0][name]]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page_checks.outside(page) == []
    assert page_checks.smallest_letters(page) >= 9.5, "text in figures can be read"
    assert page_checks.labels_that_meet(page) == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_figure_has_a_name_and_a_description_and_is_shown_in_one_shape(opened, name, width):
    shown = opened(name, width).evaluate(
        """() => [...document.querySelectorAll('svg')].filter(one => one.getClientRects().length).map(one => [
            one.querySelector(':scope > title')?.textContent, one.querySelector(':scope > desc')?.textContent,
            one.getAttribute('role'), one.getAttribute('aria-labelledby').split(' ').every(id => document.getElementById(id)),
            one.getAttribute('aria-labelledby').replace(/-(wide|narrow|roomy|tight)-/g, ' ')])"""
    )
    assert all(title and desc and role == "img" and named for title, desc, role, named, _ in shown)
    names = [name for *_, name in shown]
    assert len(names) == len(set(names)), "one shape of each"
    assert bool(shown) is (name != "T20"), "what is only counted has no figure"


@pytest.mark.parametrize("name", ("P52", "T03", "T20"))
def test_the_numbers_of_a_pair_are_those_of_its_committed_result(opened, name):
    from kdl import catalog

    page, found = opened(name), results.load(catalog.find("pair", name))
    result = found["result"]

    assert told(page, "verdict") == result["verdict"] and int(told(page, "seeds")) == len(result["seeds"])
    assert (told(page, "date"), told(page, "device")) == (found["date"], found["device"])
    if result["seeds"]:
        assert told(page, "seconds") == f"{found['seconds']:.0f}"
    for claim in result["claims"]:
        card = page.locator(f'[data-claim="{claim["id"]}"]')
        assert card.locator(".verdict").inner_text().endswith(claim["verdict"])
        for key, count in (claim["counts"] or {}).items():
            assert card.locator(f'[data-count="{key}"]').inner_text() == f"{count:,}"
        if claim["p"] is not None:
            assert card.locator('[data-fact="p"]').inner_text() == f"{claim['p']:.3g}"
            assert card.locator('[data-fact="wins"]').inner_text() == f"{claim['wins']} of {claim['n']} seeds"
            ratio = name == "T03"
            mean, low, high = (f"{2 ** claim[key]:.2f}x" if ratio else f"{claim[key]:.4f}" for key in ("mean", "low", "high"))
            assert card.locator('[data-fact="mean"]').inner_text() == mean
            assert card.locator('[data-fact="interval"]').inner_text() == f"{low} to {high}"
            dots = card.locator("svg.roomy g > title").all_text_contents()
            assert sum(text.startswith("seed") for text in dots) == claim["n"], "a dot for each seed"
    page_checks.unfold(page)
    for table in page.locator("table.seeds").all():
        measure, condition = table.get_attribute("data-scores").split(":")
        arms = table.locator("thead th").all_inner_texts()[1:]
        for number, arm in enumerate(arms, 1):
            cells = table.locator(f"tbody td:nth-child({number + 1})").all_inner_texts()
            scores = found["scores"][measure][arm][condition]
            assert cells == ["-" if score is None else f"{score:.6g}" for score in scores]


def test_the_numbers_of_a_training_are_those_of_its_record(opened, pages):
    page, run = opened("train"), record.read(pages[1] / "runs" / "train")

    assert told(page, "score") == f"{run.record['score']:.4f}" and int(told(page, "steps")) == run.record["steps"]
    assert told(page, "seconds") == f"{run.record['seconds']:.1f}" and told(page, "params") == "4,513"
    assert page.locator("#again pre").inner_text() == run.record["command"]
    assert page.locator('[data-setting="learning rate"]').inner_text() == "0.01"
    page.locator("#epochs summary").click()
    cells = page.locator("#epochs-table tbody tr").all_inner_texts()
    shown = [[None if cell == "-" else float(cell) for cell in row.split("\t")] for row in cells]
    for row, given in zip(shown, run.rows(), strict=True):
        assert row == [given["epoch"], float(f"{given['loss']:.6g}"), given["mse"] and float(f"{given['mse']:.6g}")]
    assert page.locator("svg").count() == 4, "loss and score, each in two shapes"


def test_an_unfinished_comparison_says_so(opened):
    page = opened("stopped")

    assert told(page, "verdict") == "incomplete" and int(told(page, "seeds")) == 2
    assert "kdl compare --resume stopped --seeds 10" in page.locator("[data-run]").inner_text()
    assert page.locator("[data-stale]").count() == 0
    assert page.locator('[data-claim="remembers-50"] [data-fact="mean"]').inner_text() == "0.1845", "0.2 - (0.015 + 0.016) / 2"
    assert page.locator("#figures svg.wide").count() == 5, "the error, the gradient, and the loss at three lengths"


def test_the_table_of_all_pairs_leads_to_each_of_them(opened):
    from kdl import catalog

    page = opened("pairs")
    ids = [row.get_attribute("data-pair") for row in page.locator("#pairs-table tbody tr").all()]
    assert ids == list(catalog.pairs())
    for name in ids:
        found = results.load(catalog.find("pair", name))
        row = page.locator(f'tr[data-pair="{name}"]').inner_text()
        assert (found["result"]["verdict"] or "no verdict" if found else "not run") in row
        assert page.locator(f"section#{name}").count() == 1
    judged = sum(
        claim["p"] is not None and claim["kind"] != "equal"
        for name in ids
        if (found := results.load(catalog.find("pair", name)))
        for claim in found["result"]["claims"]
    )
    assert int(told(page, "judged")) == judged and float(told(page, "chance")) == float(f"{judged * 0.05 / 2:.2g}")


@pytest.mark.parametrize("name", ("P52", "T20", "pairs", "train"))
def test_everything_can_be_reached_by_keyboard(opened, name):
    page = opened(name, 360)
    reached, outlines = page_checks.reached_by_tab(page)

    assert reached[0] == "A:Skip to the content" and outlines == {"solid"}
    wanted = page.evaluate("document.querySelectorAll('a, summary').length")
    assert sum(one.startswith(("A:", "SUMMARY:")) for one in reached) == wanted
    assert page.evaluate("[...document.querySelectorAll('a')].every(one => document.querySelector(one.getAttribute('href')))")
    unreachable = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(one => one.scrollWidth > one.clientWidth + 1 &&
            ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && one.tabIndex < 0).map(one => one.outerHTML)"""
    )
    assert unreachable == [], "what scrolls by itself takes the focus"


@pytest.mark.parametrize("name", PAGES)
def test_headings_make_an_outline(opened, name):
    levels = opened(name).evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(one => +one.tagName[1])")

    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("mode", MODES)
def test_all_text_and_all_curves_stand_out_in_light_and_in_dark(opened, name, mode):
    page = opened(name, 1280, mode)
    page_checks.unfold(page)

    assert page_checks.faint_text(page) == []
    colours = page.evaluate(
        """() => { const style = getComputedStyle(document.documentElement); const probe = document.createElement('p');
            document.body.append(probe);
            return ['--card', '--ink', '--orange', ...[1, 2, 3, 4, 5, 6].map(number => `--curve-${number}`)].map(name => {
                probe.style.color = style.getPropertyValue(name); return getComputedStyle(probe).color }) }"""
    )
    assert [colour for colour in colours[1:] if page_checks.contrast(colour, colours[0]) < 3] == []


def test_equations_are_drawn_without_scripts(opened):
    page = opened("P52")

    assert page.locator("math").count() >= 3 and page.locator("script").count() == 0
    assert all(math.bounding_box()["height"] > 15 for math in page.locator("math").all())
