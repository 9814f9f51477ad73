"""Labels, units, limits and steps that a draft reads off a column: right, or not said."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mlweb.draft import names, scale


@pytest.mark.parametrize(
    ("name", "label", "unit"),
    [
        ("Culmen Length (mm)", "Culmen Length", "mm"),
        ("culmen_length_mm", "Culmen length", "mm"),
        ("petal length [cm]", "Petal length", "cm"),
        ("weight_kg", "Weight", "kg"),
        ("BMI (kg/m^2)", "BMI", "kg/m²"),
        ("Area [m2]", "Area", "m²"),
        ("Volume (cm**3)", "Volume", "cm³"),
        ("Rate (1/s)", "Rate", "1/s"),
        ("speed_kmh", "Speed", "km/h"),
        ("body_mass_g", "Body mass", "g"),
        ("temp_c", "Temp", "°C"),
        ("Mean temperature (C)", "Mean temperature", "°C"),
        ("age_years", "Age", "years"),
        ("Price ($)", "Price", "$"),
        ("Petal.Length", "Petal length", None),
        ("HouseAge", "House age", None),
        ("culmen_length", "Culmen length", None),
        ("Übergröße", "Übergröße", None),
    ],
)
def test_labels_and_units(name, label, unit):
    assert names.label_and_unit(name) == (label, unit)


@pytest.mark.parametrize(
    "name",
    [
        "group_g",
        "type_c",
        "temp_min",
        "n_days",
        "opening_hours",
        "Group(A)",
        "Sales(m)",
        "Length(log)",
        "Sex(m)",
        "built_in",
        "Vitamin(K)",
        "mm",
        "_mm",
        "(mm)",
    ],
)
def test_what_may_be_something_else_is_no_unit(name):
    label, unit = names.label_and_unit(name)
    assert unit is None
    assert re.findall(r"\w", label.lower().replace("_", "")) == re.findall(r"\w", name.lower().replace("_", "")), "nothing of the name is lost"


LENGTHS = st.sampled_from(["length", "Flipper length", "culmen depth", "Länge der Strecke", "x"])


@given(LENGTHS, st.sampled_from(["mm", "cm", "km", "kg", "mg", "ppm"]))
def test_a_unit_is_read_wherever_it_stands(stem, unit):
    label = names.label(stem)
    assert {names.label_and_unit(written.format(stem, unit)) for written in ("{}_{}", "{} ({})", "{} [{}]", "{}({})", "{}_({})")} == {(label, unit)}


@given(st.text())
def test_every_name_has_a_label_that_says_it_again(name):
    label, unit = names.label_and_unit(name)
    assert label.strip() or not name.strip()
    letters = [each for each in re.findall(r"[^\W_]", label.casefold())]
    assert letters == [each for each in re.findall(r"[^\W_]", name.casefold())][: len(letters)], "in the order of the name, none made up"
    assert unit is None or len(letters) < len(re.findall(r"[^\W_]|[%$€£¥°‰]", name))


NUMBERS = st.one_of(
    arrays.arrays(np.float32, st.integers(1, 40), elements=st.floats(-(2.0**60), 2.0**60, width=32)),
    arrays.arrays(np.int64, st.integers(1, 40), elements=st.integers(-(10**9), 10**9)),
    st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=40).map(lambda values: np.array(values, np.float32)),
)


@given(NUMBERS)
def test_limits_hold_all_that_training_saw(values):
    found = scale.limits(values)
    if found is None:
        assert len(np.unique(values)) == 1
        return
    low, high = found
    least, most = float(values.min()), float(values.max())
    room = max(most - least, 1)
    assert low <= least and most <= high and low < high
    assert low >= least - room and high <= most + room, "not so far out that check gives a hint"
    assert low >= 0 or least < 0
    step = scale.step(low, high, scale.decimals(values))
    assert step > 0 and re.fullmatch(r"[15]e[+-]\d+", f"{step:.0e}") and step == float(f"{step:.0e}")
    assert (high - low) / step <= 5100


@given(st.lists(st.decimals(-1000, 1000, places=3), min_size=1), st.sampled_from([np.float32, np.float64]))
def test_decimals_are_those_that_the_data_has(values, dtype):
    exact = max(-value.normalize().as_tuple().exponent for value in values)
    assert scale.decimals(np.array(values, dtype)) == max(exact, 0)


@pytest.mark.parametrize(
    ("values", "limits", "step"),
    [
        (np.arange(19, 80), (13, 85), 1),
        (np.arange(0, 1, 0.1, np.float32), (0, 0.98), 0.1),
        (np.array([24, 300, 1200] * 50), (1, 1350), 1),
        (np.linspace(-50, -1, 200), (-55, 0), 0.1),
        (np.array([0.0] * 200 + [100.0]), (0, 100), 1),
    ],
)
def test_limits_are_round_numbers(values, limits, step):
    found = scale.limits(values)
    assert found[0] <= values.min() and found[1] >= values.max()
    assert found == pytest.approx(limits)
    assert scale.step(*found, scale.decimals(values)) == step


@pytest.mark.parametrize(("spread", "decimals"), [(60, 1), (5000, 0), (0.5, 3), (0, 2), (1e-20, 15)])
def test_results_show_three_digits_in_which_they_differ(spread, decimals):
    assert scale.result_decimals(np.array([-1.0, 1.0]) * spread) == decimals
