"""What the articles say, tested: a claim, its verdict, and what was measured for it a moment ago.

The five articles that this course grew out of make 78 claims; ``data/claims.csv`` holds each one with its verdict. A
lesson does not repeat a verdict, it measures: `claim` shows the sentence beside the measurements, and fails where they
do not bear the verdict out.
"""

import functools
import html
import os
from dataclasses import dataclass

from course_lib.data import read_table
from course_lib.practice.report import SIGNS, card

__all__ = ["Claim", "ClaimNotConfirmed", "Finding", "FindingTable", "claim", "claim_table", "claims"]


class ClaimNotConfirmed(AssertionError):
    """Raised with COURSE_STRICT=1 where the measurements do not bear out the recorded verdict."""


@dataclass(frozen=True)
class Claim:
    """One sentence of an article.

    Attributes:
        id: "C01" to "C78".
        article: the number of the article it stands in, 0 to 4.
        lesson: the number of the lesson that tests it.
        text: what is claimed.
        verdict: "true", "qualified" (so far as its nuance says) or "false".
        nuance: for the learner, what is so instead or beside it; empty for a true claim.
        how: for the author of the lesson, how it is settled; shown nowhere.
    """

    id: str
    article: int
    lesson: int
    text: str
    verdict: str
    nuance: str
    how: str


@functools.cache
def claims() -> dict[str, Claim]:
    """Every claim by its id.

    >>> claims()["C16"].verdict
    'qualified'
    """
    words = ("claim", "verdict", "nuance", "how")
    return {
        row["id"]: Claim(row["id"], int(row["article"]), int(row["lesson"]), *(row[name] for name in words))
        for row in read_table("claims.csv")
    }


@dataclass(frozen=True, repr=False)
class Finding:
    """A claim with what was measured for it.

    Attributes:
        claim: the claim.
        evidence: what was measured, in words with numbers, and whether it is so.
    """

    claim: Claim
    evidence: dict[str, bool]

    @property
    def confirmed(self) -> bool:
        """Whether every measurement bears the verdict out."""
        return all(self.evidence.values())

    @property
    def kind(self) -> str:
        """Which sign and colour the card has: the verdict's, unless the measurements do not bear it out."""
        return self.claim.verdict if self.confirmed else "not confirmed"

    @property
    def title(self) -> str:
        """The first line."""
        outcome = "" if self.confirmed else " · not confirmed here"
        return f"{self.claim.verdict.upper()}{outcome} · claim {self.claim.id}"

    def __repr__(self) -> str:
        lines = [f"  {'measured' if so else 'NOT SO'}: {words}" for words, so in self.evidence.items()]
        nuance = [f"  {self.claim.nuance}"] if self.claim.nuance else []
        return "\n".join([f"{SIGNS[self.kind][0]} {self.title}", f"  “{self.claim.text}”", *lines, *nuance])

    def _repr_html_(self) -> str:
        items = "".join(
            f'<li style="margin:1px 0">{"" if so else "<strong>not so:</strong> "}{html.escape(words)}</li>'
            for words, so in self.evidence.items()
        )
        quote = f'<div style="font-style:italic">“{html.escape(self.claim.text)}”</div>'
        measured = f'<ul style="margin:2px 0 0 0;padding-left:20px">{items}</ul>'
        return card(self.kind, self.title, quote + measured, html.escape(self.claim.nuance))


def claim(claim_id: str, evidence: dict[str, bool]) -> Finding:
    """Show a claim of the articles beside what was measured for it.

    Args:
        claim_id: such as "C16".
        evidence: sentences that state a measurement, each with whether it is so. They must bear out the verdict: for a
            false claim, they are what shows it to be false.
    Raises:
        LookupError: there is no such claim.
        ValueError: there is no evidence.
        ClaimNotConfirmed: with COURSE_STRICT=1, where a measurement is not as stated.

    >>> print(claim("C50", {"the weights sum to 1": True}))
    ✓ TRUE · claim C50
      “Softmax exponentiates, so the weights are positive and sum to one”
      measured: the weights sum to 1
    """
    if claim_id not in claims():
        raise LookupError(f"there is no claim {claim_id!r}; they run from C01 to C{len(claims()):02d}")
    if not evidence:
        raise ValueError(f"claim {claim_id} needs evidence: a dictionary from what was measured to whether it is so")
    finding = Finding(claims()[claim_id], {words: bool(so) for words, so in evidence.items()})
    if not finding.confirmed and os.environ.get("COURSE_STRICT") == "1":
        raise ClaimNotConfirmed(repr(finding))
    return finding


@dataclass(frozen=True, repr=False)
class FindingTable:
    """Several findings, a row for each.

    Attributes:
        findings: the rows, from top to bottom.
    """

    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        return "\n".join(repr(finding) for finding in self.findings)

    def _repr_html_(self) -> str:
        side = "text-align:left;vertical-align:top;padding:4px 10px"
        head = "".join(f'<th scope="col" style="{side}">{name}</th>' for name in ("claim", "it says", "measured here"))
        rows = "".join(_row(finding, side) for finding in self.findings)
        return (
            '<table class="course-claims" style="border-collapse:collapse;max-width:860px">'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _row(finding: Finding, side: str) -> str:
    """The HTML of one row: sign, id and verdict; the sentence, and what is so instead; the measurements."""
    said = finding.claim
    outcome = said.verdict if finding.confirmed else f"{said.verdict}, not confirmed here"
    text = f"<em>“{html.escape(said.text)}”</em>" + (f"<br>{html.escape(said.nuance)}" if said.nuance else "")
    measured = "<br>".join(
        f"{'' if so else '<strong>not so:</strong> '}{html.escape(words)}" for words, so in finding.evidence.items()
    )
    return (
        f'<tr><th scope="row" style="{side};white-space:nowrap">{SIGNS[finding.kind][0]} {said.id}<br>{outcome}</th>'
        f'<td style="{side}">{text}</td><td style="{side}">{measured}</td></tr>'
    )


def claim_table(*findings: Finding) -> FindingTable:
    """Show several claims as one table, where a card for each would take too much room.

    >>> print(claim_table(claim("C50", {"the weights sum to 1": True})))
    ✓ TRUE · claim C50
      “Softmax exponentiates, so the weights are positive and sum to one”
      measured: the weights sum to 1
    """
    return FindingTable(findings)
