"""The figures as text: finite coordinates, a title and a description, the numbers that they were given, the same bytes."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdl.quiz.forecast import Forecast, activity
from kdl.quiz.forgetting import Dot, Forgetting, Stretch
from kdl.report import figures, svg
from kdl.report.figures import Row
from kdl.store.reviews import Card

DAY = 739_000
SVG = "{http://www.w3.org/2000/svg}"


def drawn(markup):
    """The pictures in a piece of markup, parsed: each has a title, a description and only finite numbers."""
    found = ElementTree.fromstring(f"<all>{markup}</all>")
    assert len(found) >= 1 and {child.tag for child in found} == {SVG + "svg"}
    for picture in found:
        assert [child.tag for child in picture[:2]] == [SVG + "title", SVG + "desc"]
        assert picture[0].text and picture[1].text
        assert picture.get("aria-labelledby") == f"{picture[0].get('id')} {picture[1].get('id')}"
        for element in picture.iter():
            for name in ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height", "points", "d", "viewBox"):
                assert not re.search(r"nan|inf", element.get(name, "")), ElementTree.tostring(element)
    return list(found)


def inside(picture):
    """Does everything but text lie within the picture?"""
    width, height = map(float, picture.get("viewBox").split()[2:])
    places = []
    for element in picture.iter():
        for across, down in (("x1", "y1"), ("x2", "y2"), ("cx", "cy"), ("x", "y")):
            if element.tag != SVG + "text" and element.get(across):
                places.append((float(element.get(across)), float(element.get(down))))
        places += [tuple(map(float, pair.split(","))) for pair in element.get("points", "").split()]
    return all(-0.5 <= x <= width + 0.5 and -0.5 <= y <= height + 0.5 for x, y in places)


counts = st.lists(st.integers(0, 400), min_size=1, max_size=60)


@given(counts, st.integers(0, 400), st.integers(0, 50))
def test_every_due_day_has_its_bar_and_no_other(days, late, later):
    found = Forecast(DAY, tuple(days), min(late, days[0]), later)
    for picture in drawn(figures.due_bars(found)):
        tips = [bar[0].text for bar in picture.iter(SVG + "rect") if bar.get("class") == "bar"]
        assert [int(re.search(r": (\d+) due", tip)[1]) for tip in tips] == [count for count in days if count]
        assert inside(picture)


@given(st.dictionaries(st.integers(DAY - 370, DAY), st.integers(1, 300), max_size=50), st.integers(0, 6))
def test_every_day_of_the_year_is_drawn_once_with_its_count(answers, later):
    days = {day: answers.get(day, 0) for day in activity([], DAY + later)}
    for picture in drawn(figures.year(days)):
        boxes = list(picture.iter(SVG + "rect"))
        tips = [int(re.search(r": (\d+) answers", box[0].text)[1]) for box in boxes if len(box)]
        assert len(boxes) == len(days) and sum(tips) == sum(days.values())
        assert sum(box.get("class") == "h0" for box in boxes) == sum(not count for count in days.values())
        assert inside(picture)


shares = st.floats(0, 1)


@given(st.lists(st.tuples(shares, shares, shares, shares), min_size=1, max_size=20))
def test_a_line_for_each_share(values):
    rows = [Row(f"row {n}", n, *sorted(four[:3])[1:2], min(four[:3]), max(four[:3]), four[3]) for n, four in enumerate(values)]
    for picture in drawn(figures.intervals("x", "t", "d", rows)):
        assert len(list(picture.iter(SVG + "circle"))) == len(list(picture.iter(SVG + "polygon"))) == len(rows)
        assert inside(picture)


def test_too_few_answers_are_written_where_the_share_would_be():
    rows = [Row("all", 30, 0.9, 0.8, 0.95, 0.9), Row("few", 3, None, missing="too few: 3 of 20")]
    for picture in drawn(figures.intervals("x", "t", "d", rows)):
        assert [text.text for text in picture.iter(SVG + "text")].count("too few: 3 of 20") == 1
        assert len(list(picture.iter(SVG + "circle"))) == 1


def story(today=DAY + 30, due=DAY + 40, gaps=(0, 2, 10, 0, 6)):
    day, dots, stretches = DAY, [], []
    for number, gap in enumerate(gaps):
        day += gap
        dots.append(Dot(day, 0.9 if number else None, number != 2, 3, 5.0))
        until = gaps[number + 1] if number + 1 < len(gaps) else max(today, due) - day
        stretches.append(Stretch(day, tuple(1 - 0.004 * passed for passed in range(until + 1))))
    return Forgetting(Card("a<b", "a<b", 5.0, 5.0, 5, 1, DAY, day, due), today, tuple(dots), tuple(stretches))


@pytest.mark.parametrize(
    "how", [{}, {"due": DAY + 20}, {"today": DAY + 18, "due": DAY + 18}, {"gaps": (0,)}, {"due": DAY + 600}]
)
def test_a_curve_shows_every_answer(how):
    one = story(**how)
    for picture in drawn(figures.forgetting_curve("x", one, 0.9)):
        crosses = [path for path in picture.iter(SVG + "path") if path.get("class") == "missed"]
        assert len(list(picture.iter(SVG + "circle"))) == sum(dot.recalled for dot in one.dots)
        assert len(crosses) == sum(not dot.recalled for dot in one.dots)
        assert inside(picture)
        coming = [line for line in picture.iter(SVG + "polyline") if line.get("class") == "coming"]
        assert len(coming) == (one.last_day > one.today)


def test_a_card_answered_for_the_first_time_today_can_be_drawn():
    one = Forgetting(
        Card("a", "a", 1.0, 5.0, 1, 0, DAY, DAY, DAY), DAY, (Dot(DAY, None, True, 3, 1.0),), (Stretch(DAY, (1.0,)),)
    )
    assert drawn(figures.forgetting_curve("x", one, 0.9))


def test_names_and_titles_are_escaped():
    assert "a&lt;b" in figures.forgetting_curve("x", story(), 0.9) and "a<b" not in figures.forgetting_curve("x", story(), 0.9)


def test_the_same_numbers_give_the_same_bytes():
    assert figures.forgetting_curve("x", story(), 0.9) == figures.forgetting_curve("x", story(), 0.9)
    sheet = svg.Sheet("name", "Title", "What it shows.", (10, 5), "wide")
    sheet.rect(0, 1, 2.04, 3.05, "bar", "tip & more", round=1)
    sheet.text(-0.01, 2, "<x>", "small", "end")
    assert sheet.svg() == (
        '<svg class="wide" role="img" aria-labelledby="name-title name-desc" viewBox="0 0 10 5"'
        ' xmlns="http://www.w3.org/2000/svg"><title id="name-title">Title</title><desc id="name-desc">What it shows.</desc>'
        '<rect class="bar" x="0" y="1" width="2" height="3" rx="1"><title>tip &amp; more</title></rect>'
        '<text class="small" x="0" y="2" text-anchor="end">&lt;x&gt;</text></svg>'
    )


@given(st.integers(0, 10_000))
def test_ticks_reach_the_highest_in_at_most_five_whole_steps(highest):
    marks = list(svg.ticks(highest))

    assert marks[0] == 0 and marks[-1] >= max(1, highest) and 2 <= len(marks) <= 6
    assert len({b - a for a, b in zip(marks, marks[1:], strict=False)}) == 1
    assert str(marks[1]).rstrip("0") in ("1", "2", "5")


@given(st.floats(0, 0.8).map(lambda floor: int(floor * 10) / 10), st.integers(3, 8))
def test_marks_in_tenths_end_at_1_and_are_few(floor, most):
    marks = list(figures._tenths(floor, most))

    assert marks[0] == 10 and marks[-1] >= round(floor * 10) and 2 <= len(marks) <= most
