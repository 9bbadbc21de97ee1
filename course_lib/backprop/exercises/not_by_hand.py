"""What no exercise of this lesson accepts."""

AUTOGRAD = (
    "torch.autograd.grad",
    "torch.Tensor.backward",
    "course_lib.numerical_gradient",
)  # what the learner is asked to do by hand
