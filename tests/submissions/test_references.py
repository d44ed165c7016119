"""References can be read aloud, and a slip is noticed."""

from hypothesis import given
from hypothesis import strategies as st

from submissions import references

references_made = st.builds(references.generate)


def test_the_alphabet_has_nothing_that_looks_like_something_else() -> None:
    assert len(references.ALPHABET) == len(set(references.ALPHABET)) == 23
    for pair in ("0O", "1I", "1L", "2Z", "5S", "8B", "UV", "MN", "OQ"):
        assert not set(pair) <= set(references.ALPHABET)


@given(references_made)
def test_its_own_spelling_is_found_from_any_way_to_type_it(reference: str) -> None:
    assert references.normalise(reference) == reference
    assert references.normalise(f" {reference.lower().replace('-', ' ')} ") == reference
    assert references.normalise(reference.replace("-", "")) == reference


@given(references_made, st.integers(0, 7), st.sampled_from(references.ALPHABET))
def test_one_wrong_character_is_noticed(reference: str, place: int, other: str) -> None:
    text = reference.replace("-", "")
    wrong = text[:place] + other + text[place + 1 :]
    assert (references.normalise(wrong) is None) == (wrong != text)


@given(references_made, st.integers(0, 6))
def test_two_neighbours_swapped_are_noticed(reference: str, place: int) -> None:
    text = reference.replace("-", "")
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert (references.normalise(swapped) is None) == (swapped != text)


@given(st.text(max_size=40))
def test_anything_else_is_no_reference_or_a_valid_one(typed: str) -> None:
    found = references.normalise(typed)
    assert found is None or references.normalise(found) == found
