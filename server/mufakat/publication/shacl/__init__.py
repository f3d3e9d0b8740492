"""SHACL Core and SPARQL constraints over plain dictionaries, fast enough to run at every change.

https://www.w3.org/TR/shacl/ — the W3C's test suite and pyshacl serve as second opinions in the
tests; docs/decisions/ says why it is not pyshacl that runs.
"""

from mufakat.publication.shacl.results import Result, as_rdf
from mufakat.publication.shacl.shapes import ShapeError
from mufakat.publication.shacl.validator import Validator

__all__ = ["Result", "ShapeError", "Validator", "as_rdf"]
