"""What 80,000 claims cost together, each up to 150,000: the first job of benches/outlook.rs.

python benches/peers/outlook.py

A Poisson number of claims, lognormal with a deviation of the logarithm of 1.534 and a mean of 2,500. Written as an
expert would in NumPy: claims to a grid that keeps local moments, a window of 40 deviations about the mean, and one
Fourier transform there and back. Mean and deviation are known in closed form. Processor seconds of one thread, least
of 15 rounds.
"""

import math
import time
from statistics import NormalDist

import numpy as np

CLAIMS, SIGMA, CAP, ROUNDS = 80_000.0, 1.534, 150_000.0, 15
MU = math.log(2_500.0) - SIGMA * SIGMA / 2
below = NormalDist().cdf
END = (math.log(CAP) - MU) / SIGMA
FIRST = math.exp(MU + SIGMA**2 / 2) * below(END - SIGMA) + CAP * (1 - below(END))
SECOND = math.exp(2 * MU + 2 * SIGMA**2) * below(END - 2 * SIGMA) + CAP**2 * (1 - below(END))
MEAN, DEVIATION = CLAIMS * FIRST, math.sqrt(CLAIMS * SECOND)


def normal_below(x):
    """The normal distribution function."""
    return 0.5 * np.vectorize(math.erfc, otypes=[float])(-x / math.sqrt(2))


def limited(x):
    """E[min(claim, x)]."""
    with np.errstate(divide="ignore"):
        z = (np.log(np.maximum(x, 1e-300)) - MU) / SIGMA
    return math.exp(MU + SIGMA**2 / 2) * normal_below(z - SIGMA) + x * (1 - normal_below(z))


def on_a_grid(points):
    step = CAP / max(1, round(CAP / (40 * DEVIATION / points)))
    last = round(CAP / step)
    means = limited(np.minimum(np.arange(last + 2) * step, CAP))
    claim = np.zeros(points)
    claim[0] = 1 - means[1] / step
    claim[1 : last + 1] = (2 * means[1:-1] - means[:-2] - means[2:]) / step
    claim[last] = 1 - claim[:last].sum()
    together = np.fft.irfft(np.exp(CLAIMS * (np.fft.rfft(claim) - 1)), points)
    low = max(0, round(MEAN / step) - points // 2)
    at = low + np.arange(points)
    together, amounts = together[at % points], at * step
    mean = together @ amounts
    return (
        mean,
        math.sqrt(together @ (amounts - mean) ** 2),
        amounts[np.searchsorted(np.cumsum(together), 0.99)],
    )


for power in (12, 14, 16):
    least = math.inf
    for _ in range(ROUNDS):
        before = time.process_time()
        mean, deviation, high = on_a_grid(1 << power)
        least = min(least, time.process_time() - before)
    print(
        f"NumPy {np.__version__}, 2^{power} points: {least * 1e6:,.0f} µs; mean {mean / MEAN - 1:+.0e}, "
        f"deviation {deviation / DEVIATION - 1:+.1e}, P99 {high:,.0f}"
    )
