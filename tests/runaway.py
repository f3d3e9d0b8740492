"""Queries that never end by themselves, of every kind we know."""

from __future__ import annotations

CROSS = "{ ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h }"
RUNAWAY = {
    "cross product, counted": f"SELECT (COUNT(*) AS ?n) {CROSS}",
    "cross product, sorted": f"SELECT * {CROSS} ORDER BY ?h ?a ?c",
    "cross product, sent": f"SELECT * {CROSS}",
    "cross product, asked": f"ASK {CROSS[:-1]} FILTER(?b + ?d + ?f + ?h = -1) }}",
    "distinct": f"SELECT DISTINCT ?a ?c ?e {CROSS}",
    "constructed": f"CONSTRUCT {{ <x> <y> <z> }} WHERE {CROSS}",
    "paths": "SELECT (COUNT(*) AS ?n) { ?a (<p>|!<p>)* ?b . ?c (<p>|!<p>)* ?d . ?e (!<q>)+ ?f }",
    "regular expression": (
        f"SELECT * {CROSS[:-1]} FILTER(REGEX(CONCAT(STR(?a), STR(?c), STR(?e)), '(a*)*b$')) }}"
    ),
    "growing strings": (
        "SELECT ?z { BIND('xxxxxxxxxxxxxxxx' AS ?a0) "
        + "".join(
            f"BIND(CONCAT(?a{i},?a{i},?a{i},?a{i},?a{i},?a{i},?a{i},?a{i}) AS ?a{i + 1}) "
            for i in range(10)
        )
        + "BIND(STRLEN(?a10) AS ?z) }"
    ),
    "unions": "SELECT (COUNT(*) AS ?n) {" + "{ ?a ?p ?b } UNION { ?c ?p ?d } " * 20 + "}",
    "planning": "SELECT * {" + " ?s ?p ?o ." * 2000 + "}",
    "grouped": f"SELECT ?a ?c ?e (GROUP_CONCAT(?h) AS ?x) {CROSS} GROUP BY ?a ?c ?e",
}
