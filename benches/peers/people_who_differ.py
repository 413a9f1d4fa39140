"""An outlook of 100,000 people who all differ, in NumPy: the work of benches/people_who_differ.rs.

python benches/peers/people_who_differ.py

People are sorted by risk into classes of as many people, 64 as one would write it and 256 for a finer answer;
a class is lognormal with its mean chance, its mean scale and the spread of scales within it. Costs are spread
on a grid so that means stay, and the sum is made by fast Fourier transform. Who they are is as in the Rust
benchmark: row i has the risk of the normal number whose probability is (i + 1/2) / 100,000. Processor
seconds, least of five rounds.
"""

import math
import statistics
import time

import numpy as np

PEOPLE, POINTS, ROUNDS = 100_000, 1 << 16, 5
CAP, CHANCE, MEAN, TOTAL, BETWEEN = 150_000.0, 0.8, 2_000.0, 1.534, 0.8
WITHIN = math.sqrt(TOTAL * TOTAL - BETWEEN * BETWEEN)
ERF = np.vectorize(math.erf, otypes=[float])


def population():
    """Chances of a cost, and logarithms of scales."""
    normal = statistics.NormalDist()
    risk = np.array([normal.inv_cdf((row + 0.5) / PEOPLE) for row in range(PEOPLE)])
    chances = np.clip(CHANCE + 0.08 * risk, 0.4, 0.98)
    return chances, math.log(MEAN / CHANCE) - TOTAL * TOTAL / 2 + BETWEEN * risk


def below(z):
    """The standard normal distribution function."""
    return 0.5 * (1.0 + ERF(z / math.sqrt(2.0)))


def limited(x, mu, sigma):
    """The mean of a lognormal cost up to x."""
    z = (np.log(np.maximum(x, 1e-300)) - mu) / sigma
    return math.exp(mu + sigma * sigma / 2) * below(z - sigma) + x * (1.0 - below(z))


def outlook(chances, scales, classes):
    """Mean, standard deviation, and the probability of a cost above the mean by more than a fiftieth."""
    sorted_in = np.array_split(np.argsort(scales), classes)
    rows = []
    mean = variance = 0.0
    for people in sorted_in:
        chance, mu = chances[people].mean(), scales[people].mean()
        sigma = math.hypot(WITHIN, scales[people].std())
        z = (math.log(CAP) - mu) / sigma
        beyond = 1.0 - float(below(z))
        first = math.exp(mu + sigma**2 / 2) * float(below(z - sigma)) + CAP * beyond
        second = math.exp(2 * mu + 2 * sigma**2) * float(below(z - 2 * sigma)) + CAP * CAP * beyond
        rows.append((len(people), chance, mu, sigma))
        mean += len(people) * chance * first
        variance += len(people) * (chance * second - (chance * first) ** 2)
    deviation = math.sqrt(variance)
    step = CAP / max(1, round(CAP / (40 * deviation / POINTS)))
    last = round(CAP / step)
    grid = np.arange(last + 1) * step
    waves = np.ones(POINTS // 2 + 1, complex)
    for people, chance, mu, sigma in rows:
        means = limited(grid, mu, sigma)
        masses = np.zeros(POINTS)
        masses[0] = 1.0 - means[1] / step
        masses[1:last] = (2 * means[1:last] - means[: last - 1] - means[2:]) / step
        masses[last] = 1.0 - masses[:last].sum()
        masses *= chance
        masses[0] += 1.0 - chance
        waves *= np.fft.rfft(masses) ** people
    first = round(mean / step) - POINTS // 2
    places = first + np.arange(POINTS)
    totals, masses = places * step, np.fft.irfft(waves, POINTS)[places % POINTS]
    return mean, deviation, masses[totals > 1.02 * mean].sum()


def main():
    """Every number of classes beside the time it takes."""
    chances, scales = population()
    for classes in (64, 256):
        seconds = []
        for _ in range(ROUNDS):
            start = time.process_time()
            mean, deviation, deficit = outlook(chances, scales, classes)
            seconds.append(time.process_time() - start)
        told = f"mean {mean:.0f}, deviation {deviation:.0f}, P(more than 1.02 means) {deficit:.6%}"
        print(f"NumPy, {classes} classes: {min(seconds) * 1e3:.1f} ms; {told}")


if __name__ == "__main__":
    main()
