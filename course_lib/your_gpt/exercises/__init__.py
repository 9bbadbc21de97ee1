"""What the learner writes in lesson 16: the whole model, forward and back, in one function."""

#: One file an exercise, in the order of the lesson.
ORDER = ("loss_and_gradients",)
