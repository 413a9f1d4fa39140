//! The Python module `capitation._capitation`: arguments in, results out, errors into exceptions.
