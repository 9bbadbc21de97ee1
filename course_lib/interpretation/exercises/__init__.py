"""What the learner writes in lesson 14: a probe and its control, two ablations, a patch, the logit lens, attention by distance."""

#: One file an exercise, in the order of the lesson.
ORDER = (
    "attention_by_distance",
    "ablate_head",
    "mean_ablate",
    "patch",
    "logit_lens",
    "nearest_centroid_accuracy",
    "selectivity",
)
