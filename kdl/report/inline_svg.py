"""A figure of matplotlib as SVG that stands inside a page: a name and a description, no ids that meet others, no colours of
its own, the same bytes for the same figure."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from xml.etree import ElementTree

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_TIP = "tip: "
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_FONT = re.compile(r"font: (?:[a-z0-9]+ )*?([0-9.]+)px [^;]*|font-family: [^;]*")
# Left out of every style: what is so anyway.
_IDLE = ("stroke-linejoin: round", "stroke-linejoin: miter", "stroke-linecap: butt", "fill-opacity: 1")


def tip(text: str) -> str:
    """The `gid` of something drawn that shows `text` when the pointer rests on it."""
    return _TIP + text


def of(figure, name: str, title: str, desc: str, css: str, colours: Mapping[str, str]) -> str:
    """The figure as an `<svg>` element.

    Args:
        figure: of matplotlib, drawn under the `svg.hashsalt` that makes the ids of its clips and markers unique.
        name: its id in the page.
        title, desc: what it is, and what it shows, for those who cannot see it.
        css: class of the element.
        colours: the colour that was drawn with -> what stands for it in the page.
    """
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ElementTree.fromstring(written.getvalue())
    for child in [child for child in root if child.tag in (SVG + "metadata", SVG + "defs")]:
        if child.tag == SVG + "metadata" or not [one for one in child if one.tag != SVG + "style"]:
            root.remove(child)
    for element in root.iter():
        _plain(element, colours)
    _flatten(root)
    attributes = {"class": css, "role": "img", "aria-labelledby": f"{name}-title {name}-desc", "viewBox": root.get("viewBox")}
    root.attrib.clear()
    root.attrib.update(attributes)
    for place, (kind, text) in enumerate((("title", title), ("desc", desc))):
        said = ElementTree.Element(SVG + kind, {"id": f"{name}-{kind}"})
        said.text = text
        root.insert(place, said)
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
    root.set("xmlns", SVG[1:-1])
    return ElementTree.tostring(root, encoding="unicode")


def _plain(element: ElementTree.Element, colours: Mapping[str, str]) -> None:
    """Without the ids of groups, with the page's colours and fonts, and no more decimals than can be seen."""
    element.text, element.tail = (element.text or "").strip() or None, None
    name = element.attrib.pop("id", "") if element.tag == SVG + "g" else ""
    if name.startswith(_TIP):
        said = ElementTree.Element(SVG + "title")
        said.text = name.removeprefix(_TIP)
        element.insert(0, said)
    if XLINK + "href" in element.attrib:
        element.set("href", element.attrib.pop(XLINK + "href"))
    for key in ("d", "x", "y", "width", "height", "transform"):
        if key in element.attrib:
            element.set(key, " ".join(_NUMBER.sub(_short, element.get(key)).split()))
    if element.get("transform", "").startswith(("rotate(-0 ", "rotate(0 ")):
        del element.attrib["transform"]
    if "style" in element.attrib:
        parts = [_styled(part.strip(), colours) for part in element.attrib.pop("style").split(";")]
        if kept := [part for part in parts if part and part not in _IDLE]:
            element.set("style", "; ".join(kept))


def _styled(part: str, colours: Mapping[str, str]) -> str:
    for drawn, shown in colours.items():
        part = part.replace(drawn, shown)
    return _FONT.sub(lambda match: f"font-size: {match[1]}px" if match[1] else "", part)


def _short(match: re.Match) -> str:
    """One decimal: a tenth of a pixel."""
    short = f"{float(match[0]):.1f}".removesuffix(".0")
    return "0" if short == "-0" else short


def _flatten(root: ElementTree.Element) -> None:
    """Groups that say nothing give way to what they hold."""
    for parent in list(root.iter()):
        changed = []
        for child in parent:
            inner = child
            while inner.tag == SVG + "g" and not inner.attrib and len(inner) == 1:
                inner = inner[0]
            if not (inner.tag == SVG + "g" and len(inner) == 0):
                changed.append(inner)
        parent[:] = changed
