"""What the lessons measured for the claims, as it is recorded for the map."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_lib.claims import claims
from course_lib.your_gpt.claims_map import claims_map
from course_lib.your_gpt.measured import FILE, in_outputs, measured, save, without_numbers, write


def test_every_claim_has_a_measurement_and_the_map_shows_it():
    found = measured()
    assert set(found) == set(claims())
    text = claims_map()._repr_html_()
    assert text.count(">measured: ") == 78
    assert any(any(letter.isdigit() for letter in line) for line in found["C16"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,234 of 5e-7", "# of #"),
        ("from −3.5 to 2×10⁻⁵", "from # to #"),
        ("C3PO has no numbers but one", "C#PO has no numbers but one"),
    ],
)
def test_numbers_are_left_to_the_machine(text, words):
    assert without_numbers(text) == words


def test_a_notebook_that_is_run_gives_its_measurements_in_a_table_of_claims_too(tmp_path):
    source = (
        "from course_lib.claims import claim, claim_table\n"
        'claim_table(claim("C50", {"sum 1.0": True, "least 0.1": True}), claim("C01", {"rows 1": True}))'
    )
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), tmp_path / "04_attention.ipynb")
    path = write(tmp_path, tmp_path / FILE)
    assert path.read_text().splitlines() == ["claim,measured", "C01,rows 1", "C50,sum 1.0", "C50,least 0.1"]


def test_what_is_not_so_is_no_measurement():
    text = "✗ FALSE · not confirmed here · claim C50\n  “x”\n  NOT SO: the sum is 2"
    assert in_outputs([{"outputs": [{"data": {"text/plain": text}}]}]) == {}
    assert in_outputs([{"cell_type": "markdown"}]) == {}


def test_a_record_is_written_claim_by_claim(tmp_path):
    save(tmp_path / "x.csv", {"C02": ["b"], "C01": ["a", "c"]})
    assert (tmp_path / "x.csv").read_text().splitlines()[1:] == ["C01,a", "C01,c", "C02,b"]
