"""How the model hears: from samples to what stands in the ONNX graph as well, step by step. export_onnx.py writes the same as a graph."""

import numpy as np

RATE = 16_000
FRAME, HOP = 1024, 256  # samples: 64 ms are looked at together, every 16 ms
BANDS = 40  # of pitch, each a little wider than the one below it
WINDOW = 16  # frames: what the network sees at once, 0.3 s
PAD = (FRAME + (WINDOW - 1) * HOP) // 2  # silence on both sides, so that a sound of any length, even none, fills a window
RANGE = 1e-5  # what is weaker than this share of the loudest counts as silence (50 dB)
FLOOR = 1e-7  # the power below which nothing is loud

HANN = np.hanning(FRAME + 1)[:-1].astype(np.float32)


def filters() -> np.ndarray:
    """float32 [BANDS, frequencies]: how much of each frequency each band takes, as triangles on a scale of octaves."""
    octaves = np.log2(np.maximum(np.fft.rfftfreq(FRAME, 1 / RATE), 1))
    edges = np.log2(np.geomspace(120, 7800, BANDS + 2)).reshape(-1, 1)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    return np.clip(np.minimum((octaves - low) / (middle - low), (high - octaves) / (high - middle)), 0, None).astype(np.float32)


FILTERS = filters()


def power(sound: np.ndarray) -> np.ndarray:
    """float32 [BANDS, frames]: how loud each band of pitch is, every 16 ms."""
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, PAD), FRAME)[::HOP]
    return FILTERS @ (np.abs(np.fft.rfft(frames * HANN)) ** 2).T


def heights(bands: np.ndarray) -> np.ndarray:
    """The same as 0 (silence) to 1 (as loud as it gets here), evenly in decibels: how loud the whole sound is does not matter."""
    share = bands / max(bands.max(), np.float32(FLOOR))
    return np.log(np.maximum(share, np.float32(RANGE))) * np.float32(-1 / np.log(RANGE)) + 1


def windows(sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the network sees, moment by moment: [moments, BANDS * WINDOW], and how much of the sound's energy is in each: [moments]."""
    bands = power(sound)
    seen = np.lib.stride_tricks.sliding_window_view(heights(bands), WINDOW, axis=1).transpose(1, 0, 2)
    energy = np.lib.stride_tricks.sliding_window_view(bands.sum(0), WINDOW).mean(1) + np.float32(FLOOR)
    return seen.reshape(len(seen), -1), energy / energy.sum()


def listen(network, sound: np.ndarray) -> np.ndarray:
    """float32 [1, kinds]: what the network takes each moment for, on average; loud moments count more."""
    seen, weights = windows(sound)
    return (weights @ network.predict_proba(seen)).astype(np.float32).reshape(1, -1)
