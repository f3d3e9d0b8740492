"""Texts made to run away: each costs an unguarded engine its time, its memory or its stack."""

from __future__ import annotations

from typing import Final

E: Final = "http://example.org/"
PREFIX: Final = f"PREFIX : <{E}> "


def cross(width: int) -> str:
    """A join of `width` patterns that share no variable."""
    return " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(width))


def nested(opening: str, inner: str, closing: str, depth: int) -> str:
    """Something inside itself, `depth` times."""
    return opening * depth + inner + closing * depth


def doubled(times: int, step: str = "CONCAT({0}, {0})") -> str:
    """BINDs that each double the string before it."""
    binds = [f"BIND({step.format(f'?s{i}')} AS ?s{i + 1})" for i in range(times)]
    return 'BIND("0123456789abcdef" AS ?s0) ' + " ".join(binds)


def corpus() -> dict[str, str]:
    """Name and text of every query."""
    numbers = " ".join(map(str, range(1200)))
    unions = " ".join(f"{{ {{ ?s{i} :q ?o }} UNION {{ ?s{i} :p ?o }} }}" for i in range(12))
    optionals = " ".join(f"OPTIONAL {{ ?x{i} :p ?x{i + 1} }}" for i in range(200))
    values = " ".join(f"VALUES ?v{i} {{ {numbers} }}" for i in range(4))
    texts = {
        "count of a cross product": f"SELECT (COUNT(*) AS ?n) {{ {cross(3)} }}",
        "wide cross product": f"SELECT * {{ {cross(8)} }}",
        "rows of a cross product": f"SELECT * {{ {cross(2)} }}",
        "distinct cross product": f"SELECT DISTINCT ?a0 ?a1 ?a2 {{ {cross(3)} }}",
        "sorted cross product": f"SELECT * {{ {cross(2)} }} ORDER BY DESC(?c1) ?c0 LIMIT 10",
        "giant sort by a computed key": f"SELECT * {{ {cross(2)} }} ORDER BY MD5(CONCAT(STR(?c0),"
        " STR(?c1))) LIMIT 1",
        "grouped cross product": f"SELECT ?a0 ?a1 (COUNT(*) AS ?n) {{ {cross(2)} }} GROUP BY ?a0 ?a1 ?c0"
        " ?c1",
        "distinct count of a cross product": "SELECT (COUNT(DISTINCT CONCAT(STR(?c0), STR(?c1))) AS"
        f" ?n) {{ {cross(2)} }}",
        "group_concat of a cross product": "SELECT (GROUP_CONCAT(CONCAT(STR(?c0), STR(?c1))) AS ?t)"
        f" {{ {cross(2)} }}",
        "construct of a cross product": f"CONSTRUCT {{ ?a0 ?b1 ?c1 . ?a1 ?b0 ?c0 }} {{ {cross(2)} }}",
        "describe of a cross product": f"DESCRIBE ?a0 ?a1 {{ {cross(2)} }}",
        "ask that must see everything": f"ASK {{ {cross(3)} FILTER(?c0 = :no && ?c1 = :no && ?c2 = :no) }}",
        "minus of cross products": f"SELECT (COUNT(*) AS ?n) {{ {cross(2)} MINUS {{ ?a0 ?x ?y . ?a1"
        " ?v ?w . FILTER(?y = ?w) } }",
        "not exists over a cross product": f"SELECT (COUNT(*) AS ?n) {{ {cross(2)} FILTER NOT EXISTS {{ ?a0"
        " :none ?y . ?a1 :none ?z } }",
        "graph cross product": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f"
        " } GRAPH ?i { ?j ?k ?l } }",
        "closure from everywhere": "SELECT (COUNT(*) AS ?n) { ?a (:p|:q)* ?b }",
        "closures one after the other": "SELECT (COUNT(*) AS ?n) { ?a (:p|:q)*/(:p|^:q)*/(:q|:p)+ ?b }",
        "closure of closures": "SELECT (COUNT(*) AS ?n) { ?a ((:p*)*|(:q+)*)* ?b . ?b (!:none)* ?c }",
        "negated closure": "SELECT (COUNT(*) AS ?n) { ?a (!(:none|^:none))* ?b }",
        "deep property path": "SELECT (COUNT(*) AS ?n) { ?a "
        + "/".join(["(:p|:q)"] * 60)
        + " ?b }",
        "nested property path": f"SELECT * {{ ?a {nested('(', ':p', ')*', 60)} ?b }}",
        "too deep property path": f"SELECT * {{ ?a {nested('(', ':p', ')*', 5000)} ?b }}",
        "wide alternative path": "SELECT (COUNT(*) AS ?n) { ?a ("
        + "|".join([":p"] * 280)
        + ")/(:q|:p)* ?b }",
        "regex bomb": 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), "'
        + "a" * 4000
        + '!"), "^(a+)+(a|aa)*(b?){30}$") }',
        "regex of vast size": 'SELECT * { ?a :label ?l FILTER REGEX(?l, "((((a{99}){99}){99}){99}){99}") }',
        "regex computed per row": "SELECT (COUNT(*) AS ?n) { ?a :label ?l . ?b :label ?m FILTER"
        ' REGEX(?l, CONCAT("(", ?m, "|.*)*x{1,200}")) }',
        "replace blow-up": 'SELECT (STRLEN(?t) AS ?n) { BIND(REPLACE("'
        + "a" * 5000
        + '", "", "'
        + "b" * 5000
        + '") AS ?u) BIND(REPLACE(?u, "b?", ?u) AS ?t) }',
        "huge VALUES": f"SELECT * {{ VALUES (?x ?y) {{ {'(1 :a) ' * 30000} }} }}",
        "too long a text": f"SELECT * {{ VALUES ?x {{ {'1 ' * 200000} }} }}",
        "cross product of VALUES": f"SELECT (SUM(?v0 * ?v1 + ?v2 * ?v3) AS ?n) {{ {values} }}",
        "huge IN list": f"SELECT (COUNT(*) AS ?n) {{ {cross(2)} FILTER(?c0 IN ({', '.join(['?c1', ':no'] * 8000)})) }}",
        "deep groups": f"SELECT * {{ {nested('{', '?s ?p ?o', '}', 5000)} }}",
        "deep sub-selects": f"SELECT * {{ {nested('{ SELECT * {', '?s ?p ?o', '}}', 3000)} }}",
        "deep exists": nested("ASK { ?s ?p ?o FILTER EXISTS { ", "?s ?p ?o", "} }", 2000),
        "deep if": f"SELECT ({nested('IF(true, ', '1', ', 0)', 2000)} AS ?n) {{ }}",
        "deep brackets": f"SELECT ({nested('(', '1', ')', 60000)} AS ?n) {{ }}",
        "deep collection": f"SELECT * {{ ?s ?p {nested('(', '1', ')', 4000)} }}",
        "deep blank nodes": f"SELECT * {{ ?s ?p {nested('[ :p ', '1', ' ]', 4000)} }}",
        "nesting at the bound": f"SELECT * {{ {nested('{', '?s ?p ?o', '}', 60)} }} LIMIT 5",
        "sub-selects at the bound": f"SELECT * {{ {nested('{ SELECT * {', '?s ?p ?o', '}}', 30)} }} LIMIT 5",
        "exists at the bound": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c "
        + "".join(f"FILTER EXISTS {{ ?x{i} ?y{i} ?z{i} " for i in range(50))
        + "FILTER(?c = ?z49)"
        + "}" * 50
        + " }",
        "operators at the bound": f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c FILTER({' || '.join(['?c = :no'] * 590)}) }}",
        "too many operators": f"SELECT (1{'+1' * 50000} AS ?n) {{ }}",
        "many exclamation marks": f"SELECT ({'!' * 100000}true AS ?n) {{ }}",
        "exponential UNION": f"SELECT (COUNT(*) AS ?n) {{ {unions} }}",
        "exponential UNION of constants": "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"{{ {{ BIND(1 AS ?x{i}) }} UNION {{ BIND(2 AS ?x{i}) }} }}" for i in range(40))
        + " }",
        "nested UNION": f"SELECT (COUNT(*) AS ?n) {{ {nested('{ ', '?a ?b ?c', ' } UNION { ?d ?e ?f . ?g ?h ?i }', 60)} }}",
        "chain of OPTIONAL": f"SELECT (COUNT(*) AS ?n) {{ ?x0 :p ?x1 {optionals} }}",
        "chain of unrelated OPTIONAL": "SELECT * { "
        + " ".join(f"OPTIONAL {{ ?s{i} ?p{i} ?o{i} }}" for i in range(100))
        + " }",
        "chain of joins": "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"?x{i} (:p|:q) ?x{i + 1} ." for i in range(190))
        + " }",
        "huge LIMIT": f"SELECT * {{ {cross(2)} }} LIMIT 9223372036854775807",
        "huge OFFSET": f"SELECT * {{ {cross(3)} }} OFFSET 9223372036854775807 LIMIT 1",
        "LIMIT beyond all numbers": f"SELECT * {{ ?s ?p ?o }} LIMIT {'9' * 400}",
        "number of many digits": f"SELECT ({'9' * 100000} * {'9' * 100000} AS ?n) {{ }}",
        "string doubled": f"SELECT (STRLEN(?s60) AS ?n) {{ {doubled(60)} }}",
        "string doubled and sent": f"SELECT ?s23 {{ {doubled(23)} }}",
        "string doubled for each row": f"SELECT (MAX(?s22) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . {doubled(22)} }}",
        "string encoded again and again": "SELECT (STRLEN(?s40) AS ?n) { "
        + doubled(40, "ENCODE_FOR_URI(CONCAT({0}, '%', {0}))")
        + " }",
        "hashes without end": f"SELECT (MAX(SHA512(CONCAT(STR(?c0), STR(?c1), STR(?c2)))) AS ?n) {{ {cross(3)} }}",
        "a thousand columns": f"SELECT {' '.join(f'?v{i}' for i in range(5000))} {{ {cross(2)} }}",
        "grouped by everything": f"SELECT (COUNT(*) AS ?n) {{ {cross(4)} }} GROUP BY "
        + " ".join(f"?a{i} ?b{i} ?c{i}" for i in range(4)),
        "having nothing": f"SELECT ?a0 {{ {cross(3)} }} GROUP BY ?a0 HAVING(COUNT(DISTINCT ?c2) < 0)",
        "one string of the whole length": f"ASK {{ BIND('{'x' * 200000}' AS ?x) }}",
        "one word of the whole length": "x" * 200000,
        "words without end": "a " * 120000,
        "quotes without end": "ASK {" + "'''\\" * 50000,
        "brackets never closed": "SELECT * {" + "<" * 200000,
        "blanks without end": "ASK {" + " #\n" * 80000 + "}",
        "prefixes without end": "".join(f"PREFIX p{i}: <{E}{i}/> " for i in range(6000))
        + "ASK { }",
    }
    return {name: PREFIX + text for name, text in texts.items()}
