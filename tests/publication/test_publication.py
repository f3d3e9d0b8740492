"""A folder becomes a publication: found, configured, loaded, named by its content."""

from __future__ import annotations

import difflib
from pathlib import Path

import pyoxigraph as ox
import pytest

from mufakat.errors import BrokenFile, NotFound
from mufakat.publication import Publication
from mufakat.publication.config import read
from mufakat.publication.format import canonical, serialise
from publication import tiny

REPOSITORY = Path(__file__).parents[2]


def test_files_have_a_kind_a_family_and_a_graph(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path)
    (file,) = publication.files("data")
    assert (file.kind, file.name, file.family) == ("data", "data/acts", "acts")
    assert file.graph_iri == tiny.BASE + "graph/data/acts"
    assert [one.name for one in publication.files()] == [
        "ontology/core",
        "shapes/core",
        "data/acts",
        "queries/acts/acts",
    ]


def test_each_file_is_loaded_into_its_graph_and_shapes_are_not_served(tmp_path: Path) -> None:
    store = tiny.write(tmp_path).load_store()
    assert {graph.value for graph in store.named_graphs()} == {
        tiny.BASE + "graph/data/acts",
        tiny.BASE + "graph/ontology/core",
    }


def test_the_version_names_the_served_content_wherever_it_lies(tmp_path: Path) -> None:
    one, other = tiny.write(tmp_path / "a"), tiny.write(tmp_path / "b")
    assert one.version == other.version
    assert len(one.version) == 64
    query = tiny.write(tmp_path / "c", query=tiny.QUERY.replace("Acts", "Deeds"))
    assert query.version == one.version
    assert query.edition != one.edition
    data = tiny.write(tmp_path / "d", data=tiny.DATA.replace('"Book"', '"Buch"'))
    assert data.version != one.version


def test_a_broken_file_is_named_with_line_and_column(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path)
    (tmp_path / "data/ttl/acts.ttl").write_text("\n<a> <b> .\n", encoding="utf-8")
    with pytest.raises(BrokenFile) as caught:
        publication.load_store()
    assert caught.value.where is not None
    assert (caught.value.where.file, caught.value.where.line) == ("data/ttl/acts.ttl", 2)


def test_a_file_that_is_no_utf8_is_told(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path)
    (tmp_path / "data/ttl/acts.ttl").write_bytes(b'<urn:a> <urn:b> "\xff" .')
    with pytest.raises(BrokenFile):
        list(publication.files("data")[0].parse())


def test_two_queries_of_one_name_are_refused(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path)
    (tmp_path / "queries/other").mkdir()
    (tmp_path / "queries/other/acts.rq").write_text(tiny.QUERY, encoding="utf-8")
    with pytest.raises(BrokenFile, match="Two saved queries are called acts"):
        _ = publication.queries


def test_the_engine_sees_the_union_of_the_files(tmp_path: Path) -> None:
    engine = tiny.write(tmp_path).engine()
    assert engine.ask(f"ASK {{ ?act a <{tiny.TERMS}Act> }}")
    (triple,) = engine.construct(f"CONSTRUCT {{ ?a a <urn:x> }} {{ ?a a <{tiny.TERMS}Act> }}")
    assert triple.subject == ox.NamedNode(tiny.BASE + "id/act/one")
    assert engine.union_default_graph


def test_a_publication_is_found_by_path_variable_or_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MUFAKAT_PUBLICATION", raising=False)
    for name in ("named", "variable", "working"):
        tiny.write(tmp_path / name)
    monkeypatch.chdir(tmp_path / "working")
    assert Publication.open().folder == tmp_path / "working"
    monkeypatch.setenv("MUFAKAT_PUBLICATION", str(tmp_path / "variable"))
    assert Publication.open().folder == tmp_path / "variable"
    assert Publication.open(tmp_path / "named").folder == tmp_path / "named"
    assert Publication.open(tmp_path / "named" / "mufakat.toml").folder == tmp_path / "named"


def test_without_any_the_one_that_comes_with_the_program_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MUFAKAT_PUBLICATION", raising=False)
    monkeypatch.chdir(tmp_path)
    assert Publication.open().config.base_iri == "https://w3id.org/mufakat/"


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        Publication.open(tmp_path / "nowhere")


def test_a_folder_without_configuration_is_a_plain_dataset(tmp_path: Path) -> None:
    publication = Publication.open(tmp_path)
    assert publication.config.default_graph == "standard"
    assert publication.files() == []
    assert len(publication.load_store()) == 0


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ('title = "x"\nbase_iri = ', "not TOML", 2),
        ('titel = "x"', "Unknown key 'titel'", None),
        ('base_iri = "example.org"', "not an absolute IRI", None),
        ('default_graph = "all"', "default_graph", None),
        ("title = 5", "should be a text", None),
        ('languages = "en"', "list of texts", None),
        ("prefixes = 1", "should be a table", None),
        ('[prefixes]\na = "has blanks"', "which is no IRI", None),
    ],
)
def test_a_configuration_that_makes_no_sense_is_explained(
    tmp_path: Path, text: str, said: str, line: int | None
) -> None:
    file = tmp_path / "mufakat.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenFile, match=said) as caught:
        read(file)
    assert caught.value.where is not None
    assert caught.value.where.line == line
    assert caught.value.mend


def test_iris_are_shortened_as_the_files_write_them(tmp_path: Path) -> None:
    config = tiny.write(tmp_path).config
    assert config.shorten(tiny.TERMS + "Act") == "ex:Act"
    assert config.shorten(tiny.BASE + "id/act/one") == "id/act/one"
    assert config.shorten("urn:x") == "urn:x"


@pytest.mark.slow
def test_every_turtle_file_of_this_repository_is_in_the_house_form() -> None:
    publication = Publication.open(REPOSITORY)
    odd = []
    for file in publication.files("ontology", "shapes", "data"):
        text = file.path.read_bytes()
        if canonical(text, publication.config, file=file.name).encode() != text:
            odd.append(file.name)
    assert odd == []


@pytest.mark.parametrize("number", [0, 1, 100, -1])
def test_a_change_of_one_fact_is_a_diff_of_its_line_alone(number: int) -> None:
    publication = Publication.open(REPOSITORY)
    file = next(one for one in publication.files("data") if one.family == "actions")
    triples = [quad.triple for quad in file.parse(publication.config.base_iri)]
    left_out = triples[number]
    whole = serialise(triples, publication.config).splitlines()
    fewer = serialise([t for t in triples if t != left_out], publication.config).splitlines()
    changes = [line for line in difflib.ndiff(whole, fewer) if not line.startswith((" ", "?"))]
    assert len(changes) == 1
    assert changes[0].startswith("-     ")


def test_all_of_this_repository_loads() -> None:
    store = Publication.open(REPOSITORY).load_store()
    assert len(store) > 10000
    assert all(isinstance(graph, ox.NamedNode) for graph in store.named_graphs())


def test_blank_nodes_are_named_the_same_wherever_the_files_are_loaded(tmp_path: Path) -> None:
    text = "[] a <http://e.org/C> ; <http://e.org/p> ( 1 [ <http://e.org/q> 2 ] ) .\n"
    stores = []
    for name in ("one", "two"):
        (tmp_path / name / "data/ttl").mkdir(parents=True)
        (tmp_path / name / "data/ttl/facts.ttl").write_text(text)
        stores.append(Publication.open(tmp_path / name).load_store())
    assert len(stores[0]) == 7
    assert set(stores[0]) == set(stores[1])
    assert [str(quad) for quad in stores[0]] == [str(quad) for quad in stores[1]]
