"""What stands on the page of which kind of thing: lists to be read and changed, no code.

Queries are in the publication's own terms (`own:`), with `?this` for the thing. The first variable
is the fact a row rests on: its citations become the last column. It is shown as a column unless it
is called `fact`. Patterns are spelt so that each begins at the thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["table", "steps", "status", "chain", "tree"]


@dataclass(frozen=True, slots=True)
class Panel:
    """One section of a page; `covers` names the groups of incoming links it makes needless."""

    title: str
    query: str
    kind: Kind = "table"
    covers: tuple[str, ...] = ()
    note: str = ""
    roles: tuple[tuple[str, str], ...] = ()


_ACTIONS: Final = (
    " OPTIONAL { ?fact own:doneOn ?done } OPTIONAL { ?fact own:datePrecision ?precision }"
    " OPTIONAL { ?fact own:effectiveOn ?effective }"
    " OPTIONAL { ?fact own:effectiveOnPrecision ?effectivePrecision }"
    " OPTIONAL { ?fact own:verification ?verification } } ORDER BY ?done ?fact"
)
_CONFLICTS: Final = (
    " OPTIONAL { ?conflict own:conflictClass ?kind } OPTIONAL { ?conflict own:confidence ?sure }"
    " OPTIONAL { ?conflict own:resolution ?whatHolds } } ORDER BY ?conflict ?kind"
)

STATE: Final = (
    Panel(
        "Treaty actions",
        "SELECT ?fact ?other ?done ?precision ?effective ?effectivePrecision ?verification WHERE {"
        " ?fact own:byState ?this ; own:onInstrument ?other ." + _ACTIONS,
        "status",
        covers=("TreatyAction.byState",),
    ),
    Panel(
        "Findings on the indicators",
        "SELECT ?fact ?aspect ?indicator ?value ?concerns ?year ?asOf ?asOfPrecision WHERE {"
        " ?fact own:forState ?this ; own:onIndicator ?indicator ; own:value ?value ."
        " OPTIONAL { ?indicator own:indicatorOf ?aspect } OPTIONAL { ?fact own:statedYear ?year }"
        " OPTIONAL { ?fact own:concerns ?concerns }"
        " OPTIONAL { ?fact own:asOf ?asOf } OPTIONAL { ?fact own:datePrecision ?asOfPrecision } }"
        " ORDER BY ?aspect ?indicator ?asOf",
        covers=("Finding.forState",),
    ),
    Panel(
        "Ratings over the years",
        "SELECT ?fact ?year ?rating ?scheme WHERE { ?fact own:forState ?this ;"
        " own:reportYear ?year ; own:rating ?rating . OPTIONAL { ?fact own:underScheme ?scheme } }"
        " ORDER BY ?year ?rating",
        "steps",
        covers=("Assessment.forState",),
        note="Ratings are opinions of those who give them.",
    ),
    Panel(
        "Laws and policies",
        "SELECT ?law ?adopted ?adoptedPrecision ?inForceFrom ?inForceFromPrecision ?inForceUntil"
        " ?inForceUntilPrecision ?standing WHERE { ?law own:enactedBy ?this ."
        " OPTIONAL { ?law own:adoptedOn ?adopted } OPTIONAL { ?law own:datePrecision"
        " ?adoptedPrecision } OPTIONAL { ?law own:inForceFrom ?inForceFrom }"
        " OPTIONAL { ?law own:inForceFromPrecision ?inForceFromPrecision }"
        " OPTIONAL { ?law own:inForceUntil ?inForceUntil }"
        " OPTIONAL { ?law own:inForceUntilPrecision ?inForceUntilPrecision }"
        " OPTIONAL { ?law own:statusText ?standing } } ORDER BY ?adopted ?law",
        covers=("Instrument.enactedBy",),
    ),
    Panel(
        "Measures",
        "SELECT ?measure ?kind ?since ?sincePrecision ?until WHERE { ?measure own:measureOf ?this ;"
        " a ?kind . FILTER(STRSTARTS(STR(?kind), STR(own:)) && ?kind != own:Measure)"
        " OPTIONAL { ?measure own:validFrom ?since } OPTIONAL { ?measure own:datePrecision"
        " ?sincePrecision } OPTIONAL { ?measure own:validUntil ?until } }"
        " ORDER BY ?kind ?since ?measure",
        covers=("Measure.measureOf",),
    ),
    Panel(
        "Memberships",
        "SELECT ?fact ?organisation ?since ?sincePrecision ?until ?role WHERE {"
        " ?fact own:member ?this ; own:organisation ?organisation ."
        " OPTIONAL { ?fact own:validFrom ?since } OPTIONAL { ?fact own:datePrecision"
        " ?sincePrecision } OPTIONAL { ?fact own:validUntil ?until } OPTIONAL { ?fact own:role"
        " ?role } } ORDER BY ?since ?organisation",
        covers=("Membership.member",),
    ),
    Panel(
        "Roles",
        "SELECT ?fact ?role ?detail ?concerns WHERE { ?fact own:roleOf ?this ; own:role ?role ."
        " OPTIONAL { ?fact own:roleDetail ?detail } OPTIONAL { ?fact own:concerns ?concerns } }"
        " ORDER BY ?role ?detail",
        covers=("StateRole.roleOf",),
    ),
    Panel(
        "Conflicts between sources",
        "SELECT DISTINCT ?conflict ?kind ?sure ?whatHolds WHERE { { ?conflict own:about ?this ;"
        " a own:SourceConflict } UNION { ?variant (own:byState|own:forState|own:about|"
        "own:enactedBy|own:member|own:measureOf) ?this . ?conflict own:hasVariant ?variant }"
        + _CONFLICTS,
        covers=("SourceConflict.about",),
    ),
)

INSTRUMENT: Final = (
    Panel(
        "Status",
        "SELECT ?fact ?other ?done ?precision ?effective ?effectivePrecision ?verification WHERE {"
        " ?fact own:onInstrument ?this ; own:byState ?other ." + _ACTIONS,
        "status",
        covers=("TreatyAction.onInstrument",),
    ),
    Panel(
        "What it rests on, and what came of it",
        "SELECT DISTINCT ?from ?fromDate ?fromDatePrecision ?to ?toDate ?toDatePrecision WHERE {"
        " { ?this own:followsUpOn* ?to . ?to own:followsUpOn ?from }"
        " UNION { ?to own:followsUpOn ?this . BIND(?this AS ?from) }"
        " OPTIONAL { ?from own:adoptedOn ?fromDate } OPTIONAL { ?to own:adoptedOn ?toDate }"
        " OPTIONAL { ?from own:datePrecision ?fromDatePrecision }"
        " OPTIONAL { ?to own:datePrecision ?toDatePrecision } }"
        " ORDER BY ?from ?to LIMIT 400",
        "chain",
        covers=("Instrument.followsUpOn", "Instrument.implementsInstrument"),
    ),
    Panel(
        "Provisions",
        "SELECT ?fact ?path ?cited ?heading ?gist ?parent WHERE { ?fact own:inInstrument ?this ."
        " OPTIONAL { ?fact own:provisionPath ?path } OPTIONAL { ?fact own:citedAs ?cited }"
        " OPTIONAL { ?fact own:heading ?heading } OPTIONAL { ?fact own:gist ?gist }"
        " OPTIONAL { ?fact own:partOfProvision ?parent } }",
        "tree",
        covers=("Provision.inInstrument",),
    ),
    Panel(
        "Norms",
        "SELECT ?norm ?provision ?duty ?modality ?bearer ?area WHERE {"
        " ?provision own:inInstrument ?this . ?norm own:statedIn ?provision ."
        " OPTIONAL { ?norm own:duty ?duty } OPTIONAL { ?norm own:modality ?modality }"
        " OPTIONAL { ?norm own:bearer ?bearer } OPTIONAL { ?norm own:area ?area } }"
        " ORDER BY ?provision ?norm",
    ),
    Panel(
        "Relations to other instruments",
        "SELECT ?fact ?from ?relation ?to WHERE { { ?fact own:relationFrom ?this } UNION"
        " { ?fact own:relationTo ?this } ?fact own:relationFrom ?from ; own:relationTo ?to ;"
        " own:relationKind ?relation . } ORDER BY ?relation ?from ?to",
        covers=(
            "InstrumentRelation.relationFrom",
            "InstrumentRelation.relationTo",
            "Instrument.citesInstrument",
            "Instrument.supplements",
            "Instrument.elaborates",
            "Instrument.reviews",
            "Instrument.supersedes",
            "Instrument.amends",
        ),
    ),
    Panel(
        "Conflicts between sources",
        "SELECT DISTINCT ?conflict ?kind ?sure ?whatHolds WHERE { { ?conflict own:about ?this ;"
        " a own:SourceConflict } UNION { ?variant (own:onInstrument|own:about) ?this ."
        " ?conflict own:hasVariant ?variant }" + _CONFLICTS,
        covers=("SourceConflict.about",),
    ),
)

INDICATOR: Final = (
    Panel(
        "Findings",
        "SELECT ?fact ?state ?value ?concerns ?year ?asOf ?asOfPrecision WHERE {"
        " ?fact own:onIndicator ?this ; own:forState ?state ; own:value ?value ."
        " OPTIONAL { ?fact own:concerns ?concerns } OPTIONAL { ?fact own:asOf ?asOf }"
        " OPTIONAL { ?fact own:statedYear ?year }"
        " OPTIONAL { ?fact own:datePrecision ?asOfPrecision } } ORDER BY ?state ?asOf",
        covers=("Finding.onIndicator",),
    ),
)

BODY: Final = (
    Panel(
        "Mandate",
        "SELECT ?fact ?function ?conferredBy ?reportsTo ?meets WHERE { ?fact own:mandateOf ?this ;"
        " own:function ?function . OPTIONAL { ?fact own:conferredBy ?conferredBy }"
        " OPTIONAL { ?fact own:reportsTo ?reportsTo } OPTIONAL { ?fact own:meets ?meets } }",
        covers=("Mandate.mandateOf",),
    ),
    Panel(
        "Members",
        "SELECT ?fact ?member ?since ?sincePrecision ?until ?role WHERE {"
        " ?fact own:organisation ?this ; own:member ?member ."
        " OPTIONAL { ?fact own:validFrom ?since } OPTIONAL { ?fact own:datePrecision"
        " ?sincePrecision } OPTIONAL { ?fact own:validUntil ?until }"
        " OPTIONAL { ?fact own:role ?role } } ORDER BY ?since ?member",
        covers=("Membership.organisation",),
    ),
    Panel(
        "What happened to it",
        "SELECT ?event ?on ?onPrecision ?establishedBy WHERE { ?event own:concernsBody ?this ."
        " OPTIONAL { ?event own:occurredOn ?on } OPTIONAL { ?event own:datePrecision ?onPrecision }"
        " OPTIONAL { ?event own:establishedBy ?establishedBy } } ORDER BY ?on ?event",
        covers=("BodyEvent.concernsBody",),
    ),
)

LAYOUTS: Final[dict[str, tuple[Panel, ...]]] = {
    "State": STATE,
    "Instrument": INSTRUMENT,
    "Indicator": INDICATOR,
    "Body": BODY,
}

# Groups of what points at a thing, in this order; the class must be one of the topmost.
FAMILIES: Final = {
    "SourceConflict": "Conflicts between sources",
    "TreatyAction": "Treaty actions",
    "Instrument": "Instruments",
    "InstrumentRelation": "Relations between instruments",
    "Provision": "Provisions",
    "Norm": "Norms",
    "NormCorrespondence": "Correspondences of norms",
    "Measure": "Measures",
    "Finding": "Findings",
    "Assessment": "Ratings",
    "AssessmentScheme": "Rating schemes",
    "Indicator": "Indicators",
    "Membership": "Memberships",
    "StateRole": "Roles of states",
    "Mandate": "Mandates",
    "BodyEvent": "Events in the life of bodies",
    "Event": "Events",
    "Claim": "Claims",
    "Question": "Research questions",
    "Observation": "Figures",
    "Series": "Series of figures",
    "Agent": "States, bodies and people",
    "Place": "Places",
    "Source": "Sources",
    "Figure": "Drawings in sources",
}
# Links that repeat what the page shows in another way.
SKIPPED: Final = frozenset({"Citation", "Mapping"})

# What of a thing is worth saying beside its name in a list: dates first, then judgements.
LIST_DATES: Final = ("doneOn", "adoptedOn", "occurredOn", "validFrom", "effectiveOn", "asOf")
LIST_VALUES: Final = ("reportYear", "value", "rating", "stance", "modality", "claimKind")

# What explains a thing in a sentence; the first that is there leads its page.
LEADS: Final = ("gist", "duty", "statement", "function", "question", "roleDetail",
                "skos:definition", "measure", "shows", "resolution")  # fmt: skip
HIDDEN: Final = frozenset(
    {"rdf:type", "rdfs:label", "hasCitation", "verification", "datePrecision", "rdfs:isDefinedBy",
     "skos:inScheme", "skos:topConceptOf", "hasVariant", "preferredVariant"}
)  # fmt: skip
GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("In short", (
        "shortTitle", "abbreviation", "iso3", "dcterms:title", "instrumentNumber", "citedAs",
        "heading", "gist", "duty", "statement", "function", "question", "skos:definition",
        "bodyKind", "bindingness", "modality", "qualifier", "value", "cellText", "rating",
        "reportYear", "statedYear", "stance", "claimKind", "replyText", "conflictClass", "aspect",
        "verdict", "resolution", "confidence", "relationKind", "correspondence",
        "rationale", "evidenceKind",
        "measure", "valueText", "obsValue", "unit", "population", "caveat", "authorText",
        "publicationYear", "containerTitle", "volumeIssue", "pages", "sourceKind", "sourceUrl",
        "statusText", "maxPenalty", "definitionConformity", "role", "roleDetail", "rank",
        "introducedIn", "actionText", "rdfs:comment", "skos:note", "skos:scopeNote",
    )),
    ("When and where", (
        "openForSignatureText", "adoptedOn", "adoptedAt", "placeText", "doneOn", "depositedOn",
        "effectiveOn", "inForceFrom", "inForceUntil", "validFrom", "validUntil", "occurredOn",
        "occurredAt", "dateText", "establishedOn", "asOf", "refPeriodStart", "refPeriodEnd",
        "accessedOn", "statedDate",
    )),
    ("Who", (
        "byState", "forState", "roleOf", "measureOf", "enactedBy", "member", "organisation",
        "adoptedBy", "participant", "participantText", "bearer", "beneficiary", "addressee",
        "claimedBy", "assessedBy", "establishedBy", "depositary", "depositaryText",
        "attributedText", "refArea",
    )),
    ("What it is about", (
        "onInstrument", "onIndicator", "underScheme", "inInstrument", "partOfProvision",
        "provisionPath", "statedIn", "about", "concerns", "concernsProvision", "concernsBody",
        "objectsTo", "mandateOf", "area", "topic", "indicatorOf", "answersQuestion", "inSeries",
        "relationFrom", "relationTo", "fromNorm", "toNorm", "toInstrument",
    )),
    ("How it stands to others", (
        "followsUpOn", "implementsInstrument", "supplements", "elaborates", "reviews",
        "supersedes", "amends", "citesInstrument", "citesWork", "citedFrom", "textOf",
        "claimedIn", "inSource", "citesSource", "locator", "consultedUrl", "givesEffectTo",
        "basedOnLaw", "realisedBy", "conferredBy", "reportsTo", "partOf", "supports", "disputes",
        "repliesTo", "hasVariant", "preferredVariant", "skos:broader", "skos:narrower",
        "skos:related", "meets", "chairRule",
    )),
    ("Rules of the instrument", (
        "entryIntoForceRule", "depositsRequired", "daysAfterDeposit", "reservationRule",
        "withdrawalRule", "amendmentRule", "disputeSettlement", "monitoringText", "languageText",
        "registrationText",
    )),
)  # fmt: skip
# Groups that come before the sections of the page; the others come after them.
FIRST_GROUPS: Final = frozenset({"In short", "When and where"})
CODES: Final = ("dcterms:identifier", "iso3", "skos:notation")
TITLES: Final = {
    "rdfs:comment": "Note of the curators",
    "skos:note": "Note",
    "skos:scopeNote": "Scope",
    "skos:broader": "Broader",
}
NAMES: Final = ("skos:prefLabel", "skos:altLabel")
ELSEWHERE: Final = (
    "owl:sameAs", "schema:sameAs", "skos:exactMatch", "skos:closeMatch", "skos:broadMatch",
    "skos:narrowMatch", "skos:relatedMatch", "rdfs:seeAlso",
)  # fmt: skip
