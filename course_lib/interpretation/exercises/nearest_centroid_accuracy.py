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
        Case((np.array([[0.0], [2.0]]), np.array([4, 9]), np.array([[1.0], [1.0], [5.0]]), np.array([4, 9, 9])), "equally near"),
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
    "distance entry by entry",
    "You look at one entry of the difference only, or at its sum, where pluses and minuses cancel. Square, add up, then compare.",
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


HINTS = (
    "Three steps: a mean for each label, a distance from each test vector to each mean, and a comparison with the true labels.",
    "`np.unique(train_y)` gives the labels. With `test_x[:, None, :] - centroids` you have all differences at once: (test, label, d).",
    "`distances = ((test_x[:, None, :] - centroids) ** 2).sum(axis=-1)`, then `labels[distances.argmin(axis=1)] == test_y`, and its mean.",
)
