"""The house form: same triples, one fact one line, a diff that shows the fact alone."""

import cProfile

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from mufakat.errors import BrokenFile, Refused
from mufakat.publication.config import COMMON_PREFIXES, Config
from mufakat.publication.format import canonical, serialise

BASE = "https://example.org/base/"
CONFIG = Config(
    base_iri=BASE,
    prefixes={**COMMON_PREFIXES, "ex": "https://example.org/terms#", "exid": BASE + "id/"},
)
XSD = "http://www.w3.org/2001/XMLSchema#"

iris = st.one_of(
    st.sampled_from(
        [
            BASE,
            BASE + "id/a",
            BASE + "id/a/b_1__para_2",
            BASE + "id/a.b.",
            BASE + "a:b/c",
            BASE + "x//y",
            BASE + "x/../y",
            BASE + "x/./y",
            BASE + ".",
            BASE + "#frag",
            BASE + "ontology",
            BASE + "id/%2F",
            BASE + "id/é",
            BASE + "a?b=c",
            "https://example.org/terms#",
            "https://example.org/terms#Term",
            "https://example.org/terms#-x",
            "https://example.org/terms#1.2",
            "https://example.org/terms#a.",
            "urn:isbn:1",
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil",
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#first",
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest",
        ]
    ),
).map(ox.NamedNode)
blanks = st.integers(0, 6).map(lambda number: ox.BlankNode(f"n{number}"))
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.text("\"\\\n\r'a", max_size=8),
)
literals = st.one_of(
    texts.map(ox.Literal),
    st.tuples(texts, st.sampled_from(["en", "id", "zh-hans"])).map(
        lambda pair: ox.Literal(pair[0], language=pair[1])
    ),
    st.tuples(
        st.sampled_from(
            ["5", "05", "-1", "+3", "1.50", ".5", "1.", "1e5", "true", "True", "x\n", ""]
        ),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date", "anyURI"]),
    ).map(lambda pair: ox.Literal(pair[0], datatype=ox.NamedNode(XSD + pair[1]))),
)
triples = st.builds(ox.Triple, st.one_of(iris, blanks), iris, st.one_of(iris, blanks, literals))
graphs = st.lists(triples, max_size=14)


def turtle(items: list[ox.Triple]) -> bytes:
    return ox.serialize(items, format=ox.RdfFormat.N_TRIPLES)


def same(one: str | bytes, other: str | bytes) -> bool:
    datasets = []
    for text in (one, other):
        dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=BASE))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        datasets.append(dataset)
    return datasets[0] == datasets[1]


@settings(max_examples=300, deadline=None)
@given(graphs)
def test_any_graph_keeps_its_triples_and_formatting_twice_changes_nothing(
    items: list[ox.Triple],
) -> None:
    text = turtle(items)
    formatted = canonical(text, CONFIG)
    assert same(formatted, text)
    assert canonical(formatted.encode(), CONFIG) == formatted


@settings(max_examples=100, deadline=None)
@given(graphs, st.randoms())
def test_order_and_blank_node_names_of_the_input_do_not_matter(
    items: list[ox.Triple], random: object
) -> None:
    shuffled = [
        ox.Triple(
            *(ox.BlankNode("z" + t.value) if isinstance(t, ox.BlankNode) else t for t in item)
        )
        for item in items
    ]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert canonical(turtle(shuffled), CONFIG) == canonical(turtle(items), CONFIG)


def test_rdflib_reads_the_same_triples() -> None:
    text = (
        "@prefix ex: <https://example.org/terms#> .\n"
        "ex:a a ex:B ; ex:p 1, 2.50, true, 'q\"\\n\\\\'@en, [ ex:q ( 1 [ ex:r () ] ) ] .\n"
        "[] ex:p <https://example.org/base/id/x/y> . _:s ex:p _:t . _:t ex:p _:s .\n"
    )
    formatted = canonical(text.encode(), CONFIG)
    assert isomorphic(Graph().parse(data=text), Graph().parse(data=formatted))


def body(text: str) -> list[str]:
    return canonical(text.encode(), CONFIG).split("\n\n", 1)[1].splitlines()


def test_house_form_to_the_letter() -> None:
    assert body(
        "<https://example.org/base/id/state/tha> "
        "<http://www.w3.org/2000/01/rdf-schema#label> 'Thailand'@en ;"
        "a <https://example.org/terms#State>, <https://example.org/terms#Agent> ."
    ) == [
        "<id/state/tha>",
        "    a ex:Agent ;",
        "    a ex:State ;",
        '    rdfs:label "Thailand"@en ;',
        ".",
    ]


def test_every_file_opens_with_the_same_block() -> None:
    opening = canonical(b"", CONFIG)
    assert opening.startswith(f"@base <{BASE}> .\n@prefix dcterms: ")
    assert canonical(b"<urn:a> <urn:b> 1 .", CONFIG).startswith(opening)


FACTS = [
    ox.Triple(ox.NamedNode(BASE + f"id/{n}"), ox.NamedNode(f"urn:p{p}"), ox.Literal(f"{n} {p} {o}"))
    for n in range(3)
    for p in range(3)
    for o in range(2)
]


@pytest.mark.parametrize("left_out", range(len(FACTS)))
def test_one_fact_less_is_one_line_less(left_out: int) -> None:
    whole = serialise(FACTS, CONFIG).splitlines()
    fewer = serialise(FACTS[:left_out] + FACTS[left_out + 1 :], CONFIG).splitlines()
    assert [line for line in whole if line not in fewer] == [
        f'    <urn:p{left_out // 2 % 3}> "{left_out // 6} {left_out // 2 % 3} {left_out % 2}" ;'
    ]
    assert len(whole) - len(fewer) == 1


def test_comments_at_the_head_stay() -> None:
    text = "# One\n#  two  \n\n# three\n\n@prefix e: <urn:e:> .\n<urn:a> e:b '# no comment' .\n"
    formatted = canonical(text.encode(), CONFIG)
    assert formatted.startswith("# One\n#  two\n\n# three\n\n@base ")
    assert canonical(formatted.encode(), CONFIG) == formatted


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("<urn:a> <urn:b> 1 .\n# lost\n", 2, 1),
        ("<urn:a> <urn:b> '''x\n# kept''' . # lost", 2, 13),
        ('<urn:a> <urn:b#c> "\\"# kept" ; # lost\n <urn:c> 1 .', 1, 32),
    ],
)
def test_a_comment_inside_is_refused_and_not_lost(text: str, line: int, column: int) -> None:
    with pytest.raises(Refused, match="# lost") as caught:
        canonical(text.encode(), CONFIG, file="x.ttl")
    assert caught.value.where is not None
    assert (caught.value.where.line, caught.value.where.column) == (line, column)
    assert "--drop-comments" in caught.value.mend
    assert same(canonical(text.encode(), CONFIG, drop_comments=True), text)


def test_broken_turtle_names_line_and_column() -> None:
    with pytest.raises(BrokenFile) as caught:
        canonical(b"<urn:a> <urn:b> 1 .\n<urn:a> oops .\n", CONFIG, file="x.ttl")
    assert caught.value.where is not None
    assert caught.value.where.file == "x.ttl"
    assert caught.value.where.line == 2
    assert caught.value.where.column


def test_invisible_characters_are_spelled_out() -> None:
    text = canonical('<urn:a> <urn:b> "a\u202eb\u200bc\ufeff" .'.encode(), CONFIG)
    assert r'"a\u202Eb\u200Bc\uFEFF"' in text


def test_a_text_of_several_lines_stands_as_lines() -> None:
    text = 'SELECT ?a {\n  ?a ?b "c\\d" .\n}\n'
    formatted = serialise(
        [ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal(text))], CONFIG
    )
    assert '    <urn:b> """SELECT ?a {\n  ?a ?b "c\\\\d" .\n}\n""" ;\n' in formatted


def test_a_triple_term_is_refused() -> None:
    with pytest.raises(Refused, match="triple term"):
        canonical(b"<urn:a> <urn:b> <<( <urn:a> <urn:b> 1 )>> .", CONFIG)


def calls(facts: int) -> int:
    """How many functions are called to format so many facts."""
    text = "".join(
        f"<{BASE}id/fact/{n}> a <urn:A> ; <urn:p> 'text {n}'@en, {n} ; <urn:q> [ <urn:r> {n} ] .\n"
        for n in range(1000, 1000 + facts)
    )
    profile = cProfile.Profile()
    profile.runcall(canonical, text.encode(), CONFIG)
    return sum(entry.callcount for entry in profile.getstats())


def test_the_work_grows_as_the_data_do() -> None:
    assert calls(2000) < 11 * calls(200)
