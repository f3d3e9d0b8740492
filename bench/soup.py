"""Requests that nobody should send, made from a seed: the same seed makes the same requests."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
METHODS: Final = (
    *("GET", "GET", "GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"),
    *("CONNECT", "PROPFIND", "get", "G\xcbT", "GET" * 40, "M-SEARCH", "QUERY"),
)
KINDS: Final = (
    *(FORM, DIRECT, "application/sparql-update", "multipart/form-data", "application/json"),
    *("multipart/form-data; boundary=x", "text/turtle", "", ";;;", "a/b; charset=utf-7", "*/*"),
    *(
        DIRECT + "; charset=utf-16",
        DIRECT + ";charset=\xff",
        FORM + "; charset=latin-1",
        "a" * 5000,
    ),
    *("application/sparql-query; charset=", "application/x-www-form-urlencoded;;", "text/csv"),
)
ACCEPTS: Final = (
    *("*/*", "text/html", "application/sparql-results+json", "text/csv", "text/turtle", "", ",,,"),
    *("text/html;q=0", "*/*;q=0", "text/csv;q=2", "text/csv;q=abc", "text/csv;q=-1", "a/b/c", "/"),
    *('application/ld+json;profile="http://x"', "application/xml", "text/*;q=0.1, */*;q=nan"),
    *('text/csv;q="0.5', "text/html, " * 500, "\xe9/\xff", "text/csv; q = 0 . 5", "*", "text"),
    *(
        "application/rdf+xml",
        "application/trig",
        "application/n-quads",
        "image/png",
        "text/html;level=1",
    ),
)
NASTY: Final = (
    *("", " ", "\0", "\r\nX: y", "%00", "%", "%zz", "%c0%af", "%ff%fe", "..", "../../etc/passwd"),
    *(
        "'",
        '"',
        "<script>alert(1)</script>",
        "{{7*7}}",
        "${7*7}",
        "\u202e",
        "\ud83d\ude00",
        "é" * 300,
    ),
    *(
        "x" * 5000,
        "-1",
        "0",
        "1e309",
        "NaN",
        "9" * 400,
        "true",
        "null",
        "[]",
        "a[]",
        "1;DROP",
        "\\",
    ),
    *("2016-02-30", "0000-00-00", "-0001-01-01", "99999-12-31", "2016-02-02T25:00:00Z", "2016"),
    *(
        "http://[",
        "http://\u0130/",
        "urn:",
        "mailto:x",
        "<>",
        "a b",
        "file:///etc/passwd",
        "//host/x",
    ),
)
NAMES: Final = (
    *("query", "update", "default-graph-uri", "named-graph-uri", "using-graph-uri", "format"),
    *("output", "graph", "default", "q", "page", "_format", "_page", "_cite", "limit", "offset"),
    *(
        "as-of",
        "date",
        "state",
        "",
        "query[]",
        "callback",
        "timeout",
        "explain",
        "lang",
        "view",
        "sort",
    ),
)


@dataclass(frozen=True)
class Request:
    """One request; `wild` ones need not be answered at all, for they are not HTTP."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    wild: bytes = b""

    def bytes(self) -> bytes:
        """Write it as it goes over the wire."""
        if self.wild:
            return self.wild
        lines = [f"{self.method} {self.target} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.body or self.method in {"POST", "PUT", "PATCH"}:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + self.body


class Soup:
    """Makes requests.

    Args:
        seed: decides all of them.
        trap: an address that nothing may ever call.
        paths: addresses that exist, to be bent.
        slugs: names of saved queries.
    """

    def __init__(
        self, seed: int, trap: str, *, paths: Sequence[str] = (), slugs: Sequence[str] = ()
    ) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - noise, not a secret
        self.trap = trap
        self.paths = [*paths, "/", "/sparql", "/update", "/graphs", "/query/", "/ontology"]
        self.paths += ["/shapes", "/scheme/", "/search", "/ready", "/health", "/metrics", "/void"]
        self.paths += ["/catalog", "/dump/", "/openapi.json", "/static/css/mufakat.css", "/editor"]
        self.paths += ["/.well-known/void", "/compare", "/matrix", "/timeline", "/map", "/sources"]
        self.slugs = list(slugs) or ["none"]

    def pick(self, things: Sequence[str]) -> str:
        """Take one."""
        return self.chance.choice(things)

    def request(self) -> Request:
        """Make the next request."""
        makers: list[Callable[[], Request]] = [self._query, self._saved, self._path, self._headers]
        makers += [self._parameters, self._write, self._wild]
        return self.chance.choices(makers, (46, 14, 12, 10, 10, 6, 2))[0]()

    # -- SPARQL -------------------------------------------------------------------------------

    def sparql(self) -> str:
        """Write a query, mostly after the grammar, sometimes bent."""
        text = (
            self._prologue()
            + self.chance.choice(
                [
                    self._select,
                    self._select,
                    self._select,
                    self._ask,
                    self._construct,
                    self._describe,
                ]
            )()
        )
        if self.chance.random() < 0.45:
            text = self.bend(text)
        return text

    def _prologue(self) -> str:
        some = ("PREFIX : <http://example.org/> ", "PREFIX o: <$/> ", "BASE <http://b/> ", "")
        text = "PREFIX mfk: <https://w3id.org/mufakat/ontology#> " + self.pick(some)
        return (text + "PREFIX : <http://example.org/> ").replace("$", self.trap)

    def _select(self) -> str:
        head = self.pick(("*", "?a", "?a ?b", "DISTINCT ?a", "REDUCED *", "(COUNT(*) AS ?n)"))
        if self.chance.random() < 0.2:
            head = f"(({self._expression(2)}) AS ?n)"
        return f"SELECT {head} {self._from()}WHERE {self._group(3)} {self._modifiers()}"

    def _ask(self) -> str:
        return f"ASK {self._from()}{self._group(3)}"

    def _construct(self) -> str:
        return f"CONSTRUCT {{ {self._triple()} }} {self._from()}WHERE {self._group(2)}"

    def _describe(self) -> str:
        return f"DESCRIBE {self.pick(('?a', '*', ':x', '<>', 'mfk:State'))} {self._group(1)}"

    def _from(self) -> str:
        if self.chance.random() > 0.12:
            return ""
        return f"FROM {self.pick(('', 'NAMED '))}<{self.pick((self.trap, 'file:///etc/passwd'))}> "

    def _modifiers(self) -> str:
        some = (
            "",
            "",
            "LIMIT 5",
            "LIMIT 0",
            "OFFSET 3",
            "ORDER BY ?a",
            "ORDER BY DESC(?b) LIMIT 2",
        )
        more = ("GROUP BY ?a", "HAVING(COUNT(*)>1)", "LIMIT -1", "OFFSET 99999999999999999999")
        return self.pick((*some, *some, *more, "VALUES ?a { 1 UNDEF }", "LIMIT 5 LIMIT 6"))

    def _term(self) -> str:
        some = (
            "?a",
            "?b",
            "?c",
            "?d",
            ":x",
            "mfk:State",
            "<http://example.org/y>",
            "_:n",
            "[]",
            "1",
        )
        more = (
            '"t"',
            "'''l\n'''",
            '"t"@en',
            '"1"^^:d',
            "true",
            "-1.5e3",
            "( 1 2 )",
            "[ :p 1 ]",
            "a",
        )
        odd = (
            "<<:a :b :c>>",
            "o:x",
            "?\u00e9",
            '"\\u0041"',
            '"\\ud800"',
            "<\\u0020>",
            "und:x",
            "$a",
            "<x>",
        )
        return self.pick(some * 4 + more * 2 + odd)

    def _triple(self) -> str:
        paths = (
            "?p",
            "a",
            ":p",
            ":p/:q",
            "(:p|^:q)*",
            "!(:p|a)",
            ":p?",
            "mfk:follows*",
            "^(a/:p)+",
        )
        return f"{self._term()} {self.pick(paths)} {self._term()}"

    def _group(self, depth: int) -> str:
        parts = []
        for _ in range(self.chance.randrange(1, 4)):
            kind = self.chance.random()
            if depth <= 0 or kind < 0.5:
                parts.append(self._triple() + self.pick((" .", " .", " .", " ;", "")))
            elif kind < 0.62:
                parts.append(f"FILTER({self._expression(depth)})")
            elif kind < 0.68:
                parts.append(f"BIND({self._expression(depth)} AS ?{self.pick('abcxyz')})")
            else:
                parts.append(self._nested(depth))
        return "{ " + " ".join(parts) + " }"

    def _nested(self, depth: int) -> str:
        inner = self._group(depth - 1)
        forms = (
            *("OPTIONAL $", "$ UNION $", "MINUS $", "GRAPH ?g $", "FILTER EXISTS $", "$"),
            *("FILTER NOT EXISTS $", "{ SELECT * $ }", "GRAPH <~> $", "VALUES (?a ?b) { (1 2) }"),
            *(
                "SERVICE <~> $",
                "SERVICE SILENT <~> $",
                "SERVICE ?a $",
                "SERVICE o:s $",
                "LATERAL $",
            ),
            *("1.SERVICE<~>$", "SERVICEo:x$", "S\\u0045RVICE <~> $", "{ SELECT ?a $ GROUP BY ?a }"),
        )
        return self.pick(forms).replace("$", inner).replace("~", self.trap)

    def _expression(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(("?a", "?b", "1", "0", '"t"', "true", ":x", "?a + 1", "1/0", "NOW()"))
        a, b = self._expression(depth - 1), self._expression(depth - 1)
        forms = (
            *("$ + @", "$ = @", "$ < @", "$ && @", "! $", "$ IN (@, 1)", "IF($, @, 1)", "STR($)"),
            *("REGEX(STR($), '(a+)+')", "REGEX('a', STR($))", "REPLACE(STR($), '(.)', '$1$9')"),
            *("COALESCE($, @)", "IRI(STR($))", "SUBSTR(STR($), -5, 1e9)", "STRDT(STR($), :d)"),
            *("COUNT($)", "GROUP_CONCAT(DISTINCT $; SEPARATOR='')", "YEAR($)", "UUID()", "BNODE()"),
            *(
                "<http://unknown/function>($)",
                "STRLANG(STR($), 'x')",
                "LANGMATCHES($, '*')",
                "SUM($)",
            ),
            *("xsd:date($)", "SHA512(STR($))", "ENCODE_FOR_URI(STR($))", "EXISTS { ?a ?b $ }"),
        )
        return self.pick(forms).replace("$", a).replace("@", b)

    def bend(self, text: str) -> str:
        """Damage a text: cut, doubled, with pieces thrown in or swapped."""
        for _ in range(self.chance.randrange(1, 4)):
            at = self.chance.randrange(len(text) + 1)
            kind = self.chance.randrange(6)
            if kind == 0:
                text = text[:at]
            elif kind == 1:
                text = text[:at] + self.pick(NASTY) + text[at:]
            elif kind == 2:
                text = text[:at] + text[at + self.chance.randrange(1, 9) :]
            elif kind == 3:
                text = (
                    text[:at]
                    + chr(self.chance.choice((0, 9, 34, 39, 92, 123, 0x2028, 0xFFFF)))
                    + text[at:]
                )
            elif kind == 4:
                text = (
                    text[:at]
                    + text[max(0, at - 30) : at] * self.chance.randrange(1, 60)
                    + text[at:]
                )
            else:
                text = text.swapcase()
        return text

    def _noise(self, data: bytes) -> bytes:
        """Flip, cut and insert bytes."""
        noisy = bytearray(data)
        for _ in range(self.chance.randrange(1, 6)):
            at = self.chance.randrange(len(noisy) + 1)
            if self.chance.random() < 0.5 and noisy:
                noisy[min(at, len(noisy) - 1)] = self.chance.randrange(256)
            else:
                noisy[at:at] = self.chance.randbytes(self.chance.randrange(1, 5))
        return bytes(noisy)

    # -- requests -----------------------------------------------------------------------------

    def _query(self) -> Request:
        text = self.sparql().encode("utf-8", "surrogatepass")
        if self.chance.random() < 0.15:
            text = self._noise(text)
        accept = (("Accept", self.pick(ACCEPTS)),) if self.chance.random() < 0.5 else ()
        way = self.chance.randrange(3)
        if way == 0 and len(text) < 8000:
            return Request("GET", f"/sparql?query={quote_plus(text)}", accept)
        if way == 1:
            body = b"query=" + quote_plus(text).encode()
            if self.chance.random() < 0.1:
                body = self._noise(body)
            return Request("POST", "/sparql", (*accept, ("Content-Type", FORM)), body)
        return Request("POST", "/sparql", (*accept, ("Content-Type", DIRECT)), text)

    def _saved(self) -> Request:
        slug = self.pick(self.slugs)
        if self.chance.random() < 0.2:
            slug = self.bend(slug)
        ending = self.pick(
            ("", "", ".csv", ".json", ".xlsx", ".ttl", ".html", ".xml", ".tsv", ".exe", ".")
        )
        pairs = [(self.pick(NAMES), self.pick(NASTY)) for _ in range(self.chance.randrange(4))]
        text = "&".join(f"{quote(n)}={quote(v, errors='replace')}" for n, v in pairs)
        target = f"/query/{quote(slug, errors='replace')}{ending}?{text}"
        return Request("GET", target, (("Accept", self.pick(ACCEPTS)),))

    def _path(self) -> Request:
        path = self.pick(self.paths)
        if self.chance.random() < 0.6:
            at = self.chance.randrange(len(path) + 1)
            path = path[:at] + quote(self.pick(NASTY), safe="%/.:<>'", errors="replace") + path[at:]
        path = "".join(c if "!" <= c <= "~" else quote(c, errors="replace") for c in path)
        ending = self.pick(
            ("", "", "", ".ttl", ".jsonld", ".rdf", ".nt", ".html", ".csv", "/", "//")
        )
        return Request(self.pick(METHODS[:6]), ("/" + path.lstrip("/") if path else "/") + ending)

    def _headers(self) -> Request:
        values = (
            *NASTY[:2],
            *NASTY[11:20],
            *ACCEPTS,
            '"',
            'W/"',
            '*, "x"',
            "bytes=0-",
            "bytes=9-1,-5",
        )
        names = (
            *("Accept", "Content-Type", "Range", "If-None-Match", "If-Match", "Authorization"),
            *(
                "If-Modified-Since",
                "Accept-Language",
                "Accept-Encoding",
                "X-Forwarded-For",
                "Origin",
            ),
            *("Cookie", "Content-Encoding", "Expect", "Access-Control-Request-Method", "Forwarded"),
            *(
                "X-HTTP-Method-Override",
                "Content-MD5",
                "Referer",
                "X-" + "y" * 200,
                "Upgrade",
                "TE",
            ),
        )
        headers = [
            (
                self.pick(names),
                self.pick(values).replace("\r", "").replace("\n", "").replace("\0", ""),
            )
            for _ in range(self.chance.randrange(1, 8))
        ]
        if self.chance.random() < 0.05:
            headers = [(f"X-{i}", "v") for i in range(self.chance.choice((50, 99, 150, 400)))]
        if self.chance.random() < 0.05:
            headers.append(("X-Long", "z" * self.chance.choice((8000, 65000, 500000))))
        target = self.pick((self.pick(self.paths), "/sparql?query=ASK%7B%7D"))
        return Request(self.pick(METHODS), target, tuple(headers))

    def _parameters(self) -> Request:
        pairs = [(self.pick(NAMES), self.pick(NASTY)) for _ in range(self.chance.randrange(1, 6))]
        if self.chance.random() < 0.5:
            pairs.append(
                ("query", self.pick(("ASK{}", "SELECT * {?s ?p ?o} LIMIT 2", "DESCRIBE <x>")))
            )
        if self.chance.random() < 0.3:
            pairs.append((self.pick(("default-graph-uri", "named-graph-uri", "graph")), self.trap))
        if self.chance.random() < 0.03:
            pairs *= 300
        text = "&".join(f"{quote(n)}={quote(v, errors='replace')}" for n, v in pairs)
        if self.chance.random() < 0.2:
            text = text.replace("%", self.pick(("%25", "%%", "+", "")), 3)
        if self.chance.random() < 0.5:
            return Request(
                "GET", f"{self.pick(('/sparql', '/search', '/graphs', '/'))}?{text[:60000]}"
            )
        return Request("POST", "/sparql", (("Content-Type", self.pick(KINDS)),), text.encode())

    def _write(self) -> Request:
        text = self.pick(
            ("INSERT DATA { :a :b :c }", f"LOAD <{self.trap}>", "DROP ALL", "CLEAR ALL")
        )
        token = self.pick(("Bearer x", "Basic eDp5", "Bearer", "", "Bearer \xff", "Digest a=b"))
        target = self.pick(
            ("/update", f"/graphs?graph={self.trap}", "/graphs?default", "/graphs", "/graphs/x")
        )
        headers = (("Content-Type", self.pick(KINDS)), ("Authorization", token))
        return Request(
            self.pick(("POST", "PUT", "DELETE", "PATCH")),
            target,
            headers,
            self._noise(text.encode()),
        )

    def _wild(self) -> Request:
        whole = self._query().bytes()
        forms = (
            self._noise(whole),
            whole.replace(
                b"HTTP/1.1", self.pick(("HTTP/9.9", "HTTP/1.0", "", "HTTP/2")).encode(), 1
            ),
            whole.replace(b"\r\n", b"\n"),
            whole.replace(b"Content-Length: ", b"Content-Length: 9", 1),
            whole.replace(b"Content-Length: ", b"Content-Length: -", 1),
            whole.replace(b"Host:", b"Transfer-Encoding: chunked\r\nHost:", 1),
            b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + self.chance.randbytes(60),
            self.chance.randbytes(self.chance.randrange(1, 400)),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + self.chance.randbytes(100),
            b"GET " + b"/" * 70000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET /sparql\r\n\r\n",
            whole + whole[: self.chance.randrange(len(whole))],
        )
        return Request("", "", wild=self.chance.choice(forms) or b"\r\n\r\n")
