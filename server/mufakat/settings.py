"""Every setting of the server, in one table.

The table feeds the options of `mufakat serve`, the `MUFAKAT_*` variables and the `[server]` keys of
`mufakat.toml`, in this order of precedence; docs/settings.md is tested against it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from mufakat.errors import BadSetting

Value = str | int | float | bool | tuple[str, ...]
Kind = Literal["text", "integer", "number", "flag", "many"]
F = TypeVar("F", bound=Callable[..., Any])

TRUE: Final = frozenset({"1", "true", "yes", "on"})
FALSE: Final = frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table; `low` and `high` are inclusive."""

    name: str
    kind: Kind
    default: Value
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    metavar: str = ""

    @property
    def option(self) -> str:
        """The option of the command line, for example `--max-rows`."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """The environment variable, for example `MUFAKAT_MAX_ROWS`."""
        return "MUFAKAT_" + self.name.upper()

    def range(self) -> str:
        """Put the admitted values in words, for help texts and the documentation."""
        if self.choices:
            return ", ".join(self.choices)
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"at least {self.low:g}"
        return ""

    def read(self, raw: object, origin: str) -> Value:
        """Turn a value from any source into the setting's type, or raise BadSetting."""
        value = self._convert(raw, origin)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            too_low = self.low is not None and value < self.low
            too_high = self.high is not None and value > self.high
            if too_low or too_high:
                raise self._bad(raw, origin)
        if self.choices and value not in self.choices:
            raise self._bad(raw, origin)
        return value

    def _convert(self, raw: object, origin: str) -> Value:
        try:
            return CONVERT[self.kind](raw)
        except (TypeError, ValueError):
            raise self._bad(raw, origin) from None

    def _bad(self, raw: object, origin: str) -> BadSetting:
        admitted = (
            self.range()
            or {
                "text": "a text",
                "integer": "a whole number",
                "number": "a number",
                "flag": "true or false",
                "many": "a list of texts",
            }[self.kind]
        )
        return BadSetting(
            f"{origin}: {raw!r} is no value for the setting {self.name}.",
            mend=f"Give {admitted}; the default is {show(self.default)}.",
        )


def _flag(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word not in TRUE | FALSE:
        raise ValueError(word)
    return word in TRUE


def _integer(raw: object) -> int:
    if isinstance(raw, (bool, float)):
        raise TypeError(raw)
    return int(str(raw))


def _number(raw: object) -> float:
    if isinstance(raw, bool):
        raise TypeError(raw)
    return float(str(raw))


def _many(raw: object) -> tuple[str, ...]:
    if isinstance(raw, str):
        return tuple(raw.split())
    if isinstance(raw, (list, tuple)):
        return tuple(str(item) for item in raw)
    raise TypeError(raw)


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError(raw)
    return raw


CONVERT: Final[dict[str, Callable[[object], Value]]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "flag": _flag,
    "many": _many,
}


def show(value: Value) -> str:
    """Write a value the way the documentation and the help texts do."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " ".join(value) or "none"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if value != "" else "none"


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("host", "text", "127.0.0.1", "Address to listen on.", metavar="ADDRESS"),
    Setting("port", "integer", 8000, "Port to listen on; 0 takes a free one.", low=0, high=65535),
    Setting(
        "public_url",
        "text",
        "",
        "Address under which people reach the server, when a proxy stands in front of it.",
        metavar="URL",
    ),
    Setting(
        "store",
        "text",
        "memory",
        "Where the triples live: 'memory', a folder for an on-disk store, or the address of a"
        " SPARQL 1.1 endpoint; several with blanks between them are read replicas.",
        metavar="memory|PATH|URL",
    ),
    Setting(
        "workers",
        "integer",
        0,
        "Processes that evaluate queries; 0 takes one per core.",
        low=0,
        high=256,
    ),
    Setting("web_threads", "integer", 16, "Threads that carry requests.", low=1, high=1024),
    Setting(
        "timeout",
        "number",
        30.0,
        "Seconds a query may take before it is ended.",
        low=0.05,
        high=3600,
    ),
    Setting(
        "body_timeout",
        "number",
        30.0,
        "Seconds in which the body of a request must be there, and one more for each 64 KiB.",
        low=0.1,
        high=3600,
    ),
    Setting(
        "memory_limit",
        "integer",
        1024,
        "Mebibytes a query may use beyond the loaded data before it is ended.",
        low=16,
        high=1048576,
    ),
    Setting(
        "queue",
        "integer",
        64,
        "Queries that may wait for a worker before further ones are turned away.",
        low=0,
        high=100000,
    ),
    Setting(
        "max_query_bytes",
        "integer",
        262144,
        "Longest query text accepted, in bytes.",
        low=256,
        high=67108864,
    ),
    Setting(
        "max_rows",
        "integer",
        100000,
        "Rows (or triples) sent before an answer is cut and says so; 0 sends all.",
        low=0,
        high=100000000,
    ),
    Setting(
        "max_result_bytes",
        "integer",
        268435456,
        "Largest answer sent, in bytes.",
        low=1024,
        high=17179869184,
    ),
    Setting("page_size", "integer", 100, "Rows on one page for people.", low=1, high=10000),
    Setting(
        "cache_bytes",
        "integer",
        67108864,
        "Memory for finished answers, in bytes; 0 keeps none.",
        low=0,
        high=17179869184,
    ),
    Setting(
        "default_graph",
        "text",
        "publication",
        "What a query without FROM sees: the union of all graphs, the unnamed graph alone, or what"
        " the publication says.",
        choices=("publication", "union", "standard"),
    ),
    Setting("writable", "flag", False, "Accept SPARQL Update and graph writes."),
    Setting(
        "compact_after",
        "integer",
        20000,
        "Quads written after which the journal is compacted and the data loaded afresh, or half"
        " as many as there are if that is more.",
        low=1,
        high=1000000000,
    ),
    Setting(
        "token_file",
        "text",
        "",
        "File holding the bearer token that writers present.",
        metavar="FILE",
    ),
    Setting(
        "allow_service",
        "many",
        (),
        "IRI prefix that SERVICE and LOAD may reach; may be given several times.",
        metavar="IRI-PREFIX",
    ),
    Setting(
        "allow_private",
        "flag",
        False,
        "Let allowed addresses of SERVICE and LOAD lie on loopback or private networks.",
    ),
    Setting(
        "rate",
        "integer",
        0,
        "Queries one client may send in a minute; 0 sets no limit.",
        low=0,
        high=1000000,
    ),
    Setting(
        "log_format", "text", "text", "Form of the log lines.", choices=("text", "json", "none")
    ),
)

BY_NAME: Final = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked values by name, readable as attributes: `settings.timeout`."""

    values: Mapping[str, Value] = field(
        default_factory=lambda: {setting.name: setting.default for setting in SETTINGS}
    )

    def __getattr__(self, name: str) -> Any:
        """Give the value of a setting of the table."""
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None


def load(
    given: Mapping[str, object] | None = None,
    *,
    file: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Merge options, variables and file into checked settings.

    `given` holds what stood on the command line (None and empty lists count as not given),
    `file` the `[server]` table of `mufakat.toml`, `environ` the environment (by default the
    process's own).
    """
    given = given or {}
    file = file or {}
    environ = os.environ if environ is None else environ
    for origin, table in (("option", given), ("mufakat.toml, [server]", file)):
        for name in table:
            if name not in BY_NAME:
                raise BadSetting(
                    f"{origin}: there is no setting named {name}.",
                    mend="Known settings: " + ", ".join(BY_NAME) + ".",
                )
    values: dict[str, Value] = {}
    for setting in SETTINGS:
        option = given.get(setting.name)
        if option is not None and option not in ((), []):
            values[setting.name] = setting.read(option, setting.option)
        elif setting.variable in environ:
            values[setting.name] = setting.read(environ[setting.variable], setting.variable)
        elif setting.name in file:
            values[setting.name] = setting.read(file[setting.name], "mufakat.toml, [server]")
        else:
            values[setting.name] = setting.default
    return Settings(values)


def options(*names: str) -> Callable[[F], F]:
    """Give a click command the options of the named settings (all of them without names).

    Values not given arrive as None (or an empty tuple), so that `load` can look further.
    """
    import click  # noqa: PLC0415 - the table itself is used where no command line is

    chosen = [BY_NAME[name] for name in names] if names else list(SETTINGS)

    def decorate(command: F) -> F:
        for setting in reversed(chosen):
            told = f"{setting.help} [{setting.variable}; default: {show(setting.default)}]"
            if setting.kind == "flag":
                command = click.option(
                    f"{setting.option}/--no-{setting.name.replace('_', '-')}",
                    setting.name,
                    default=None,
                    help=told,
                )(command)
            else:
                command = click.option(
                    setting.option,
                    setting.name,
                    default=None,
                    multiple=setting.kind == "many",
                    metavar=setting.metavar or _metavar(setting),
                    help=told,
                )(command)
        return command

    return decorate


def _metavar(setting: Setting) -> str:
    if setting.choices:
        return "|".join(setting.choices)
    return {"integer": "N", "number": "SECONDS"}.get(setting.kind, "TEXT")
