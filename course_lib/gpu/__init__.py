"""What a device can do and what a model asks of it: arithmetic, memory, bandwidth, measured on the reader's own machine.

- ``by_hand``: the arithmetic: intensity, roofline, MFU, bytes of training
- ``device``: the one place where a device is chosen and described
- ``clock``: timing that waits for the device
- ``rates``: matrix products, memory, transfers and launches, measured
- ``steps``: a training step measured in every way the lesson compares
- ``measure``: all of it in one table, ``python -m course_lib.gpu.measure``
- ``records``: tables measured on other machines, shown as recorded
- ``explore``: the lesson's live figures
- ``exercises``: what the learner writes
"""
