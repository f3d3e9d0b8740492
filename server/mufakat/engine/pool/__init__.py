"""Queries in worker processes with deadlines: a zygote, its workers, the pools that ask."""

from mufakat.engine.pool.home import Home
from mufakat.engine.pool.pool import Counters, Limits, Pool, Result
from mufakat.engine.pool.post import Evaluator

__all__ = ["Counters", "Evaluator", "Home", "Limits", "Pool", "Result"]
