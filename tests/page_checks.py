"""What every page must hold to, asked of the page itself in a browser."""

from __future__ import annotations

import re

WIDTHS, MODES = (360, 1280), ("light", "dark")


def unfold(page) -> None:
    """Open every `<details>`."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def outside(page) -> list[str]:
    """The texts that reach beyond the window, beside those in a box that scrolls by itself."""
    return page.evaluate(
        """() => [...document.querySelectorAll('svg text, dt, dd, h1, h2, h3, p, li, figcaption, summary')]
            .filter(one => one.getClientRects().length && !one.closest('.skip, .hidden, .scroll'))
            .filter(one => { const box = one.getBoundingClientRect(); return box.left < -0.5 || box.right > innerWidth + 0.5 })
            .map(one => one.textContent)"""
    )


def smallest_letters(page) -> float:
    """The height in pixels of the smallest text in the figures that are shown; infinite where there is none."""
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('svg text')].filter(one => one.getClientRects().length)
            .map(one => parseFloat(getComputedStyle(one).fontSize) * one.ownerSVGElement.getScreenCTM().a)"""
    )
    return min(sizes, default=float("inf"))


def labels_that_meet(page) -> list[str]:
    """Pairs of labels of one figure that cover each other."""
    return page.evaluate(
        """() => [...document.querySelectorAll('svg')].filter(one => one.getClientRects().length).flatMap(one => {
            const words = [...one.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
            return words.flatMap(([a, x], i) => words.slice(i + 1).filter(([b, y]) => a && b && x.left < y.right - 1 &&
                y.left < x.right - 1 && x.top < y.bottom - 4 && y.top < x.bottom - 4).map(([b]) => a + ' / ' + b)) })"""
    )


def luminance(colour: str) -> float:
    parts = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def faint_text(page) -> list:
    """Texts that stand out by less than 4.5 to 1, the least that WCAG 2 asks of text."""
    pairs = page.evaluate(
        """() => { const ground = one => { for (; one; one = one.parentElement) {
                const colour = getComputedStyle(one).backgroundColor; if (!colour.endsWith(', 0)')) return colour } };
            return [...document.querySelectorAll('body *')].filter(one => one.getClientRects().length &&
                [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
                .map(one => [getComputedStyle(one)[one.closest('svg') ? 'fill' : 'color'], ground(one), one.textContent]) }"""
    )
    assert len(pairs) > 20
    return [pair for pair in pairs if contrast(*pair[:2]) < 4.5]


def reached_by_tab(page) -> tuple[list[str], set[str]]:
    """What Tab reaches in order, as `A:its text`, and the outlines that were seen."""
    reached, outlines = [], set()
    for _ in range(page.evaluate("document.querySelectorAll('a, summary, [tabindex], .scroll').length") + 12):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.tagName + ':' + document.activeElement.textContent.trim().slice(0, 40)")
        if name.startswith("BODY") or reached and name == reached[0]:
            break
        reached.append(name)
        outlines.add(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
    return reached, outlines
