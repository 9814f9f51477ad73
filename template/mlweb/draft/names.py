"""What the name of a column says: a label for people and, where the name leaves no doubt, a unit.

"Culmen Length (mm)" and "culmen_length_mm" are both a length in mm. A letter such as the g of "group_g" is no unit: a wrong one would be
worse than none.
"""

import re

BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]\s*$")
WORD_ENDS = re.compile(r"(?<=[^\W\d_])\.(?=[^\W_])|_+|(?<=[a-z])(?=[A-Z][a-z])|\s+")  # petal.length, petal_length, petalLength
# What may be in brackets: one of these, or several with / · * between them and exponents behind.
ATOMS = {
    *("m", "mm", "cm", "dm", "km", "µm", "um", "nm", "ft", "yd", "mi", "g", "mg", "kg", "µg", "ug", "ng", "t", "lb", "lbs", "oz", "s", "ms", "sec", "min"),
    *("h", "hr", "hrs", "day", "days", "week", "weeks", "month", "months", "yr", "yrs", "year", "years", "hours", "minutes", "seconds", "l", "L", "ml", "mL"),
    *("dl", "dL", "cl", "µl", "mol", "mmol", "µmol", "W", "kW", "MW", "Wh", "kWh", "MWh", "J", "kJ", "MJ", "cal", "kcal", "mV", "V", "kV", "A", "mA", "Hz"),
    *("kHz", "MHz", "GHz", "N", "kN", "Pa", "hPa", "kPa", "MPa", "mbar", "psi", "atm", "mmHg", "lx", "lm", "dB", "°C", "°F", "K", "°", "deg", "rad", "%", "‰"),
    *("ppm", "ppb", "pct", "percent", "ha", "acres", "sqft", "sqm", "mph", "kmh", "kph", "kn", "rpm", "bpm", "$", "€", "£", "¥", "US$", "USD", "EUR", "GBP"),
    *("CHF", "JPY", "IU", "px", "kB", "MB", "GB", "points"),
}
# What may stand behind the last _ of a name: those that mean nothing else.
SUFFIXES = {
    **{unit: unit for unit in ("mm", "cm", "km", "kg", "mg", "lb", "ml", "mph", "ppm")},
    **{"kpa": "kPa", "hpa": "hPa", "mmhg": "mmHg", "kwh": "kWh", "kw": "kW", "hz": "Hz", "khz": "kHz", "mhz": "MHz", "ghz": "GHz", "lbs": "lb"},
    **{"kmh": "km/h", "kph": "km/h", "pct": "%", "percent": "%", "usd": "USD", "eur": "EUR", "gbp": "GBP", "chf": "CHF", "celsius": "°C"},
    **{"fahrenheit": "°F", "m2": "m²", "m3": "m³", "km2": "km²", "cm2": "cm²", "cm3": "cm³", "sqft": "ft²", "sqm": "m²"},
}
LENGTH = "length|height|width|depth|distance|altitude|elevation|diameter|radius|thickness"
TIME = "age|tenure|duration|time|delay|wait|experience|stay|period|lag"
# Alone, these are units only of what they measure: "(m)" may be millions, "(A)" a group.
QUANTITIES = {
    **dict.fromkeys(("m", "in"), LENGTH), **dict.fromkeys(("s", "h", "d", "min"), TIME), **dict.fromkeys(("l", "L"), "volume|capacity"),
    **dict.fromkeys(("g", "t"), "mass|weight|load"), **dict.fromkeys(("C", "F", "K"), "temp|temperature"), "A": "current", "V": "voltage", "W": "power",
    "J": "energy|heat|work", "N": "force", "bar": "pressure",
}  # fmt: skip
TIME_WORDS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
BEHIND_QUANTITY = {unit.lower(): (unit, quantity) for unit, quantity in QUANTITIES.items() if unit not in ("min", "in")}  # temp_min is a minimum
BEHIND_QUANTITY |= {word: (word, TIME) for word in TIME_WORDS}
WRITTEN = {"C": "°C", "F": "°F", "um": "µm", "ug": "µg", "pct": "%", "percent": "%", "deg": "°", "sqft": "ft²", "sqm": "m²", "kmh": "km/h", "kph": "km/h"}
EXPONENT = re.compile(r"\^?([23²³]|-[123])$")
RAISED = str.maketrans("23", "²³")


def label_and_unit(name: str) -> tuple[str, str | None]:
    """How a column is called on the page, and what it is measured in; None where the name does not say."""
    found = BRACKETS.search(name)
    stem = name[: found.start()] if found else name
    if found and stem.strip() and (unit := in_brackets(found[1].strip(), stem)):
        return label(stem), unit
    stem, _, suffix = name.strip(" _").rpartition("_")
    unit = behind(suffix.lower(), stem)
    return (label(stem), unit) if unit and stem.strip("_ ") else (label(name), None)


def label(name: str) -> str:
    """The words of a name, the first with a capital: culmen_length is "Culmen length". A name without any letter stays as it is."""
    words = [word for word in WORD_ENDS.split(name.strip()) if word]
    if not words:
        return name
    if len(words) > 1 and not re.search(r"[\s_]", name.strip()):  # PetalLength, Petal.Length: the capitals only part the words
        words[1:] = [word.lower() if word[1:].islower() else word for word in words[1:]]
    text = " ".join(words)
    return text[0].upper() + text[1:]


def in_brackets(text: str, stem: str) -> str | None:
    """The unit that stands in brackets behind a name; None when it is none, as in "Length (log)"."""
    if text in QUANTITIES:
        return WRITTEN.get(text, text) if re.search(rf"(?<![^\W\d_])(?:{QUANTITIES[text]})(?![^\W\d_])", stem, re.IGNORECASE) else None
    parts = re.split(r"([/·*])", text.replace("**", "^"))
    atoms = [EXPONENT.sub("", part) for part in parts[::2]]
    if not all(atom in ATOMS or (atom == "1" and len(parts) > 1) for atom in atoms):
        return None
    parts[::2] = [written(part, atom) for part, atom in zip(parts[::2], atoms, strict=True)]
    return "".join(parts)


def written(part: str, atom: str) -> str:
    """One unit as it is best written: m2 and m^2 are m², um is µm."""
    power = part[len(atom) :].lstrip("^")
    return WRITTEN.get(atom, atom) + (power if power.startswith("-") else power.translate(RAISED))


def behind(suffix: str, stem: str) -> str | None:
    """The unit that the last word of a name stands for, None for none."""
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    unit, quantity = BEHIND_QUANTITY.get(suffix, ("", ""))
    return WRITTEN.get(unit, unit) if unit and re.search(rf"(?:^|_)(?:{quantity})$", stem, re.IGNORECASE) else None
