"""What is wrong with a value, or with how it came about, is named: type, shape, kind of number, borrowed, in place."""

import functools
import operator

import numpy as np
import pytest
import torch

from course_lib.attention import by_hand, in_torch
from course_lib.embedding import by_hand as embedding_by_hand
from course_lib.practice import check
from course_lib.practice.catalogue import find_exercise
from course_lib.practice.comparing import difference

STEPS = "e = np.exp(scores - scores.max(axis=-1, keepdims=True))\nw = e / e.sum(axis=-1, keepdims=True)\n"

ACCEPTED = {
    "a list of lists": "return w.tolist()",
    "a tensor": "return torch.from_numpy(w)",
    "a tensor that remembers its gradient": "return torch.from_numpy(w).requires_grad_()",
    "single precision": "return w.astype(np.float32)",
    "extended precision": "return w.astype(np.longdouble)",
    "a masked array with nothing masked": "return np.ma.masked_array(w, mask=False)",
    "an answer that prints": "print(w)\nreturn w",
}
WRONG_TYPES = {
    "a text": ("return 'weights'", "is a str where an array of shape"),
    "a dictionary": ("return {'w': w}", "is a dict where an array of shape"),
    "the function itself": ("return softmax", "is a function where an array of shape"),
    "a generator": ("yield w", "is a generator where an array of shape"),
    "a set": ("return {1.0}", "is a set where an array of shape"),
}
WRONG_KINDS = {
    "half precision": ("return w.astype(np.float16)", "float16"),
    "objects": ("return w.astype(object)", "object"),
    "complex numbers": ("return w + 0j", "complex128"),
    "texts": ("return w.astype(str)", "<U32"),
    "booleans": ("return w > 0.5", "bool"),
}
BORROWED = {
    "torch.softmax": "return torch.softmax(torch.as_tensor(scores), -1)",
    "a tensor's softmax": "return torch.as_tensor(scores).softmax(-1).numpy()",
    "torch.nn.functional": "return torch.nn.functional.softmax(torch.as_tensor(scores), dim=-1)",
    "a layer": "return torch.nn.Softmax(dim=-1)(torch.as_tensor(scores))",
    "by_hand": "return by_hand.softmax(scores)",
    "in_torch": "return in_torch.softmax(torch.as_tensor(scores))",
    "by_hand in some cases only": STEPS + "return by_hand.softmax(scores) if scores.ndim == 3 else w",
}


@pytest.mark.parametrize("last", ACCEPTED.values(), ids=ACCEPTED)
def test_harmless_forms_of_the_right_value_pass(verdict_on, last):
    assert verdict_on(STEPS + last, torch=torch).state == "passed"


def test_an_answer_that_only_works_with_tensors_passes(verdict_on):
    body = "e = torch.exp(scores - scores.amax(-1, keepdim=True))\nreturn e / e.sum(-1, keepdim=True)"
    assert verdict_on(body, torch=torch).state == "passed"


def test_an_answer_for_tensors_is_diagnosed_like_any_other(verdict_on):
    body = "scores = scores.requires_grad_()\nreturn scores.exp() / scores.exp().sum(-1, keepdim=True)"
    assert verdict_on(body).misconception == "no shift, so exp overflows"


@pytest.mark.parametrize(("last", "message"), WRONG_TYPES.values(), ids=WRONG_TYPES)
def test_a_wrong_type_is_named(verdict_on, last, message):
    verdict = verdict_on(STEPS + last)
    assert verdict.state == "failed"
    assert message in verdict.message


def test_a_wrong_shape_is_named_with_both_shapes(verdict_on):
    assert "has shape (1, 3, 5) where (3, 5) is expected" in verdict_on(STEPS + "return w[None]").message


def test_rows_of_different_lengths_are_named(verdict_on):
    assert "a list whose rows differ in length" in verdict_on("return [[1.0], [0.5, scores.sum()]]").message


@pytest.mark.parametrize(("last", "dtype"), WRONG_KINDS.values(), ids=WRONG_KINDS)
def test_a_wrong_kind_of_number_is_named(verdict_on, last, dtype):
    verdict = verdict_on(STEPS + last)
    assert verdict.state == "failed"
    assert f"has dtype {dtype} where float64 numbers are expected" in verdict.message


def test_a_mask_of_numbers_is_named(run_cell):
    answer = run_cell("def causal_mask(n):\n    return np.tril(np.ones((n, n)))")["causal_mask"]
    assert check("attention.causal_mask", answer).misconception == "zeros and ones instead of booleans"


@pytest.mark.parametrize(("number", "shown"), [("np.nan", "nan"), ("np.inf", "inf"), ("-np.inf", "-inf")])
def test_numbers_that_are_not_finite_are_named_with_their_place(verdict_on, number, shown):
    verdict = verdict_on(STEPS + f"w[..., -1] = {number}\nreturn w")
    assert f"holds {shown} at [0, 4] (3 of 15 numbers are not finite)" in verdict.message


def test_masked_numbers_do_not_count_as_right(verdict_on):
    assert verdict_on("return np.ma.masked_array(np.zeros(scores.shape), mask=True)").state == "failed"


def test_an_argument_changed_in_place_is_named_although_the_value_is_right(verdict_on):
    body = "scores -= scores.max(axis=-1, keepdims=True)\n" + STEPS + "return w"
    verdict = verdict_on(body)
    assert (verdict.state, verdict.misconception) == ("failed", "changes its arguments")
    assert "changes its argument scores in place" in verdict.message


def test_an_argument_changed_in_place_is_named_where_the_value_is_wrong(verdict_on):
    assert verdict_on("scores *= 3\nreturn scores * 1.7").misconception == "changes its arguments"


@pytest.mark.parametrize("constant", ["np.array([0.2, 0.8])", "np.ones((3, 5)) / 5", "0.5"])
def test_a_constant_answer_is_named(verdict_on, constant):
    assert verdict_on(f"return {constant}").misconception == "a constant answer"


@pytest.mark.parametrize("function", [by_hand.softmax, in_torch.softmax, torch.softmax, torch.nn.functional.softmax])
def test_the_librarys_own_function_is_not_accepted(function):
    report = check("attention.softmax", function)
    assert (report.state, report.misconception) == ("failed", "the library's own function")


@pytest.mark.parametrize("body", BORROWED.values(), ids=BORROWED)
def test_the_librarys_own_function_is_seen_inside_an_answer(verdict_on, body):
    verdict = verdict_on(body, torch=torch, by_hand=by_hand, in_torch=in_torch)
    assert (verdict.state, verdict.misconception) == ("failed", "the library's own function")


@pytest.mark.parametrize(
    "line",
    [
        "torch.nn.functional.scaled_dot_product_attention(*map(torch.as_tensor, (Q, K, V)), attn_mask=m)",
        "by_hand.attention(Q, K, V, mask)",
        "by_hand.attention_by_einsum(Q, K, V, mask)",
        "in_torch.fused_attention(*map(torch.as_tensor, (Q, K, V)), m)",
    ],
)
def test_whole_attention_from_the_library_is_seen(run_cell, line):
    source = f"""
        def attention(Q, K, V, mask=None):
            m = None if mask is None else torch.as_tensor(mask)
            return {line}
        """
    answer = run_cell(source, torch=torch, by_hand=by_hand, in_torch=in_torch)["attention"]
    assert check("attention.attention", answer).misconception == "the library's own function"


MATRIX_PRODUCTS = {
    "the operator": "a @ b",
    "the operator, step by step": "np.array([[row @ column for column in b.T] for row in a])",
    "the method behind it": "a.__matmul__(b)",
    "the operator module": "operator.matmul(a, b)",
    "np.dot": "np.dot(a, b)",
    "the array's own dot": "a.dot(b)",
    "np.dot, step by step": "np.array([[np.dot(row, column) for column in b.T] for row in a])",
    "inner": "np.inner(a, b.T)",
    "einsum": "np.einsum('nk,km->nm', a, b)",
    "tensordot": "np.tensordot(a, b, 1)",
    "vdot": "np.array([[np.vdot(row, column) for column in b.T] for row in a])",
    "multi_dot": "np.linalg.multi_dot([a, b])",
    "by reduce": "functools.reduce(np.matmul, [a, b])",
    "PyTorch's operator": "operator.matmul(torch.tensor(a), torch.tensor(b))",
    "torch.mm": "torch.mm(torch.tensor(a), torch.tensor(b))",
    "torch.einsum": "torch.einsum('nk,km->nm', torch.tensor(a), torch.tensor(b))",
    "the course's own": "by_hand.matmul(a, b)",
}


@pytest.mark.parametrize("line", MATRIX_PRODUCTS.values(), ids=MATRIX_PRODUCTS)
def test_a_matrix_product_is_seen_however_it_is_written_where_loops_are_asked_for(run_cell, line):
    name = "embedding.matmul_by_loops"
    names = {"operator": operator, "functools": functools, "torch": torch, "by_hand": embedding_by_hand}
    answer = run_cell(f"def matmul_by_loops(a, b):\n    return {line}\n", **names)["matmul_by_loops"]
    assert check(name, answer).misconception == "the library's own function"


@pytest.mark.parametrize(
    "line",
    [
        "np.array([[(row * column).sum() for column in b.T] for row in a])",
        "np.array([[sum(x * y for x, y in zip(row, column)) for column in b.T] for row in a])",
        "sum(a[:, [k]] * b[k] for k in range(a.shape[1]))",
    ],
)
def test_products_and_sums_are_the_learner_s_own(run_cell, line):
    answer = run_cell(f"def matmul_by_loops(a, b):\n    return {line}\n")["matmul_by_loops"]
    assert check("embedding.matmul_by_loops", answer).state == "passed"


def test_an_optimiser_is_seen_inside_a_step_of_adamw(run_cell):
    source = """
        def adamw_step(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
            weight = torch.nn.Parameter(torch.tensor(w))
            optimizer = torch.optim.AdamW([weight], lr=lr, betas=(beta_1, beta_2), eps=eps, weight_decay=weight_decay)
            weight.grad = torch.tensor(grad)
            optimizer.state[weight] = {
                "step": torch.tensor(float(step - 1)), "exp_avg": torch.tensor(m), "exp_avg_sq": torch.tensor(v)
            }
            optimizer.step()
            state = optimizer.state[weight]
            return weight.detach().numpy(), state["exp_avg"].numpy(), state["exp_avg_sq"].numpy()
        """
    report = check("training.adamw_step", run_cell(source, torch=torch)["adamw_step"])
    assert report.misconception == "the library's own function", report


def test_what_may_not_be_used_stands_in_the_header():
    header = find_exercise("embedding.matmul_by_loops").header()
    assert (
        "Not to be used: a matrix product (`@`, `np.dot`, `np.einsum` and the like) and the course's own `matmul`."
        in header
    )
    assert "Not to be used" not in find_exercise("tokenization.merge").header()


WRAPPED = {
    "np.vectorize": "softplus = np.vectorize(lambda loss: np.exp(loss))",
    "functools.partial": "softplus = functools.partial(lambda base, loss: base ** loss, np.e)",
    "a class": "class Perplexity:\n    def __call__(self, loss):\n        return np.exp(loss)\nsoftplus = Perplexity()",
    "a decorated function": "@functools.cache\ndef softplus(loss):\n    return float(np.exp(loss))",
}


@pytest.mark.parametrize("source", WRAPPED.values(), ids=WRAPPED)
def test_a_function_may_be_made_in_any_way(run_cell, source):
    assert check("loss.perplexity", run_cell(source, functools=functools)["softplus"]).state == "passed"


def test_what_hides_the_library_s_function_hides_nothing(run_cell):
    for source in ("f = functools.partial(by_hand.softmax)", "f = np.vectorize(by_hand.softmax, signature='(n)->(n)')"):
        answer = run_cell(source, functools=functools, by_hand=by_hand)["f"]
        assert check("attention.softmax", answer).misconception == "the library's own function"


def test_the_parts_of_an_exercise_may_come_from_the_library(run_cell):
    source = "def single_head(x, W_Q, W_K, W_V, mask=None):\n    return attention(x @ W_Q, x @ W_K, x @ W_V, mask)"
    answer = run_cell(source, attention=by_hand.attention)["single_head"]
    assert check("attention.single_head", answer).state == "passed"


def test_a_forgotten_return_is_named_and_printing_is_told_from_returning(verdict_on):
    verdict = verdict_on(STEPS + "print(w)")
    assert verdict.misconception == "return forgotten"
    assert "Printing a value is not the same as returning it." in verdict.message
    assert "Printing" not in verdict_on(STEPS).message


def test_a_return_that_is_missing_on_one_way_through_is_named(verdict_on):
    verdict = verdict_on(STEPS + "if scores.size > 10**6:\n    return w")
    assert verdict.misconception == "return forgotten"
    assert "some way through it ends without a return" in verdict.message


@pytest.mark.parametrize(
    ("last", "pattern"),
    [
        ("return w * 3", "All these numbers are 3 times the expected ones."),
        ("return -w", "Your numbers have the wrong sign throughout."),
        ("return w + 2", "All these numbers are 2 too large."),
        ("return w * 0 * scores", "All these numbers are 0."),
    ],
)
def test_what_wrong_numbers_have_in_common_is_said(verdict_on, last, pattern):
    assert pattern in verdict_on(STEPS + last).message


def test_no_pattern_is_read_into_numbers_that_are_all_the_same():
    """Three for one is three times as much, and two too many: who can tell."""
    assert difference(np.full((3, 2), 3.0), np.ones((3, 2))).message.endswith("1 is expected.")


def test_a_transposed_matrix_is_recognised():
    right = np.random.default_rng(0).normal(size=(5, 5))
    assert "Transposed they would be right" in difference(right.T, right).message


def test_an_answer_that_is_nearly_a_known_mistake_is_said_to_look_like_it(verdict_on):
    """Wrong like the known mistake wherever it is wrong, and right in a case where the mistake is not."""
    body = "if scores.ndim == 1:\n" + "".join(f"    {line}\n" for line in (STEPS + "return w").splitlines())
    verdict = verdict_on(body + "e = np.exp(scores - scores.max(axis=-1, keepdims=True))\nreturn e")
    assert verdict.misconception == "not divided by the sum"
    assert verdict.message.startswith("This looks like a known mistake.")
