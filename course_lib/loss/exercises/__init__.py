"""What the learner writes in lesson 08: the shift, the loss, the unit to read it in, the softened targets."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "shift",
    "cross_entropy",
    "perplexity",
    "label_smoothed",
)
