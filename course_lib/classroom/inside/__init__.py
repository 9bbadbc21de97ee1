"""What runs in the worker, beside a learner's code: nothing in here knows an exercise.

- ``wire``: values and messages as bytes, used on both ends of the pipe
- ``cage``: rungs of the sandbox, climbed by the process that will run the code
- ``filters``: what the kernel of Linux is asked to refuse (seccomp, Landlock)
- ``serving``: the worker's loop: run a cell, call a function, watch a call
- ``notebook``: what stands in for a notebook's surroundings: display, magics, input
- ``watching``: whether a function hands its work to a library
- ``own``: takes the place of ``course_lib.practice.mine`` in the worker's copy of the course
- ``start``: the file that the worker's Python is given
"""
