"""Clients other people use get right answers from a server that is really up."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from typing import TYPE_CHECKING

import pytest

from live import Server, publish, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

E = "http://example.org/"
DATA = """
@prefix e: <http://example.org/> .
e:a e:p e:b , "one"@en ; e:n 7 .
e:b e:p e:c .
"""
QUERIES = {
    "select": "PREFIX e: <http://example.org/> SELECT ?o { e:a e:p ?o } ORDER BY ?o",
    "ask": "PREFIX e: <http://example.org/> ASK { e:a e:n 7 }",
    "construct": "PREFIX e: <http://example.org/> CONSTRUCT { ?s e:of ?o } WHERE { ?s e:p ?o }",
    "describe": "DESCRIBE <http://example.org/a>",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(publish(tmp_path_factory.mktemp("publication"), DATA)) as server:
        yield server


class TestSPARQLWrapper:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("form", QUERIES)
    def test_every_form_is_answered(self, server: Server, method: str, form: str) -> None:
        import SPARQLWrapper as sw  # noqa: PLC0415, N813

        wrapper = sw.SPARQLWrapper(server.address + "/sparql")
        wrapper.setMethod(method)
        wrapper.setQuery(QUERIES[form])
        wrapper.setReturnFormat(sw.JSON if form in {"select", "ask"} else sw.TURTLE)
        found = wrapper.queryAndConvert()
        if form == "select":
            assert [row["o"]["value"] for row in found["results"]["bindings"]] == [E + "b", "one"]
        elif form == "ask":
            assert found["boolean"] is True
        else:
            import rdflib  # noqa: PLC0415

            expected = 3
            assert len(rdflib.Graph().parse(data=found, format="turtle")) == expected

    @pytest.mark.parametrize("form", ["construct", "describe"])
    def test_graphs_come_as_rdf_xml_and_json_ld_too(self, server: Server, form: str) -> None:
        import SPARQLWrapper as sw  # noqa: PLC0415, N813

        for wanted in (sw.RDFXML, sw.JSONLD, sw.N3):
            wrapper = sw.SPARQLWrapper(server.address + "/sparql")
            wrapper.setQuery(QUERIES[form])
            wrapper.setReturnFormat(wanted)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = wrapper.queryAndConvert()
            assert len(found) > 0

    def test_tables_come_as_xml_csv_and_tsv_too(self, server: Server) -> None:
        import SPARQLWrapper as sw  # noqa: PLC0415, N813

        for wanted in (sw.XML, sw.CSV, sw.TSV):
            wrapper = sw.SPARQLWrapper(server.address + "/sparql")
            wrapper.setQuery(QUERIES["select"])
            wrapper.setReturnFormat(wanted)
            found = wrapper.queryAndConvert()
            text = found.toxml() if wanted == sw.XML else found.decode()
            assert E + "b" in text

    def test_broken_query_is_reported_as_such(self, server: Server) -> None:
        import SPARQLWrapper as sw  # noqa: PLC0415, N813
        from SPARQLWrapper.SPARQLExceptions import QueryBadFormed  # noqa: PLC0415

        wrapper = sw.SPARQLWrapper(server.address + "/sparql")
        wrapper.setQuery("SELECT * { ?s ?p }")
        with pytest.raises(QueryBadFormed):
            wrapper.query()


class TestRdflib:
    @pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
    def test_sparql_store_reads_as_from_a_graph(self, server: Server, method: str) -> None:
        import rdflib  # noqa: PLC0415
        from rdflib.plugins.stores.sparqlstore import SPARQLStore  # noqa: PLC0415

        graph = rdflib.Graph(SPARQLStore(server.address + "/sparql", method=method))
        e = rdflib.Namespace(E)
        assert set(graph.objects(e.a, e.p)) == {e.b, rdflib.Literal("one", "en")}
        assert graph.value(e.a, e.n) == rdflib.Literal(7)
        assert bool(graph.query(QUERIES["ask"]).askAnswer)
        assert [row.o for row in graph.query(QUERIES["select"])] == [
            e.b,
            rdflib.Literal("one", "en"),
        ]
        for form in ("construct", "describe"):
            assert len(graph.query(QUERIES[form]).graph) == 3


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not on this machine")
class TestCurl:
    def curl(self, *arguments: str) -> str:
        command = ["curl", "--silent", "--show-error", "--max-time", "20", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def test_each_way_of_asking(self, server: Server) -> None:
        address = server.address + "/sparql"
        json = '{"head":{},"boolean":true}'
        ask = QUERIES["ask"]
        assert self.curl("-G", address, "--data-urlencode", f"query={ask}") == json
        assert self.curl(address, "--data-urlencode", f"query={ask}") == json
        direct = ("-H", "Content-Type: application/sparql-query", "--data-binary", ask)
        assert self.curl(address, *direct) == json

    def test_csv_and_turtle(self, server: Server) -> None:
        address = server.address + "/sparql"
        csv = self.curl(
            address, "-H", "Accept: text/csv", "--data-urlencode", f"query={QUERIES['select']}"
        )
        assert csv == "o\nhttp://example.org/b\none\n"
        turtle = self.curl(address, "--data-urlencode", f"query={QUERIES['describe']}")
        assert "<http://example.org/n> 7" in turtle

    def test_head_and_status(self, server: Server) -> None:
        address = server.address + "/sparql"
        head = self.curl("-I", "-G", address, "--data-urlencode", f"query={QUERIES['ask']}")
        assert head.startswith("HTTP/1.1 200")
        broken = self.curl("-o", "/dev/null", "-w", "%{http_code}", address, "-d", "query=SELEC")
        assert broken == "400"
