"""What the learner writes in lesson 11: intensity, roofline, utilisation, bytes."""

import numpy as np

from course_lib.gpu import by_hand
from course_lib.practice.exercise import Case, Exercise, WrongAnswer

__all__ = ["EXERCISES"]


# --- intensity ----------------------------------------------------------------------------------------------------


def _intensity_cases(rng: np.random.Generator) -> list[Case]:
    m, k, n = (int(one) for one in rng.choice([3, 5, 7, 11, 13, 17, 19], 3, replace=False))
    return [
        Case((m, k, n, 4)),
        Case((k, n, m, 8), "eight bytes an element"),
        Case((1021, 509, 2053, 2), "three different sizes, two bytes an element"),
        Case((1, 4093, 1021, 2), "a single row: a model that writes one token"),
        Case((1, 1, 1, 4), "one number times one number"),
    ]


def _bytes_moved(m: int, k: int, n: int) -> int:
    return m * k + k * n + m * n


INTENSITY = Exercise(
    id="gpu.matmul_intensity",
    specification="An `(m, k)` matrix times a `(k, n)` matrix, with `bytes_per_element` bytes for each number. Return its "
    "arithmetic intensity: operations (a multiplication and an addition count as two) per byte moved, where both factors are "
    "read once and the product is written once.",
    reference=by_hand.matmul_intensity,
    cases=_intensity_cases,
    points=1,
    minutes=6,
    wrong=(
        WrongAnswer(
            "one operation per product",
            "Your intensity is half of what it should be: each of the m n entries takes k multiplications and k additions, and "
            "both are counted.",
            lambda m, k, n, size: m * k * n / (size * _bytes_moved(m, k, n)),
        ),
        WrongAnswer(
            "output forgotten",
            "You count the bytes of the two factors alone. The product has to be written as well.",
            lambda m, k, n, size: 2 * m * k * n / (size * (m * k + k * n)),
        ),
        WrongAnswer(
            "four bytes, whatever the format",
            "You count four bytes for each number. That is float32; how many there are stands in `bytes_per_element`.",
            lambda m, k, n, size: 2 * m * k * n / (4 * _bytes_moved(m, k, n)),
        ),
        WrongAnswer(
            "multiplied by the bytes for want of brackets",
            "`a / b * c` is (a / b) times c: your bytes multiply where they should divide. Put all that is divided by into brackets.",
            lambda m, k, n, size: 2 * m * k * n / size * _bytes_moved(m, k, n),
        ),
        WrongAnswer(
            "numbers moved, not bytes",
            "You divide by how many numbers are moved. Each of them has `bytes_per_element` bytes.",
            lambda m, k, n, size: 2 * m * k * n / _bytes_moved(m, k, n),
        ),
        WrongAnswer(
            "bytes per operation",
            "This is the other way round: bytes over operations. Intensity is high where much is computed with each byte.",
            lambda m, k, n, size: size * _bytes_moved(m, k, n) / (2 * m * k * n),
        ),
        WrongAnswer(
            "every operation fetches its numbers anew",
            "You count two numbers read for every multiplication, as if nothing stayed on the chip. The question is what has to "
            "be moved at least: each matrix once.",
            lambda m, k, n, size: 2 * m * k * n / (size * (2 * m * k * n + m * n)),
        ),
    ),
    hints=(
        "Two counts and a division: operations above, bytes below.",
        "The product has m n entries, each a sum of k products. The three matrices have m k, k n and m n numbers.",
        "`2 * m * k * n / (bytes_per_element * (m * k + k * n + m * n))`",
    ),
    also_right=(
        lambda m, k, n, size: 2 / (size * (1 / n + 1 / m + 1 / k)),
        lambda m, k, n, size: (m * n * (k + k)) / sum(size * a * b for a, b in ((m, k), (k, n), (m, n))),
    ),
)


# --- roofline -----------------------------------------------------------------------------------------------------


def _roofline_cases(rng: np.random.Generator) -> list[Case]:
    peak, bandwidth = float(rng.uniform(50, 90) * 1e12), float(rng.uniform(0.5, 2.0) * 1e12)
    return [
        Case((0.5, peak, bandwidth), "far below the ridge"),
        Case((7.0, peak, bandwidth)),
        Case((1000.0, peak, bandwidth), "far above the ridge"),
        Case((13.0, 2e10, 5e9), "a small CPU"),
    ]


ROOFLINE = Exercise(
    id="gpu.roofline",
    specification="Given the `intensity` of some work in FLOP per byte, and a device's `peak_flops` (FLOP per second) and "
    "`bandwidth` (bytes per second), return the most FLOP per second that this work can reach there.",
    reference=by_hand.roofline,
    cases=_roofline_cases,
    points=1,
    minutes=4,
    wrong=(
        WrongAnswer(
            "max instead of min",
            "You take the larger of the two limits. Both hold at once, so the smaller one decides.",
            lambda intensity, peak, bandwidth: max(peak, intensity * bandwidth),
        ),
        WrongAnswer(
            "the peak alone",
            "You return the peak whatever the intensity. Where each byte feeds few operations, what arrives over the bus is the limit.",
            lambda intensity, peak, bandwidth: peak,
        ),
        WrongAnswer(
            "memory alone",
            "You leave out the device's peak: work of high intensity would run faster than the device can compute.",
            lambda intensity, peak, bandwidth: intensity * bandwidth,
        ),
        WrongAnswer(
            "divided by the intensity",
            "You divide the bandwidth by the intensity. Look at the units: FLOP per byte times bytes per second.",
            lambda intensity, peak, bandwidth: min(peak, bandwidth / intensity),
        ),
        WrongAnswer(
            "the two limits averaged",
            "You mix the two limits into one (times added up). The roofline lets computing and fetching overlap: the slower of "
            "the two is what one waits for.",
            lambda intensity, peak, bandwidth: 1 / (1 / peak + 1 / (intensity * bandwidth)),
        ),
    ),
    hints=(
        "Two limits: what the device can compute, and what it can compute with the bytes that arrive.",
        "Bytes arrive at `bandwidth`; each of them feeds `intensity` operations.",
        "The smaller of `peak_flops` and `intensity * bandwidth`.",
    ),
    also_right=(
        lambda intensity, peak, bandwidth: peak if intensity >= peak / bandwidth else intensity * bandwidth,
        lambda intensity, peak, bandwidth: sorted([peak, bandwidth * intensity])[0],
    ),
)


# --- utilisation --------------------------------------------------------------------------------------------------


def _mfu_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((float(rng.uniform(1e3, 9e3)), 1_234_567, 3, 5, 7, 211, 1.3e12)),
        Case((float(rng.uniform(1e4, 9e4)), 124_439_808, 12, 12, 64, 1024, 312e12), "GPT-2 on an A100"),
        Case((500.0, 100_003, 2, 3, 11, 8191, 1e11), "a long context: attention counts for much"),
    ]


MFU = Exercise(
    id="gpu.mfu",
    specification="Return the model FLOPs utilisation as a fraction: observed `tokens_per_second`, times the model's operations for "
    "each token of training, over `peak_flops`. The operations are $6N + 12LHQT$, with $N$ = `n_params`, $L$ = `layers`, "
    "$H$ = `heads`, $Q$ = `d_head` and $T$ = `context`.",
    reference=by_hand.mfu,
    cases=_mfu_cases,
    points=1,
    minutes=5,
    wrong=(
        WrongAnswer(
            "2N: forward alone",
            "You count two operations for each parameter: that is the forward pass. The backward pass takes another four.",
            lambda speed, n, L, H, Q, T, peak: speed * (2 * n + 12 * L * H * Q * T) / peak,
        ),
        WrongAnswer(
            "attention forgotten",
            "You count the parameters' operations alone. Queries times keys and weights times values have no parameters, and grow "
            "with the context.",
            lambda speed, n, L, H, Q, T, peak: speed * 6 * n / peak,
        ),
        WrongAnswer(
            "one layer's attention",
            "Attention happens in every layer: a factor is missing.",
            lambda speed, n, L, H, Q, T, peak: speed * (6 * n + 12 * H * Q * T) / peak,
        ),
        WrongAnswer(
            "no brackets around the operations",
            "Without brackets only the second part is divided by the peak, or only the first multiplied by the speed. Operations for a "
            "token are a sum: bracket it.",
            lambda speed, n, L, H, Q, T, peak: speed * 6 * n + 12 * L * H * Q * T / peak,
        ),
        WrongAnswer(
            "in percent",
            "A fraction was asked for, between 0 and 1; yours is a hundred times as large.",
            lambda *args: 100 * by_hand.mfu(*args),
        ),
        WrongAnswer(
            "upside down",
            "You divide the peak by what was done. Utilisation is what was done over what could be.",
            lambda *args: 1 / by_hand.mfu(*args),
        ),
        WrongAnswer(
            "the operations of the whole context",
            "You multiply by the context once more: the operations given are those of one token, and the speed is in tokens.",
            lambda speed, n, L, H, Q, T, peak: speed * (6 * n + 12 * L * H * Q * T) * T / peak,
        ),
    ),
    hints=(
        "Operations per token, times tokens per second: operations per second. And then?",
        "Operations per token are 6 N + 12 L H Q T.",
        "`tokens_per_second * (6 * n_params + 12 * layers * heads * d_head * context) / peak_flops`",
    ),
    also_right=(
        lambda speed, n, L, H, Q, T, peak: (6 * n + 12 * L * H * Q * T) / (peak / speed),
        lambda speed, n, L, H, Q, T, peak: 3 * speed / peak * (2 * n + L * 2 * (2 * H * Q * T)),
    ),
)


# --- bytes --------------------------------------------------------------------------------------------------------


def _bytes_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((int(rng.integers(1000, 9999)), False), "float32 throughout"),
        Case((int(rng.integers(1000, 9999)), True), "mixed precision"),
        Case((174_604_259_328, True), "GPT-3"),
        Case((1, False), "a single parameter"),
    ]


TRAINING_BYTES = Exercise(
    id="gpu.training_bytes",
    specification="Return how many bytes a training run with Adam keeps for `n_params` parameters, activations not counted. "
    "`mixed_precision=False`: weights, gradients, and Adam's two moments, all in float32. `mixed_precision=True`: weights and "
    "gradients in 16 bits, and in float32 the master copy of the weights and the two moments.",
    reference=by_hand.training_bytes,
    cases=_bytes_cases,
    points=1,
    minutes=5,
    wrong=(
        WrongAnswer(
            "the weights alone",
            "You count the weights. Training keeps a gradient for each of them, and Adam two moments.",
            lambda n, mixed: n * (2 if mixed else 4),
        ),
        WrongAnswer(
            "4 per parameter",
            "Four bytes are one float32. Count how many numbers are kept for each parameter.",
            lambda n, mixed: 4 * n,
        ),
        WrongAnswer(
            "gradients forgotten",
            "Weights and Adam's state are there; the gradients need a place as well.",
            lambda n, mixed: n * (14 if mixed else 12),
        ),
        WrongAnswer(
            "master copy forgotten",
            "In mixed precision you leave out the float32 copy of the weights, to which the small steps are added.",
            lambda n, mixed: n * (12 if mixed else 16),
        ),
        WrongAnswer(
            "half of everything in mixed precision",
            "You halve everything. Only weights and gradients are in 16 bits: the moments stay in float32, and a master copy comes "
            "on top.",
            lambda n, mixed: n * (8 if mixed else 16),
        ),
        WrongAnswer(
            "gradients in float32",
            "In mixed precision your gradients take four bytes. Some frameworks do that (18 bytes a parameter); here they are in "
            "16 bits.",
            lambda n, mixed: n * (18 if mixed else 16),
        ),
        WrongAnswer(
            "one moment",
            "Adam keeps two numbers for each parameter: the mean of its gradients and the mean of their squares.",
            lambda n, mixed: 12 * n,
        ),
    ),
    hints=(
        "Write down what is kept for one parameter, with the bytes of each. Do the two sums surprise you?",
        "float32: weight 4, gradient 4, moments 4 and 4. Mixed: weight 2, gradient 2, and three float32.",
        "Both sums are the same.",
    ),
    also_right=(
        lambda n, mixed: 16 * n,
        lambda n, mixed: sum([2, 2, 4, 4, 4] if mixed else [4, 4, 4, 4]) * n,
    ),
)

EXERCISES = (INTENSITY, ROOFLINE, MFU, TRAINING_BYTES)
