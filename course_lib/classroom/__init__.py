"""Whole classes, graded safely: a judge that holds the right answers, and a worker that holds a learner's code.

- ``inside``: what runs in the worker
- ``course_copy``: the course as a worker gets it, without the exercises
- ``sending``: arguments of a case as bytes; functions among them are called back
- ``worker``: the worker as the judge sees it: asked, waited for, killed, replaced
- ``sandbox``: the ladder, each rung tried by forbidden acts
- ``stand_in``, ``judging``: a verdict on a function that only the worker can call
- ``hand_ins``: whose notebooks lie in a folder, and what is in them
- ``submission``: the marks of one student
- ``grading``: a class, from a folder to a folder of results
- ``results``: everything in one SQLite file, and the gradebook
- ``feedback``, ``summary``: pages for the student and for the teacher
- ``filling``: a gradebook of Canvas or Moodle, filled in
- ``regrading``: the same seeds with a mended exercise, and what would change

It lies above the concepts, as the commands do, and is imported by them alone. Nothing is imported here: the worker holds this
file too.
"""

__all__: list[str] = []
