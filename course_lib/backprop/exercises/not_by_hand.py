"""What no exercise of this lesson accepts."""

AUTOGRAD = ("torch.grad", "torch.backward")  # what the learner is asked to do by hand
