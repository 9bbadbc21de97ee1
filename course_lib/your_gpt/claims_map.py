"""The map that closes the course: every claim of the articles, its verdict, the lesson that settled it, and what it measured."""

import html
from collections import Counter
from dataclasses import dataclass

from course_lib.claims import Claim, claims
from course_lib.practice.report import SIGNS
from course_lib.syllabus import LESSONS
from course_lib.your_gpt.measured import measured

__all__ = ["ClaimsMap", "claims_map"]


@dataclass(frozen=True, repr=False)
class ClaimsMap:
    """All claims, lesson by lesson."""

    claims: tuple[Claim, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many claims have each verdict."""
        return dict(Counter(claim.verdict for claim in self.claims))

    @property
    def said(self) -> str:
        """The counts in words."""
        counts = self.counts
        return f"{len(self.claims)} claims: {counts['true']} true, {counts['qualified']} true with a condition, {counts['false']} false"

    def __repr__(self) -> str:
        lines = [self.said]
        for lesson in LESSONS:
            found = [claim for claim in self.claims if claim.lesson == lesson.number]
            lines += [f"{lesson.number:02d} {lesson.title}"] if found else []
            lines += [f"  {SIGNS[claim.verdict][0]} {claim.id} {claim.text}" for claim in found]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts, known = [], measured()
        for lesson in LESSONS:
            found = [claim for claim in self.claims if claim.lesson == lesson.number]
            if not found:
                continue
            rows = "".join(_row(claim, known.get(claim.id, ())) for claim in found)
            counts = Counter(claim.verdict for claim in found)
            told = ", ".join(
                f"{counts[verdict]} {SIGNS[verdict][0]}"
                for verdict in ("true", "qualified", "false")
                if counts[verdict]
            )
            title = f"{lesson.number:02d} {html.escape(lesson.title)}"
            parts.append(
                f'<details><summary style="cursor:pointer">{title}: {told}</summary>'
                f'<ul style="list-style:none;margin:4px 0 8px;padding-left:14px">{rows}'
                f'<li><a href="{lesson.name}.ipynb">lesson {title}</a></li></ul></details>'
            )
        return (
            f'<div class="course-card" style="max-width:860px;padding:8px 12px"><div style="font-weight:600">{html.escape(self.said)}</div>'
            f"{''.join(parts)}</div>"
        )


def _row(claim: Claim, lines: tuple[str, ...]) -> str:
    nuance = f'<div style="font-size:0.9em">{html.escape(claim.nuance)}</div>' if claim.nuance else ""
    shown = "; ".join(html.escape(line) for line in lines) or "not recorded"
    return (
        f"<li>{SIGNS[claim.verdict][0]} {claim.verdict.upper()} · {claim.id}: “{html.escape(claim.text)}”{nuance}"
        f'<div style="font-size:0.9em">measured: {shown}</div></li>'
    )


def claims_map() -> ClaimsMap:
    """The map, from ``data/claims.csv``.

    >>> len(claims_map().claims)
    78
    """
    return ClaimsMap(tuple(claims().values()))
