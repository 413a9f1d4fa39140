"""A thousand years of 100,000 people under individual stop-loss and a corridor: the work of benches/simulate.rs.

python benches/peers/simulate.py

People are alike: a fifth without a cost, the others lognormal with a deviation of the logarithm of 1.534 and a mean
over all of 2,000. Drawn as an expert would in NumPy: SFC64 into buffers that are used again, in doubles and in single
precision, one normal and one uniform number a person. Ours draws one number a person, counts whole cents, and its
numbers do not depend on threads. One thread; processor seconds, least of five rounds.
"""

import math
import time

import numpy as np

YEARS, PEOPLE, ROUNDS = 1_000, 100_000, 5
ATTACHMENT, TARGET = 150_000.0, 200_000_000.0
CHANCE, SIGMA = 0.8, 1.534
MU = math.log(2_000.0 / CHANCE) - SIGMA * SIGMA / 2


def draw(kind):
    """The cost below the attachment in each year."""
    generator = np.random.Generator(np.random.SFC64(7))
    normal, uniform = np.empty(PEOPLE, kind), np.empty(PEOPLE, kind)
    has_cost = np.empty(PEOPLE, bool)
    capped = np.empty(YEARS)
    for year in range(YEARS):
        generator.standard_normal(out=normal, dtype=kind)
        generator.random(out=uniform, dtype=kind)
        np.multiply(normal, kind(SIGMA), out=normal)
        np.add(normal, kind(MU), out=normal)
        np.exp(normal, out=normal)
        np.less(uniform, kind(CHANCE), out=has_cost)
        np.multiply(normal, has_cost, out=normal)
        normal.sum(dtype=np.float64)
        np.minimum(normal, kind(ATTACHMENT), out=normal)
        capped[year] = normal.sum(dtype=np.float64)
    return capped


def corridor(capped):
    """What the provider gets: half of what is beyond a fiftieth, up to a tenth."""
    saving = (TARGET - capped) / TARGET
    return np.sign(saving) * 0.5 * np.clip(np.abs(saving) - 0.02, 0, 0.10) * TARGET


for name, kind in (("doubles", np.float64), ("single precision", np.float32)):
    least, capped = math.inf, None
    for _ in range(ROUNDS):
        before = time.process_time()
        capped = draw(kind)
        result = corridor(capped)
        least = min(least, time.process_time() - before)
    each = least * 1e9 / (YEARS * PEOPLE)
    print(
        f"NumPy {np.__version__}, {name}: {each:.2f} ns a person-year on the core; "
        f"capped cost {capped.mean():.0f}, P(deficit) {(result < 0).mean():.3f}"
    )
