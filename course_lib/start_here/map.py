"""A map of the Transformer whose parts name the lessons that take them apart, and the list of all lessons.

A lesson that no part of the map names stands beside it, under its title. Links lead to notebooks that exist; a lesson that is still being written is named without one.
"""

import html
from dataclasses import dataclass
from pathlib import Path

from course_lib.syllabus import LESSONS, Lesson, lesson_of

__all__ = ["LessonList", "TransformerMap", "lesson_list", "transformer_map"]

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
#: From the text at the bottom to the probabilities at the top: (what flows, [(part, lesson)]).
FLOW = (
    (
        "probabilities of the next token",
        [("softmax, and the loss", "loss"), ("gradients back to every number", "backprop")],
    ),
    ("logits", [("a linear map to the vocabulary", "transformer")]),
    ("vectors that know their context", [("blocks, stacked", "block")]),
    ("vectors with positions", [("positions are added", "positional_encoding")]),
    ("vectors", [("look up in a table", "embedding")]),
    ("integers", [("cut into tokens", "tokenization")]),
)
INSIDE_A_BLOCK = (
    ("feed-forward network, residual, norm", "block"),
    ("several heads, split and joined", "multi_head"),
    ("one head of attention", "attention"),
)
AROUND = (("train it", "training"), ("on a GPU", "gpu"), ("at the size of GPT-3", "scale"), ("what came since", "modern"),
          ("look inside", "interpretation"), ("feed it images", "vision"), ("yours", "your_gpt"))  # fmt: skip
#: The lesson in which the map stands.
HERE = "start_here"
BOX = (
    "border:1px solid var(--jp-border-color1, #999);border-radius:6px;padding:6px 12px;text-align:center;"
    "background:var(--jp-layout-color1, transparent)"
)


def _around() -> list[tuple[str, str]]:
    """What stands beside the map: `AROUND`, and every lesson that has no place on it yet."""
    placed = {HERE, *(of for parts in (*(parts for _, parts in FLOW), INSIDE_A_BLOCK, AROUND) for _, of in parts)}
    return [*AROUND, *((lesson.title, lesson.concept) for lesson in LESSONS if lesson.concept not in placed)]


def _link(lesson: Lesson, text: str, folder: Path) -> str:
    label = f"{lesson.number:02d} {text}"
    if (folder / f"{lesson.name}.ipynb").exists():
        return f'<a href="{lesson.name}.ipynb">{html.escape(label)}</a>'
    return f'<span title="this lesson is being written" style="opacity:0.75">{html.escape(label)}</span>'


@dataclass(frozen=True, repr=False)
class TransformerMap:
    """The map; HTML in a notebook, an indented list elsewhere."""

    folder: Path

    def __repr__(self) -> str:
        lines = []
        for flow, parts in FLOW:
            lines.append(flow)
            for text, concept in parts:
                lines.append(f"  ↑ {text} (lesson {lesson_of(concept).number:02d})")
                if concept == "block":
                    lines += [f"      {inner} (lesson {lesson_of(of).number:02d})" for inner, of in INSIDE_A_BLOCK]
        return "\n".join([*lines, "text"])

    def _repr_html_(self) -> str:
        rows = []
        for flow, parts in FLOW:
            rows.append(f'<div style="opacity:0.85;font-size:0.9em;margin:3px 0">{html.escape(flow)}</div>')
            rows.append('<div style="margin:0" aria-hidden="true">↑</div>')
            links = [f'<div style="{BOX}">{_link(lesson_of(of), text, self.folder)}</div>' for text, of in parts]
            if parts[0][1] == "block":
                inside = "".join(
                    f'<div style="{BOX};margin-top:6px">{_link(lesson_of(of), text, self.folder)}</div>'
                    for text, of in INSIDE_A_BLOCK
                )
                links = [f'<div style="{BOX};padding:8px 14px"><strong>a block, repeated</strong>{inside}</div>']
            rows.append(
                f'<div style="display:flex;gap:8px;justify-content:center;flex-wrap:wrap">{"".join(links)}</div>'
            )
        around = "".join(
            f'<div style="{BOX};margin-bottom:6px">{_link(lesson_of(of), text, self.folder)}</div>'
            for text, of in _around()
        )
        return (
            '<div class="course-map" style="display:flex;gap:28px;flex-wrap:wrap;align-items:flex-start;'
            'max-width:860px;font-family:var(--jp-content-font-family, sans-serif)">'
            f'<div style="flex:2 1 400px;text-align:center">{"".join(rows)}'
            '<div style="opacity:0.85;font-size:0.9em;margin-top:3px">“a fluffy blue creature roamed …”</div></div>'
            f'<div style="flex:1 1 180px"><div style="margin-bottom:6px;font-weight:600">and once it stands</div>{around}</div>'
            "</div>"
        )


@dataclass(frozen=True, repr=False)
class LessonList:
    """Every lesson with what it is about; links to those that are there."""

    folder: Path

    def __repr__(self) -> str:
        return "\n".join(f"{lesson.number:02d} {lesson.title}: {lesson.summary}" for lesson in LESSONS)

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td style="text-align:left;white-space:nowrap">{_link(lesson, lesson.title, self.folder)}</td>'
            f'<td style="text-align:left">{html.escape(lesson.summary)}</td></tr>'
            for lesson in LESSONS
        )
        return f'<table class="course-lessons"><tbody>{rows}</tbody></table>'


def transformer_map(folder: Path = NOTEBOOKS) -> TransformerMap:
    """The map of a Transformer, with links to the lessons found in `folder`.

    >>> print(str(transformer_map()).splitlines()[-1])
    text
    """
    return TransformerMap(folder)


def lesson_list(folder: Path = NOTEBOOKS) -> LessonList:
    """All lessons of the course.

    >>> str(lesson_list()).splitlines()[0]
    '00 Start here: why Transformers, how this course works, a first exercise'
    """
    return LessonList(folder)
