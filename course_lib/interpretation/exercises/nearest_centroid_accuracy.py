"""interpretation.nearest_centroid_accuracy: a probe with nothing to tune."""

import numpy as np

from course_lib.interpretation import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "A **probe** asks whether vectors hold a piece of information. This one: the centroid of a label is the mean of its vectors in "
    "`train_x` `(train, d)`; each vector of `test_x` `(test, d)` gets the label of the nearest centroid (Euclidean distance; of equally "
    "near ones, the smaller label). Return the share of labels in `test_y` that it gets right. Labels are whole numbers, any of them.",
    reference=by_hand.nearest_centroid_accuracy,
    points=2,
    minutes=12,
    difficulty=2,
)


def _clouds(rng: np.random.Generator, labels: list[int], n: int, d: int, wide: float) -> tuple:
    centres = rng.normal(size=(len(labels), d))
    chosen = rng.permutation(np.arange(n) % len(labels))
    return centres[chosen] + wide * rng.normal(size=(n, d)), np.array(labels)[chosen], centres


def cases(rng: np.random.Generator) -> list[Case]:
    def case(labels: list[int], n_train: int, n_test: int, d: int, wide: float, note: str = "") -> Case:
        x, y, centres = _clouds(rng, labels, n_train, d, wide)
        which = rng.integers(len(labels), size=n_test)
        return Case((x, y, centres[which] + wide * rng.normal(size=(n_test, d)), np.array(labels)[which]), note)

    line = np.array([[0.0], [0.0], [10.0], [4.0], [6.0], [30.0]])
    of_line = np.array([0, 0, 0, 1, 1, 1])
    return [
        case([0, 1, 2], 31, 53, 5, 1.3),
        case([0, 1, 2, 3], 61, 101, 3, 1.1),
        case([2, 5, 7], 29, 47, 5, 1.2, "labels 2, 5 and 7"),
        Case((line, of_line, np.array([[3.0], [7.0], [12.0], [9.0], [1.0]]), np.array([0, 0, 1, 1, 1])), "vectors of one number"),
        Case((np.array([[2.0], [0.0]]), np.array([9, 4]), np.array([[1.0], [1.0], [5.0]]), np.array([4, 4, 9])), "equally near"),
        Case((np.array([[0.0, 0.0], [0.0, 2.0], [8.0, 0.0]]), np.array([1, 1, 3]),
              np.array([[3.0, 1.0], [9.0, 0.5], [4.5, 0.0]]), np.array([1, 1, 3])), "labels of different size"),
        Case((np.array([[1.0, 1.0], [10.0, 9.0]]), np.array([0, 1]), np.array([[3.0, 2.0], [20.0, 22.0], [5.0, 5.2]]),
              np.array([0, 1, 0])), "nearly the same direction"),
        Case((np.ones((3, 2)), np.array([6, 6, 6]), np.zeros((2, 2)), np.array([6, 1])), "only one label is known"),
    ]  # fmt: skip


@right
def one_by_one(train_x, train_y, test_x, test_y):
    centroids = {}
    for label in sorted(set(train_y.tolist())):
        rows = train_x[train_y == label]
        centroids[label] = rows.sum(axis=0) / len(rows)
    right_ones = 0
    for x, label in zip(test_x, test_y, strict=True):
        right_ones += min(centroids, key=lambda known: np.linalg.norm(x - centroids[known])) == label
    return right_ones / len(test_y)


@right
def by_dot_products(train_x, train_y, test_x, test_y):
    labels, which = np.unique(train_y, return_inverse=True)
    belongs = np.eye(len(labels))[which]
    centroids = belongs.T @ train_x / belongs.sum(axis=0)[:, None]
    scores = (test_x[:, None] - centroids) ** 2
    return np.mean(labels[scores.sum(-1).argmin(1)] == test_y)


def _accuracy(labels: np.ndarray, centroids: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    distances = ((x[:, None, :] - centroids) ** 2).sum(axis=-1)
    return float((labels[distances.argmin(axis=1)] == y).mean())


def _centroids(x: np.ndarray, y: np.ndarray, middle=np.mean) -> tuple:
    labels = np.unique(y)
    return labels, np.array([middle(x[y == label], axis=0) for label in labels])


@wrong(
    1,
    "centroids from the test set",
    "Your centroids are the means of the test vectors: the probe has seen the answers it is asked for. Learn from `train_x` alone.",
)
def from_the_test_set(train_x, train_y, test_x, test_y):
    return _accuracy(*_centroids(test_x, test_y), test_x, test_y)


@wrong(
    2,
    "measured on the training part",
    "You measure on the vectors that the centroids were made from. What a probe remembers says little; take the test part.",
)
def on_the_training_part(train_x, train_y, test_x, test_y):
    return _accuracy(*_centroids(train_x, train_y), train_x, train_y)


@wrong(
    3,
    "nearest vector instead of nearest centroid",
    "You look for the nearest training vector. That is another probe, which can remember every vector it has seen; average each label "
    "first.",
)
def nearest_vector(train_x, train_y, test_x, test_y):
    return _accuracy(train_y, train_x, test_x, test_y)


@wrong(
    4,
    "numbers of centroids taken for labels",
    "You compare the *number* of the nearest centroid with the label. They agree only where labels run 0, 1, 2 …: look the label up.",
)
def numbers_for_labels(train_x, train_y, test_x, test_y):
    labels, centroids = _centroids(train_x, train_y)
    return _accuracy(np.arange(len(labels)), centroids, test_x, test_y)


@wrong(5, "the farthest centroid", "You take the largest distance. The nearest centroid has the smallest.")
def farthest(train_x, train_y, test_x, test_y):
    labels, centroids = _centroids(train_x, train_y)
    distances = ((test_x[:, None, :] - centroids) ** 2).sum(axis=-1)
    return float((labels[distances.argmax(axis=1)] == test_y).mean())


@wrong(6, "the share that is wrong", "You return how often the probe is wrong. The share it gets right is asked for.")
def share_wrong(train_x, train_y, test_x, test_y):
    return 1.0 - _accuracy(*_centroids(train_x, train_y), test_x, test_y)


@wrong(7, "a count instead of a share", "You return how many are right. Divide by how many there are.")
def count(train_x, train_y, test_x, test_y):
    return round(_accuracy(*_centroids(train_x, train_y), test_x, test_y) * len(test_y))


@wrong(
    8,
    "the largest dot product",
    "You take the centroid with the largest dot product, which favours long ones. Distance is asked for: the length of the difference.",
)
def largest_product(train_x, train_y, test_x, test_y):
    labels, centroids = _centroids(train_x, train_y)
    return float((labels[(test_x @ centroids.T).argmax(axis=1)] == test_y).mean())


@wrong(
    9,
    "sums instead of means",
    "Your centroids are sums: a label with many vectors lies far out. Divide by how many there are.",
)
def sums(train_x, train_y, test_x, test_y):
    return _accuracy(*_centroids(train_x, train_y, np.sum), test_x, test_y)


@wrong(
    10,
    "differences that cancel",
    "You add up the differences as they are, or compare sums or means of the vectors: pluses and minuses cancel. Square, add up, then compare.",
)
def sum_of_differences(train_x, train_y, test_x, test_y):
    labels, centroids = _centroids(train_x, train_y)
    distances = abs((test_x[:, None, :] - centroids).sum(axis=-1))
    return float((labels[distances.argmin(axis=1)] == test_y).mean())


@wrong(
    11,
    "medians instead of means",
    "You take medians. A centroid is a mean.",
)
def medians(train_x, train_y, test_x, test_y):
    return _accuracy(*_centroids(train_x, train_y, np.median), test_x, test_y)


@wrong(
    12,
    "another rule for equally near ones",
    "Where two centroids are equally near you take another label. The smaller one is asked for: put the labels in order before you look for "
    "the smallest distance, and take the first.",
)
def ties_to_the_larger(train_x, train_y, test_x, test_y):
    labels, centroids = _centroids(train_x, train_y)
    return _accuracy(labels[::-1], centroids[::-1], test_x, test_y)


@wrong(
    13,
    "the smallest angle",
    "You take the centroid with the largest cosine: direction alone. Distance is asked for, and there length counts.",
)
def smallest_angle(train_x, train_y, test_x, test_y):
    labels, centroids = _centroids(train_x, train_y)
    lengths = np.linalg.norm(test_x, axis=1)[:, None] * np.linalg.norm(centroids, axis=1)
    return float((labels[((test_x @ centroids.T) / (lengths + 1e-12)).argmax(axis=1)] == test_y).mean())


@wrong(14, "absolute differences", "You add up absolute differences. Euclidean distance squares them.")
def absolute_differences(train_x, train_y, test_x, test_y):
    labels, centroids = _centroids(train_x, train_y)
    return float((labels[abs(test_x[:, None] - centroids).sum(axis=-1).argmin(axis=1)] == test_y).mean())


@wrong(
    15,
    "the largest difference",
    "You measure by the largest difference alone. Euclidean distance adds up all of them, squared.",
)
def the_largest_difference(train_x, train_y, test_x, test_y):
    labels, centroids = _centroids(train_x, train_y)
    return float((labels[abs(test_x[:, None] - centroids).max(axis=-1).argmin(axis=1)] == test_y).mean())


@wrong(16, "the first number only", "You measure by the first number of each vector. Distance goes over all of them.")
def the_first_number(train_x, train_y, test_x, test_y):
    labels, centroids = _centroids(train_x, train_y)
    return float((labels[abs(test_x[:, None, 0] - centroids[:, 0]).argmin(axis=1)] == test_y).mean())


@wrong(17, "a percentage", "You return a percentage. A share lies between 0 and 1.")
def a_percentage(train_x, train_y, test_x, test_y):
    return 100 * _accuracy(*_centroids(train_x, train_y), test_x, test_y)


@wrong(
    18,
    "divided by the training vectors",
    "You divide by how many vectors the probe has learned from. Divide by how many it was asked about.",
)
def by_the_training_vectors(train_x, train_y, test_x, test_y):
    return _accuracy(*_centroids(train_x, train_y), test_x, test_y) * len(test_y) / len(train_y)


@wrong(19, "the labels returned", "You return the label that each vector gets. Return the share of them that is right.")
def the_labels(train_x, train_y, test_x, test_y):
    labels, centroids = _centroids(train_x, train_y)
    return labels[((test_x[:, None] - centroids) ** 2).sum(axis=-1).argmin(axis=1)]


@wrong(
    20,
    "right or not, one by one",
    "You return for each vector whether it is right. Return the share: the mean of these.",
)
def one_by_one_right(train_x, train_y, test_x, test_y):
    labels, centroids = _centroids(train_x, train_y)
    return labels[((test_x[:, None] - centroids) ** 2).sum(axis=-1).argmin(axis=1)] == test_y


@wrong(
    21,
    "centroids from both parts",
    "Your centroids are means of training and test vectors together: the probe has seen answers it is asked for. Learn from `train_x` alone.",
)
def from_both_parts(train_x, train_y, test_x, test_y):
    x, y = np.concatenate([train_x, test_x]), np.concatenate([train_y, test_y])
    return _accuracy(*_centroids(x, y), test_x, test_y)


@wrong(
    22,
    "every label counted alike",
    "You take the share for each label and average these. That weighs rare labels more; count all test vectors alike.",
)
def every_label_alike(train_x, train_y, test_x, test_y):
    shares = [
        _accuracy(*_centroids(train_x, train_y), test_x[test_y == y], test_y[test_y == y]) for y in np.unique(test_y)
    ]
    return float(np.mean(shares))


@wrong(
    23,
    "the mean distance to a label's vectors",
    "You average distances to the training vectors of a label. Average the vectors first, then take one distance.",
)
def mean_distance(train_x, train_y, test_x, test_y):
    labels = np.unique(train_y)
    apart = np.linalg.norm(test_x[:, None] - train_x, axis=-1)
    distances = np.stack([apart[:, train_y == label].mean(axis=1) for label in labels], axis=1)
    return float((labels[distances.argmin(axis=1)] == test_y).mean())


@wrong(
    24,
    "a centroid for labels that nobody has",
    "You count labels 0, 1, 2 … up to the largest, and give those that do not occur a centroid at zero. Only labels of `train_y` have one.",
)
def labels_nobody_has(train_x, train_y, test_x, test_y):
    labels = np.arange(train_y.max() + 1)
    rows = [train_x[train_y == label] for label in labels]
    return _accuracy(labels, np.array([each.sum(axis=0) / max(len(each), 1) for each in rows]), test_x, test_y)


HINTS = (
    "Three steps: a mean for each label, a distance from each test vector to each mean, and a comparison with the true labels.",
    "`np.unique(train_y)` gives the labels. With `test_x[:, None, :] - centroids` you have all differences at once: (test, label, d).",
    "`distances = ((test_x[:, None, :] - centroids) ** 2).sum(axis=-1)`, then `labels[distances.argmin(axis=1)] == test_y`, and its mean.",
)
