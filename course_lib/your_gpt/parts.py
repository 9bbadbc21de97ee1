"""The map of a GPT in which one's own parts are lit, and what is still the course's, with the lesson that teaches it."""

import html
from dataclasses import dataclass

from course_lib.explorer.palette import role
from course_lib.practice.catalogue import find_exercise
from course_lib.practice.mine import Mine
from course_lib.syllabus import lesson_of

__all__ = ["FLOOR_PLAN", "PartsMap", "missing", "parts_map"]

#: From the bottom to the top: (what it is, the exercises that build it).
FLOOR_PLAN = (
    ("text becomes integers", ("tokenization.split_words", "tokenization.train", "tokenization.encode", "tokenization.decode")),
    ("integers become vectors that know their place", ("embedding.look_up", "positional_encoding.add_positions")),
    ("a head asks, weighs and mixes", ("attention.softmax", "attention.scaled_scores", "attention.causal_mask", "attention.attention")),
    ("heads side by side", ("multi_head.split_heads", "multi_head.merge_heads", "multi_head.multi_head_attention")),
    ("a block", ("block.layer_norm", "block.feed_forward", "block.block")),
    ("the whole forward pass", ("transformer.gpt_logits",)),
    ("how wrong it was", ("loss.shift", "loss.cross_entropy")),
    ("and back to every number", ("backprop.backward", "backprop.linear_backward", "backprop.look_up_backward",
                                  "backprop.cross_entropy_backward", "backprop.layer_norm_backward",
                                  "backprop.attention_backward", "backprop.block_backward")),
    ("forward and back, the whole of it", ("your_gpt.loss_and_gradients",)),
    ("a step, and a thousand of them", ("training.batch", "training.learning_rate", "training.clip", "training.adamw_step",
                                        "training.train")),
    ("what comes out", ("training.sample",)),
)  # fmt: skip


def missing(mine: Mine) -> dict[str, list[str]]:
    """The exercises of the plan that have not passed yet, by the lesson that teaches them."""
    found: dict[str, list[str]] = {}
    for _, ids in FLOOR_PLAN:
        for exercise_id in ids:
            if not mine.is_own(exercise_id):
                lesson = lesson_of(exercise_id.partition(".")[0])
                found.setdefault(lesson.name, []).append(find_exercise(exercise_id).name)
    return dict(sorted(found.items()))


@dataclass(frozen=True, repr=False)
class PartsMap:
    """Which parts are whose: a list of (what it is, [(exercise, whether it is one's own)]), from the bottom up."""

    rows: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]

    @property
    def own(self) -> int:
        """How many parts are the learner's."""
        return sum(own for _, parts in self.rows for _, own in parts)

    @property
    def total(self) -> int:
        """How many parts there are."""
        return sum(len(parts) for _, parts in self.rows)

    def __repr__(self) -> str:
        lines = [
            f"{self.own} of {self.total} parts are yours (marked ●), from the text at the bottom to what is written:"
        ]
        for what, parts in reversed(self.rows):
            lines.append(f"  {what}: " + ", ".join(f"{'●' if own else '○'} {_name(known)}" for known, own in parts))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<div style="margin:3px 0;padding:6px 10px;border:1px solid var(--jp-border-color1, #999);border-radius:6px">'
            f'<div style="font-size:0.9em">{html.escape(what)}</div>{"".join(map(_part, parts))}</div>'
            for what, parts in reversed(self.rows)
        )
        said = (
            f"All {self.total} parts are yours"
            if self.own == self.total
            else f"{self.own} of {self.total} parts are yours (lit, with ●)"
        )
        return (
            f'<div class="course-card" style="max-width:860px;padding:8px 12px;font-family:var(--jp-content-font-family, sans-serif)">'
            f'<div style="font-weight:600;margin-bottom:4px">{said}</div>{rows}</div>'
        )


def _name(exercise_id: str) -> str:
    """Without its lesson, unless two parts of the plan are called so."""
    name = exercise_id.partition(".")[2]
    alone = sum(known.partition(".")[2] == name for _, ids in FLOOR_PLAN for known in ids) == 1
    return name if alone else exercise_id


def _part(part: tuple[str, bool]) -> str:
    exercise_id, own = part
    lesson = lesson_of(exercise_id.partition(".")[0])
    lit = (
        f"background:var(--course-right, {role('right').lower()});color:var(--course-on, #fff);border-color:transparent"
        if own
        else "border-style:dashed"
    )
    sign, whose = ("●", "yours") if own else ("○", "the course's")
    return (
        f'<a href="{lesson.name}.ipynb" title="{whose}; lesson {lesson.number:02d}" style="display:inline-block;margin:3px 6px 0 0;'
        f"padding:1px 9px;border:1px solid var(--jp-border-color1, #999);border-radius:10px;text-decoration:none;"
        f'color:inherit;{lit}">{sign} {html.escape(_name(exercise_id))}</a>'
    )


def parts_map(mine: Mine) -> PartsMap:
    """The map as it stands."""
    return PartsMap(tuple((what, tuple((known, mine.is_own(known)) for known in ids)) for what, ids in FLOOR_PLAN))
