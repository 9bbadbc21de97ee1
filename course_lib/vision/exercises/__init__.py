"""What the learner writes in lesson 15: the cut into patches, the whole model, its parameters, attention rolled out."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "patchify",
    "vit_logits",
    "vit_parameters",
    "roll_out",
)
