"""vision.patchify: an image becomes rows, one for each patch."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.vision import by_hand

ASKED = Asked(
    "Given `image` of shape `(height, width, channel)` and `patch`, which divides height and width, return an array with one "
    "row for each square of `patch` × `patch` pixels: patches in the order in which one reads a page, and within a row the "
    "pixels of the patch in that order too, the channels of a pixel side by side. Its shape is "
    "`(number of patches, patch * patch * channel)`.",
    reference=by_hand.patchify,
    library=("course_lib.patchify",),
    points=2,
    minutes=12,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def image(height: int, width: int, channels: int) -> np.ndarray:
        return rng.normal(size=(height, width, channels))

    return [
        Case((np.arange(16.0).reshape(4, 4, 1), 2), "a grey image of 4 × 4, numbered as one reads"),
        Case((np.arange(72.0).reshape(4, 6, 3), 2), "wider than high, three channels"),
        Case((image(9, 6, 2), 3), "higher than wide"),
        Case((image(6, 6, 3), 3)),
        Case((image(10, 15, 3), 5)),
        Case((image(4, 6, 3), 1), "patches of one pixel"),
        Case((image(5, 5, 2), 5), "one patch, the whole image"),
        Case((image(12, 12, 1), 4), "a single channel"),
    ]


@right
def patch_by_patch(image, patch):
    height, width, _ = image.shape
    return np.array(
        [image[i : i + patch, j : j + patch].flatten() for i in range(0, height, patch) for j in range(0, width, patch)]
    )


@right
def split_twice(image, patch):
    bands = np.split(image, len(image) // patch)
    return np.array([piece.ravel() for band in bands for piece in np.split(band, band.shape[1] // patch, axis=1)])


@right
def by_windows(image, patch):
    windows = np.lib.stride_tricks.sliding_window_view(image, (patch, patch), axis=(0, 1))[::patch, ::patch]
    return windows.transpose(0, 1, 3, 4, 2).reshape(-1, patch * patch * image.shape[2])


def _cut(image: np.ndarray, patch: int) -> np.ndarray:
    """(row of patches, row in the patch, column of patches, column in the patch, channel)."""
    height, width, channels = image.shape
    return image.reshape(height // patch, patch, width // patch, patch, channels)


def _rows(cut: np.ndarray, image: np.ndarray, patch: int) -> np.ndarray:
    return cut.reshape(-1, patch * patch * image.shape[2])


@wrong(
    1,
    "reshape only",
    "The shape is right, and your rows are strips: a reshape takes the pixels as they lie in memory, along the whole width "
    "of the image. A patch is a square: it has to leave a line of the image after `patch` pixels and go on in the next.",
)
def reshape_only(image, patch):
    return image.reshape(-1, patch * patch * image.shape[2])


@wrong(
    2,
    "patches column by column",
    "Each patch is right, and they follow one another down the columns. One reads a row of patches from left to right, then "
    "the next.",
)
def patches_column_by_column(image, patch):
    return _rows(_cut(image, patch).transpose(2, 0, 1, 3, 4), image, patch)


@wrong(
    3,
    "pixels column by column",
    "The patches stand in the right order, and inside each you go down the columns. Its pixels run row by row as well.",
)
def pixels_column_by_column(image, patch):
    return _rows(_cut(image, patch).transpose(0, 2, 3, 1, 4), image, patch)


@wrong(
    4,
    "overlapping patches",
    "Your square moves on by one pixel at a time, so that neighbours overlap and there are far too many. It moves on by "
    "`patch` pixels.",
)
def overlapping_patches(image, patch):
    height, width, _ = image.shape
    starts = [(i, j) for i in range(height - patch + 1) for j in range(width - patch + 1)]
    return np.array([image[i : i + patch, j : j + patch].ravel() for i, j in starts])


@wrong(
    5,
    "channel by channel",
    "Your rows hold all of one channel, then all of the next: the order of PyTorch's convolution, and so of Hugging Face's "
    "patch matrix. Here the channels of a pixel stay side by side.",
)
def channel_by_channel(image, patch):
    return _rows(_cut(image, patch).transpose(0, 2, 4, 1, 3), image, patch)


@wrong(
    6,
    "both orders down the columns",
    "You read the whole image transposed: patches down the columns, and their pixels too. Height is the first axis, and one "
    "reads along the second.",
)
def both_down_the_columns(image, patch):
    return _rows(_cut(image, patch).transpose(2, 0, 3, 1, 4), image, patch)


@wrong(
    7,
    "every so many pixels instead of neighbours",
    "A row of yours holds pixels that lie far apart: you split each axis into (pixel, patch) where (patch, pixel) is needed. "
    "The first of the two new axes counts the patches, the second the pixels within one.",
)
def every_so_many_pixels(image, patch):
    height, width, channels = image.shape
    cut = image.reshape(patch, height // patch, patch, width // patch, channels)
    return _rows(cut.transpose(1, 3, 0, 2, 4), image, patch)


@wrong(
    8,
    "the grid kept",
    "Every patch is right, and they stand in a grid: (down, across, values). A block wants one axis of tokens: lay the rows of "
    "the grid end to end.",
)
def the_grid_kept(image, patch):
    cut = _cut(image, patch).transpose(0, 2, 1, 3, 4)
    return cut.reshape(*cut.shape[:2], -1)


@wrong(
    9,
    "the patches left square",
    "You cut the image into squares and left them squares: (patch number, row, column, channel). A token is a row of numbers: "
    "flatten each.",
)
def the_patches_left_square(image, patch):
    cut = _cut(image, patch).transpose(0, 2, 1, 3, 4)
    return cut.reshape(-1, patch, patch, image.shape[2])


@wrong(
    10,
    "the mean of each patch",
    "You averaged the pixels of a patch. Then a patch with an edge and one that is grey all over can be the same token: all "
    "its values stay, in one row.",
)
def the_mean_of_each_patch(image, patch):
    return _cut(image, patch).mean(axis=(1, 3)).reshape(-1, image.shape[2])


@wrong(
    11,
    "patches below one another",
    "Your result lies on its side: a column for each patch. A row must be a token.",
)
def on_its_side(image, patch):
    return by_hand.patchify(image, patch).T


@wrong(
    12,
    "the first channel only",
    "You took one channel and dropped the rest. A row holds `patch * patch * channel` numbers, the channels of each pixel side "
    "by side.",
)
def the_first_channel_only(image, patch):
    return by_hand.patchify(image[..., :1], patch)


@wrong(
    13,
    "as many patches as pixels in one",
    "You took `patch` for the number of patches along a side. It is how many *pixels* wide a patch is.",
)
def patch_taken_for_a_count(image, patch):
    height, width, channels = image.shape
    cut = image[: height // patch * patch, : width // patch * patch]
    cut = cut.reshape(patch, height // patch, patch, width // patch, channels).transpose(0, 2, 1, 3, 4)
    return cut.reshape(patch * patch, -1)


@wrong(
    14,
    "as many patches across as down",
    "You count the patches along the height and take the same number along the width. An image need not be square: each side "
    "has a count of its own.",
)
def as_many_across_as_down(image, patch):
    down = len(image) // patch
    starts = [(i * patch, j * patch) for i in range(down) for j in range(down)]
    return np.array([image[i : i + patch, j : j + patch].ravel() for i, j in starts])


@wrong(
    15,
    "one row for the whole image",
    "All your numbers lie end to end in one row. Flatten each patch by itself, so that every patch keeps a row of its own.",
)
def one_row_for_all(image, patch):
    return by_hand.patchify(image, patch).ravel()


@wrong(
    16,
    "the channels averaged",
    "You averaged the channels of each pixel: the colours are gone. All of them belong to the row, side by side.",
)
def the_channels_averaged(image, patch):
    return by_hand.patchify(image.mean(axis=-1, keepdims=True), patch)


@wrong(
    17,
    "each patch flattened from its first axis on",
    'Your patches are cut rightly and flattened in the order of Fortran, `order="F"` or a transpose before `ravel`: the row index '
    "runs fastest and the channels slowest. Here the channels run fastest.",
)
def flattened_from_the_first_axis(image, patch):
    return _rows(_cut(image, patch).transpose(0, 2, 4, 3, 1), image, patch)


@wrong(
    18,
    "the last row and column of patches left out",
    "Your starts end too early: `range(0, height - patch, patch)` leaves out the last patch on each side, as a range never "
    "reaches its end.",
)
def the_last_patches_left_out(image, patch):
    height, width, channels = image.shape
    starts = [(i, j) for i in range(0, height - patch, patch) for j in range(0, width - patch, patch)]
    cut = [image[i : i + patch, j : j + patch].ravel() for i, j in starts]
    return np.array(cut).reshape(-1, patch * patch * channels)


@wrong(
    19,
    "from the bottom of the image upwards",
    "Your rows of patches begin at the bottom of the image. Row 0 of the array is the top, and there one begins to read.",
)
def from_the_bottom(image, patch):
    return _rows(_cut(image, patch)[::-1].swapaxes(1, 2), image, patch)


@wrong(
    20,
    "the wrong pair of axes swapped",
    "Your cut into five axes is right: (patch down, pixel down, patch across, pixel across, channel). Then you swapped the two "
    "axes of pixels. Which axis must stand second, if the first two are to count patches?",
)
def the_wrong_pair_swapped(image, patch):
    return _rows(_cut(image, patch).swapaxes(1, 3), image, patch)


@wrong(
    21,
    "strips across the whole width",
    "You cut the height and not the width: each row of yours is a strip as wide as the image. Cut both.",
)
def strips(image, patch):
    return image.reshape(len(image) // patch, -1)


HINTS = (
    "Two loops do it: over the top edges of the patches, and over their left edges. Cut a square and flatten it.",
    "Without loops: cut the height into (patches, pixels) and the width likewise. You then have five axes; which two have "
    "to change places so that the patches come first and their pixels after?",
    "`image.reshape(h // patch, patch, w // patch, patch, c).swapaxes(1, 2).reshape(-1, patch * patch * c)`.",
)
