"""What a device can do and what a model asks of it: arithmetic, memory, bandwidth, measured on the reader's own machine.

- ``by_hand``: the arithmetic: intensity, roofline, MFU, bytes of training and their shares
- ``timing``, ``tiles``, ``ring``: a clock that waits, attention in tiles, sums that travel, all in plain Python and NumPy
- ``simulated``: a device that answers before it has finished
- ``clock``: timing that waits for the device (``course_lib.device`` is the one place where a device is chosen)
- ``rates``: matrix products, memory, transfers and launches, measured
- ``work``: pieces of a Transformer's work, measured under the roofline
- ``steps``: a training step measured in every way the lesson compares
- ``precision``: what sixteen bits do to gradients, and what autocast leaves in float32
- ``step_memory``: what a step holds, by category
- ``compiling``: eager against compiled, in a process with a time budget
- ``launching``: a run of several processes (``course_lib train --processes``), started from a notebook
- ``measure``: all of it in one table, ``python -m course_lib measure``
- ``datasheets``: the roofs that makers print about their cards, with their source
- ``units``: large numbers with their prefix
- ``records``: tables measured on other machines, shown as recorded
- ``figures``: the lesson's figures, one file each
- ``exercises``: what the learner writes
"""
