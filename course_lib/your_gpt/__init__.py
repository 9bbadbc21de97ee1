"""Your GPT: what the learner has passed, put together, trained, broken on purpose, and kept as a record.

- ``assembly``: a GPT made of exercise functions, whoever wrote them: logits, loss and gradients, training, writing
- ``recall``: a task that cannot be solved without attention
- ``put_back``: one of the known mistakes put back into the works: does the loss notice, and when?
- ``parts``: the map of a GPT in which one's own parts are lit, and the list of what is missing
- ``record``: the table of runs, kept beside progress
- ``certificate``: what was built by whom, as a picture that can be checked
"""
