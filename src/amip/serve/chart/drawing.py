"""Drawings: SVG made safe to stand in a page, and as small as it can be."""

from __future__ import annotations

from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset({"svg", "g", "path", "rect", "line", "text", "tspan", "circle", "title"})
_ATTRIBUTES = frozenset(
    {
        "cx",
        "cy",
        "d",
        "dominant-baseline",
        "dx",
        "dy",
        "fill",
        "fill-opacity",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "height",
        "opacity",
        "r",
        "stroke",
        "stroke-dasharray",
        "stroke-linecap",
        "stroke-miterlimit",
        "stroke-opacity",
        "stroke-width",
        "text-anchor",
        "transform",
        "viewBox",
        "width",
        "x",
        "x1",
        "x2",
        "y",
        "y1",
        "y2",
    }
)


def clean_drawing(svg: str, title: str, slack: float = 1) -> str:
    """Keep the shapes and letters of a drawing, without scripts, links, styles or empty groups.

    The drawing becomes one image with `title` as its name for those who cannot see it. Letters are
    made smaller by `slack`, which leaves room for wider ones than the drawing was made with.

    >>> clean_drawing(f'<svg xmlns="{SVG}"><script/><path d="M0,0" onclick="y"/></svg>', "A")
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A"><path d="M0,0" /></svg>'
    """
    root = ElementTree.fromstring(svg)  # noqa: S314 (drawn by ourselves)
    _clean(root, slack)
    root.set("role", "img")
    root.set("aria-label", title)
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _clean(node: ElementTree.Element, slack: float) -> None:
    for name in [name for name in node.attrib if name not in _ATTRIBUTES]:
        del node.attrib[name]
    if size := node.get("font-size"):
        node.set("font-size", f"{float(size.removesuffix('px')) / slack:g}px")
    if len(lines := [child for child in node if child.tag == f"{{{SVG}}}tspan"]) > 1:
        # The lines of a label hang from the middle of its row; they are to stand around it.
        lines[0].set("dy", f"{-float(lines[1].get('dy', 0)) * (len(lines) - 1) / 2:g}")
    for child in list(node):
        if child.tag.removeprefix(f"{{{SVG}}}") not in _ELEMENTS or child.get("display") == "none":
            node.remove(child)
            continue
        _clean(child, slack)
        if _is_empty(child):
            node.remove(child)


def _is_empty(node: ElementTree.Element) -> bool:
    kind = node.tag.removeprefix(f"{{{SVG}}}")
    if kind == "path":
        return not node.get("d") or node.get("d") == "M0,0h0v0h0Z"
    return kind == "g" and not len(node)
