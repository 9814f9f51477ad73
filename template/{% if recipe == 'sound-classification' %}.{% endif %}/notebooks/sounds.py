"""Made-up sounds: six kinds, each time with another pitch, length, loudness, place and noise. No recording is among them."""

import numpy as np

RATE = 16_000  # samples a second
KINDS = ("rising whistle", "falling whistle", "steady tone", "chord", "clap", "hiss")
TRIADS = ((3, 7), (4, 7), (3, 6), (4, 8), (5, 9), (5, 7))  # semitones above the lowest tone

# Between which values a sound is made. Silence: seconds, before it and after it. Noise: how far it lies below the sound, in decibels.
# Tint: 0 is white noise, 1 pink, 2 brown.
TRAINING = {"seconds": (0.4, 1.2), "hertz": (150, 2500), "octaves": (0.6, 1.8), "silence": (0, 0.5), "noise": (3, 40), "tint": (0, 1.2)}
HARDER = {"seconds": (0.25, 1.6), "hertz": (120, 3000), "octaves": (0.4, 2.2), "silence": (0, 0.7), "noise": (0, 20), "tint": (-0.5, 2)}

Random = np.random.Generator


def sound(kind: str, ranges: dict, random: Random) -> np.ndarray:
    """One sound of a kind, float32 [samples] from -1 to 1: silence, the sound, silence, and noise over all of it."""
    made = faded(MAKERS[kind](ranges, random), random) if kind != "clap" else clap(random)
    before, after = (round(RATE * part) for part in random.uniform(*ranges["silence"], 2))
    whole = np.pad(made / loudness(made), (before, after))
    whole += hiss(len(whole), random.uniform(*ranges["tint"]), random) * 10 ** (-random.uniform(*ranges["noise"]) / 20)
    whole *= random.uniform(0.03, 0.9) / np.abs(whole).max()
    return (np.round(whole * 32767) / 32768).astype(np.float32)  # in 16 bits, as most files have it


def tone(hertz: np.ndarray, random: Random) -> np.ndarray:
    """A tone whose pitch follows `hertz`, with up to seven overtones: from a whistle to a hum."""
    phase = (2 * np.pi * (np.cumsum(hertz) / RATE % 1)).astype(np.float32)
    wave = np.sin(phase)
    for times in range(2, random.integers(2, 10)):
        wave += random.uniform(0.05, 0.5) / times * np.sin(times * phase + random.uniform(0, 2 * np.pi)) * (times * hertz < 7600)
    return wave


def whistle(ranges: dict, random: Random) -> np.ndarray:
    """A tone that rises, evenly or not."""
    moments = np.linspace(0, 1, length(ranges, random)) ** random.uniform(0.6, 1.6)
    hertz = pitch(ranges, random) * 2 ** (random.uniform(*ranges["octaves"]) * moments)
    return tone(hertz * min(1, 6500 / hertz[-1]) * wobble(len(hertz), random), random)


def steady(ranges: dict, random: Random) -> np.ndarray:
    samples = length(ranges, random)
    return tone(pitch(ranges, random) * wobble(samples, random), random)


def chord(ranges: dict, random: Random) -> np.ndarray:
    """Three tones at once, in major, minor or something like it; low ones would be too near each other to be told apart."""
    samples = length(ranges, random)
    lowest = np.clip(pitch(ranges, random), 250, 1200) * wobble(samples, random)
    return sum(tone(lowest * 2 ** (semitones / 12), random) for semitones in (0, *TRIADS[random.integers(len(TRIADS))]))


def clap(random: Random) -> np.ndarray:
    """A short burst of noise that dies away; now and then two of them."""
    samples = round(RATE * random.uniform(0.01, 0.08))
    once = hiss(samples, random.uniform(-0.5, 1.2), random) * np.exp(-random.uniform(3, 7) * np.linspace(0, 1, samples))
    pause = np.zeros(round(RATE * random.uniform(0.05, 0.25)))
    return once if random.random() < 0.7 else np.concatenate([once, pause, random.uniform(0.5, 1) * once])


def hiss(samples: int, tint: float, random: Random) -> np.ndarray:
    """Noise with a mean power of 1."""
    size = 2 ** int(samples).bit_length()
    spectrum = np.fft.rfft(random.normal(size=size)) * np.maximum(np.fft.rfftfreq(size, 1 / RATE), 40) ** (-tint / 2)
    wave = np.fft.irfft(spectrum)[:samples]
    return wave / np.sqrt(np.mean(wave**2))


def length(ranges: dict, random: Random) -> int:
    return round(RATE * random.uniform(*ranges["seconds"]))


def pitch(ranges: dict, random: Random) -> float:
    return float(np.exp(random.uniform(*np.log(ranges["hertz"]))))


def wobble(samples: int, random: Random) -> np.ndarray:
    """A pitch that trembles by about a percent, as a mouth's does."""
    moments = np.arange(samples) / RATE
    return 1 + random.uniform(0, 0.012) * np.sin(2 * np.pi * random.uniform(3, 7) * moments + random.uniform(0, 2 * np.pi))


def faded(wave: np.ndarray, random: Random) -> np.ndarray:
    """Softly in and out."""
    places = np.arange(len(wave))
    return wave * np.clip(np.minimum(places, places[::-1]) / (RATE * random.uniform(0.01, 0.06)), 0, 1)


def loudness(wave: np.ndarray) -> float:
    """Of the loudest twentieth of a second."""
    span = RATE // 20
    energy = np.cumsum(np.pad(wave**2, span))
    return float(np.sqrt((energy[span:] - energy[:-span]).max() / span))


MAKERS = {
    "rising whistle": whistle,
    "falling whistle": lambda ranges, random: whistle(ranges, random)[::-1],
    "steady tone": steady,
    "chord": chord,
    "hiss": lambda ranges, random: hiss(length(ranges, random), random.uniform(-1, 1.2), random),
}
