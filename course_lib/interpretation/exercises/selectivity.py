"""interpretation.selectivity: what a probe finds beyond what it can learn by heart."""

import numpy as np

from course_lib.interpretation import by_hand
from course_lib.interpretation.by_hand import nearest_centroid_accuracy
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "A probe's accuracy does not stand alone. `x` `(row, d)` are vectors, `y` what they are said to hold. `control_y` are **random "
    "labels, but fixed for each word**: whoever gets those right has remembered words. Train a probe for each on the rows `train`, "
    "measure both on the rows `test`, and return the accuracy on `y` less the accuracy on `control_y`. "
    "`nearest_centroid_accuracy` is there for you.",
    reference=by_hand.selectivity,
    points=2,
    minutes=8,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(n: int, d: int, words: int, note: str = "") -> Case:
        word = rng.permutation(np.arange(n) % words)
        y, control_y = word % 3, rng.permutation(np.arange(words) % 3)[word]
        centres, of_words = 2 * rng.normal(size=(3, d)), rng.normal(size=(words, d))
        x = centres[y] + of_words[word] + rng.normal(size=(n, d))
        order = rng.permutation(n)
        return Case((x, y, control_y, np.sort(order[: n // 2]), np.sort(order[n // 2 :])), note)

    line = np.array([0.0, 1.0, 10.0, 11.0, 0.4, 10.6, 0.9, 10.1])[:, None]
    return [
        case(83, 5, 7),
        case(101, 3, 11),
        case(61, 2, 5, "few words"),
        Case((line, np.array([0, 0, 1, 1, 0, 1, 0, 1]), np.array([0, 1, 0, 1, 0, 1, 1, 0]), np.arange(4), np.arange(4, 8)), "eight rows"),
        Case((line, np.array([0, 1, 0, 1, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 0, 1, 0, 1]), np.arange(4), np.arange(4, 8)),
             "the control is easier than the task"),
        Case((np.array([0.0, 2.0, 10.0, 12.0, 5.9, 5.8])[:, None], np.array([0, 0, 1, 1, 1, 1]), np.array([0, 0, 1, 1, 0, 0]),
              np.arange(4), np.arange(4, 6)), "rows that nobody who learned from the others would guess"),
    ]  # fmt: skip


@right
def both_in_a_loop(x, y, control_y, train, test):
    real, control = (
        nearest_centroid_accuracy(x[train], labels[train], x[test], labels[test]) for labels in (y, control_y)
    )
    return real - control


@right
def written_out(x, y, control_y, train, test):
    found = []
    for labels in (y, control_y):
        known = np.unique(labels[train])
        centroids = np.stack([x[train][labels[train] == label].mean(axis=0) for label in known])
        nearest = np.linalg.norm(x[test][:, None] - centroids, axis=-1).argmin(axis=1)
        found.append(np.mean(known[nearest] == labels[test]))
    return found[0] - found[1]


@wrong(
    1,
    "measured on the training part",
    "You measure both probes on the rows they have learned from. What counts is what they get right on rows they have not seen: `test`.",
)
def on_the_training_part(x, y, control_y, train, test):
    return by_hand.selectivity(x, y, control_y, train, train)


def _accuracies(x, y, control_y, train, test) -> tuple[float, float]:
    real = nearest_centroid_accuracy(x[train], y[train], x[test], y[test])
    return real, nearest_centroid_accuracy(x[train], control_y[train], x[test], control_y[test])


@wrong(
    2,
    "control drawn anew for each row",
    "You shuffled the control labels over the rows. Then the same word has other labels in other rows, nobody could learn them, and the "
    "control is too easy to beat. They come fixed for each word: use them as they are.",
)
def drawn_anew(x, y, control_y, train, test):
    shuffled = np.random.default_rng(0).permutation(control_y)
    return by_hand.selectivity(x, y, shuffled, train, test)


@wrong(
    3, "the accuracy alone", "You return the accuracy on `y`. The accuracy on the control is to be taken away from it."
)
def accuracy_alone(x, y, control_y, train, test):
    return nearest_centroid_accuracy(x[train], y[train], x[test], y[test])


@wrong(
    4, "the wrong way round", "Your sign is turned: the accuracy on `y` comes first, and the control's is taken away."
)
def turned(x, y, control_y, train, test):
    return -by_hand.selectivity(x, y, control_y, train, test)


@wrong(
    5,
    "the control's test with the probe of the task",
    "One probe is trained, on `y`, and then asked for the control's labels. The control has a probe of its own, trained on its labels.",
)
def one_probe(x, y, control_y, train, test):
    real = nearest_centroid_accuracy(x[train], y[train], x[test], y[test])
    return real - nearest_centroid_accuracy(x[train], y[train], x[test], control_y[test])


@wrong(
    6, "a quotient instead of a difference", "You divide one accuracy by the other. Selectivity is their difference."
)
def quotient(x, y, control_y, train, test):
    real = nearest_centroid_accuracy(x[train], y[train], x[test], y[test])
    return real / nearest_centroid_accuracy(x[train], control_y[train], x[test], control_y[test])


@wrong(7, "train and test exchanged", "You learn from the rows `test` and measure on the rows `train`.")
def exchanged(x, y, control_y, train, test):
    return by_hand.selectivity(x, y, control_y, test, train)


@wrong(
    8,
    "the control's accuracy alone",
    "You return the accuracy on the control. It is taken away from the accuracy on `y`.",
)
def control_alone(x, y, control_y, train, test):
    return nearest_centroid_accuracy(x[train], control_y[train], x[test], control_y[test])


@wrong(
    9,
    "learned from all rows",
    "Your probes have learned from all rows, those of the test among them. Only the rows `train` are theirs to learn from.",
)
def from_all_rows(x, y, control_y, train, test):
    return nearest_centroid_accuracy(x, y, x[test], y[test]) - nearest_centroid_accuracy(
        x, control_y, x[test], control_y[test]
    )


@wrong(10, "a sum instead of a difference", "You add the two accuracies. The control's is taken away.")
def the_sum(x, y, control_y, train, test):
    real, control = _accuracies(x, y, control_y, train, test)
    return real + control


@wrong(
    11,
    "without its sign",
    "You take the absolute value. A control that is easier than the task has to show: the difference may be negative.",
)
def without_its_sign(x, y, control_y, train, test):
    return abs(by_hand.selectivity(x, y, control_y, train, test))


@wrong(
    12,
    "cut off at zero",
    "You cut the difference off at zero. A control that is easier than the task has to show, as a negative number.",
)
def cut_off(x, y, control_y, train, test):
    return max(0.0, by_hand.selectivity(x, y, control_y, train, test))


@wrong(
    13,
    "the control's probe asked for the task's labels",
    "Your second probe learns `control_y` and is then asked for `y`. It is asked for the labels of its own kind: `control_y[test]`.",
)
def asked_for_the_task(x, y, control_y, train, test):
    real = nearest_centroid_accuracy(x[train], y[train], x[test], y[test])
    return real - nearest_centroid_accuracy(x[train], control_y[train], x[test], y[test])


@wrong(
    14,
    "the task's labels twice",
    "Both your accuracies are the same, so that nothing is left: the second probe learns `control_y`, and is asked for it.",
)
def the_same_twice(x, y, control_y, train, test):
    real = nearest_centroid_accuracy(x[train], y[train], x[test], y[test])
    return real - real


@wrong(15, "divided by the accuracy", "You divide the difference by the accuracy on `y`. Return the difference itself.")
def relative(x, y, control_y, train, test):
    real, control = _accuracies(x, y, control_y, train, test)
    return (real - control) / max(real, 1e-12)


@wrong(
    16,
    "the control measured on its training part",
    "You measure the control's probe on the rows it has learned from. Both are measured on `test`.",
)
def control_on_training(x, y, control_y, train, test):
    real, _ = _accuracies(x, y, control_y, train, test)
    return real - nearest_centroid_accuracy(x[train], control_y[train], x[train], control_y[train])


@wrong(
    17,
    "measured on all rows",
    "You measure on all rows, those that the probes have learned from among them. Take the rows `test`.",
)
def measured_on_all(x, y, control_y, train, test):
    real = nearest_centroid_accuracy(x[train], y[train], x, y)
    return real - nearest_centroid_accuracy(x[train], control_y[train], x, control_y)


@wrong(
    18,
    "even odds taken away",
    "You take away one over the number of labels. What a probe of the control gets right is measured, not reckoned: train one.",
)
def even_odds(x, y, control_y, train, test):
    real, _ = _accuracies(x, y, control_y, train, test)
    return real - 1 / len(np.unique(control_y))


@wrong(
    19,
    "the first rows for training",
    "You split the rows in the order they stand. `train` and `test` say which rows are which: index with them.",
)
def split_in_order(x, y, control_y, train, test):
    first, rest = np.arange(len(train)), np.arange(len(train), len(x))
    return by_hand.selectivity(x, y, control_y, first, rest)


@wrong(
    20, "both accuracies returned", "You return both accuracies. One number is asked for: the first less the second."
)
def both_returned(x, y, control_y, train, test):
    return _accuracies(x, y, control_y, train, test)


@wrong(21, "a percentage", "You return a percentage. Both accuracies are shares, and so is their difference.")
def a_percentage(x, y, control_y, train, test):
    return 100 * by_hand.selectivity(x, y, control_y, train, test)


@wrong(
    22,
    "where the labels agree",
    "You take away how often the two kinds of labels agree. What counts is how well a probe learns the control's: train one.",
)
def where_labels_agree(x, y, control_y, train, test):
    real, _ = _accuracies(x, y, control_y, train, test)
    return real - np.mean(y[test] == control_y[test])


HINTS = (
    "Two accuracies of the same kind. What differs between them, and what must be the same?",
    "Call `nearest_centroid_accuracy` twice, once with `y` and once with `control_y`; both times with `x[train]` and `x[test]`.",
    "`real = nearest_centroid_accuracy(x[train], y[train], x[test], y[test])`, the same for `control_y`, and subtract.",
)
