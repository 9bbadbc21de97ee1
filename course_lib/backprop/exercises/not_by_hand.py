"""What no exercise of this lesson accepts."""

AUTOGRAD = ("torch.grad", "torch.backward", "course_lib.numerical_gradient")  # what the learner is asked to do by hand
