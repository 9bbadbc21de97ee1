"""The published models and tables, as data/ has them: every row with its source, nothing rounded, nothing repaired.

Where a table does not multiply out, the row keeps what was printed, and beside it the sizes that do.
"""

import functools
from dataclasses import dataclass

from course_lib.data import read_table
from course_lib.scale.families import Shape

__all__ = [
    "ComputeRow",
    "Gpt3Row",
    "Modern",
    "OptimalRow",
    "Published",
    "Variant",
    "chinchilla_rows",
    "compute_rows",
    "fixture",
    "gpt3_rows",
    "modern_models",
    "published_models",
    "variants",
]


@dataclass(frozen=True)
class Published:
    """A model with its configuration.

    Attributes:
        name: of the model.
        shape: its shape, or None where too little of it was published.
        exact: its exact count, or None where there is none.
        label: the rounded figure it is known by, such as "124M".
        layers, d_model, heads, d_ff: as published.
        source, status: where the figures stand, and how sure they are.
    """

    name: str
    shape: Shape | None
    exact: int | None
    label: str
    layers: int
    d_model: int
    heads: int
    d_ff: int
    source: str
    status: str


@functools.cache
def published_models() -> dict[str, Published]:
    """Every model of data/model_zoo.csv by its name.

    >>> published_models()["GPT-3 175B"].exact
    174604259328
    """
    found = {}
    for row in read_table("model_zoo.csv"):
        sizes = {name: int(row[name]) for name in ("layers", "d_model", "heads", "d_ff")}
        shape = None
        if row["family"] != "other":
            known = {"vocab": int(row["vocab"]), "context": int(row["context"]), "bias": row["bias"] == "yes"}
            shape = Shape(row["family"], **sizes, **known)
        exact = int(row["exact_params"]) if row["exact_params"] else None
        name, label = row["name"], row["published_label"]
        found[name] = Published(name, shape, exact, label, *sizes.values(), row["source"], row["status"])
    return found


@dataclass(frozen=True)
class Modern:
    """A model since 2023, all of LLaMA's family.

    Attributes:
        name, label: of the model, and the rounded figure that it is known by ("8B", "8x7B").
        shape: its shape, with the context that the course uses it with.
        exact, active: all of its parameters, and those that work for one token.
        tokens: it was trained on, None where that was not published.
        flops: of its training, as published, or None.
        source: where the figures stand.
    """

    name: str
    label: str
    shape: Shape
    exact: int
    active: int
    tokens: float | None
    flops: float | None
    source: str


@functools.cache
def modern_models() -> dict[str, Modern]:
    """Every model of data/modern_models.csv by its name. The context does not change a count here; it is 131 072 for all.

    >>> modern_models()["LLaMA-3 8B"].exact, modern_models()["Mixtral 8x7B"].active
    (8030261248, 12879925248)
    """
    found = {}
    for row in read_table("modern_models.csv"):
        sizes = {name: int(row[name]) for name in ("layers", "d_model", "heads", "vocab", "d_ff", "experts")}
        sizes |= {"key_heads": int(row["kv_heads"]), "chosen": int(row["experts_chosen"])}
        sizes |= {"d_k": int(row["d_head"]), "d_v": int(row["d_head"]), "context": 131_072}
        switches = {"tied": row["tied"] == "yes", "head_norms": row["norm_on_q_and_k"] == "yes"}
        counts = int(row["exact_parameters"]), int(row["active_parameters"])
        trained = [float(row[name]) if row[name] else None for name in ("training_tokens", "training_flops")]
        shape = Shape("llama", **sizes, **switches)
        found[row["model"]] = Modern(row["model"], row["label"], shape, *counts, *trained, row["source"])
    return found


@dataclass(frozen=True)
class Gpt3Row:
    """A row of table 2.1 of Brown et al. 2020.

    Attributes:
        model, n_params: name and size as printed ("175.0B").
        layers, d_model, heads, d_head: as printed.
        batch_tokens: tokens in a batch; learning_rate: the largest, after warm-up.
        shape: the sizes that multiply out, GPT-2's vocabulary and a context of 2048.
    """

    model: str
    n_params: str
    layers: int
    d_model: int
    heads: int
    d_head: int
    batch_tokens: int
    learning_rate: float
    shape: Shape
    note: str

    @property
    def multiplies_out(self) -> bool:
        """Whether heads times their width is the width of the model, as printed."""
        return self.heads * self.d_head == self.d_model


@functools.cache
def gpt3_rows() -> tuple[Gpt3Row, ...]:
    """The eight models of table 2.1.

    >>> [row.model for row in gpt3_rows() if not row.multiplies_out]
    ['GPT-3 XL', 'GPT-3 13B']
    """
    found = []
    for row in read_table("gpt3_table_2_1.csv"):
        sizes = [int(row[name]) for name in ("n_layers", "d_model", "n_heads", "d_head", "batch_size_tokens")]
        width, heads = int(row["d_model_consistent"]), int(row["n_heads_consistent"])
        shape = Shape("gpt", layers=sizes[0], d_model=width, heads=heads, vocab=50257, context=2048)
        rate = float(row["learning_rate"])
        found.append(Gpt3Row(row["model"], row["n_params"], *sizes, rate, shape, row["note"]))
    return tuple(found)


@dataclass(frozen=True)
class ComputeRow:
    """A row of table D.1 of Brown et al. 2020: what a model's training took.

    Attributes:
        model: its name.
        pf_days, flops: petaflop-days and operations, as printed.
        params_millions, tokens_billions, flops_per_param: what they are the product of.
    """

    model: str
    pf_days: str
    flops: str
    params_millions: str
    tokens_billions: int
    flops_per_param: int

    @property
    def computed(self) -> int:
        """Parameters x tokens x operations for each, exactly."""
        return int(self.params_millions) * 10**6 * self.tokens_billions * 10**9 * self.flops_per_param


@functools.cache
def compute_rows() -> tuple[ComputeRow, ...]:
    """The seventeen models of table D.1.

    >>> len(compute_rows()), compute_rows()[-1].flops
    (17, '3.14E+23')
    """
    return tuple(
        ComputeRow(
            row["model"],
            row["total_train_compute_pf_days"],
            row["total_train_compute_flops"],
            row["params_millions"],
            int(row["training_tokens_billions"]),
            int(row["flops_per_param_per_token"]),
        )
        for row in read_table("gpt3_table_d_1.csv")
    )


@dataclass(frozen=True)
class OptimalRow:
    """A row of table 3 of Hoffmann et al. 2022: parameters, tokens, and the operations that the paper prints for them."""

    params: float
    tokens: float
    flops: float


@functools.cache
def chinchilla_rows() -> tuple[OptimalRow, ...]:
    """The nine compute-optimal sizes.

    >>> chinchilla_rows()[3]
    OptimalRow(params=67000000000.0, tokens=1500000000000.0, flops=5.76e+23)
    """
    rows = read_table("chinchilla_table_3.csv")
    return tuple(
        OptimalRow(float(row["params"]), float(row["tokens_printed"]), float(row["flops_printed"])) for row in rows
    )


@dataclass(frozen=True)
class Variant:
    """A row of table 3 of Vaswani et al. 2017.

    Attributes:
        row: "base", "A1" ... "big".
        layers, d_model, d_ff, heads, d_k, d_v: with the values of base where the table leaves a cell empty.
        millions: parameters as printed, in millions; None where the cell is empty.
    """

    row: str
    layers: int
    d_model: int
    d_ff: int
    heads: int
    d_k: int
    d_v: int
    millions: int | None

    def shape(self, vocab: int = 37000) -> Shape:
        """Its shape with one vocabulary for both languages; the paper says about 37 000 (section 5.1)."""
        sizes = {"layers": self.layers, "d_model": self.d_model, "heads": self.heads, "d_ff": self.d_ff}
        return Shape("encoder-decoder", **sizes, vocab=vocab, context=512, d_k=self.d_k, d_v=self.d_v)


@functools.cache
def variants() -> dict[str, Variant]:
    """The twenty variants by the name of their row.

    >>> variants()["B1"].d_k, variants()["B1"].d_v, variants()["B1"].millions
    (16, 64, 58)
    """
    found, base = {}, None
    for row in read_table("transformer_2017_table_3.csv"):
        base = row if base is None else base
        sizes = [int(row[name] or base[name]) for name in ("N", "d_model", "d_ff", "h", "d_k", "d_v")]
        millions = int(row["params_millions"]) if row["params_millions"] else None
        found[row["row"]] = Variant(row["row"], *sizes, millions)
    return found


def fixture(key: str) -> float:
    """A single published or derived figure of data/numeric_fixtures.csv.

    Raises:
        LookupError: there is none of that name.

    >>> fixture("energy_mwh_gpt3")
    1287.0596206
    """
    found = {row["key"]: row["value"] for row in read_table("numeric_fixtures.csv")}
    if key not in found:
        raise LookupError(f"there is no figure {key!r} in numeric_fixtures.csv; it has {', '.join(found)}")
    return float(found[key])
