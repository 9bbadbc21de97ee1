"""An extension of Sphinx: in a lesson, the first use of a term in a section leads to the glossary."""

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

from course_lib.glossary import Term, found_in
from course_lib.syllabus import LESSONS

__all__ = ["link_terms", "setup"]

#: What is left as it is: links are links already, and code is no prose.
_LEFT = (nodes.reference, pending_xref, nodes.literal, nodes.raw, nodes.math)


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("doctree-read", _read)
    return {"parallel_read_safe": True}


def _read(app: Sphinx, doctree: nodes.document) -> None:
    docname = app.env.docname
    if any(docname == lesson.name for lesson in LESSONS):
        link_terms(doctree, docname)


def link_terms(doctree: nodes.document, docname: str) -> None:
    """Put a link round the first use of each term in each section.

    Args:
        doctree: a page.
        docname: its name.
    """
    for section in doctree.findall(nodes.section):
        known: set[str] = set()
        for paragraph in section.findall(nodes.paragraph):
            if _section_of(paragraph) is section:
                _link(paragraph, docname, known)


def _section_of(node: nodes.Node) -> nodes.Node:
    while not isinstance(node, nodes.section):
        node = node.parent
    return node


def _link(paragraph: nodes.paragraph, docname: str, known: set[str]) -> None:
    whole = paragraph.astext()
    for text in list(paragraph.findall(nodes.Text)):
        if _inside(text, paragraph):
            continue
        parts, at, said = [], 0, text.astext()
        for begin, end, term in found_in(said, whole, _coloured(text)):
            if term.name in known:
                continue
            known.add(term.name)
            parts += [nodes.Text(said[at:begin]), _reference(said[begin:end], term, docname)]
            at = end
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(said[at:])])


def _coloured(text: nodes.Text) -> bool:
    """Whether a text has the colour of a role, and so is a term."""
    siblings = text.parent.children
    at = siblings.index(text)
    before = siblings[at - 1] if at else None
    return isinstance(before, nodes.raw) and 'class="course-' in before.astext()


def _inside(node: nodes.Node, top: nodes.Node) -> bool:
    while node is not top:
        node = node.parent
        if isinstance(node, _LEFT):
            return True
    return False


def _reference(text: str, term: Term, docname: str) -> pending_xref:
    classes = ["course-term", f"course-term--{term.slug}", *([f"course-of-{term.role}"] if term.role else [])]
    return pending_xref(
        "",
        nodes.inline(text, text, classes=classes),
        refdomain="std",
        reftype="term",
        reftarget=term.name,
        refdoc=docname,
        refwarn=True,
        refexplicit=True,
    )
