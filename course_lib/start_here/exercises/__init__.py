"""What the learner writes in lesson 00: one line, to see what checking is like."""

#: One file an exercise, in the order of the lesson.
ORDER = ("mean_of_rows",)
