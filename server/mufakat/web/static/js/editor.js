// The fuller editor. Without it the plain form beside it does the same work; with it the form gives
// way only after everything has loaded. No request leaves the page's own origin: prefixes come with
// the page, suggestions for terms from the endpoint.
"use strict";

(() => {
  const form = document.getElementById("ask");
  const place = document.getElementById("yasgui");
  const Yasgui = window.Yasgui;
  if (!form || !place || !Yasgui || !Yasgui.Yasqe || !Yasgui.Yasr) return;

  const { Yasqe, Yasr } = Yasgui;
  const endpoint = new URL(form.dataset.endpoint, location.href).href;
  const prefixes = JSON.parse(form.dataset.prefixes);

  const terms = async (kinds) => {
    const types = kinds.map((kind) => `<http://www.w3.org/2002/07/owl#${kind}>`).join(" ");
    const query = `SELECT DISTINCT ?t WHERE { VALUES ?k { ${types} } ?t a ?k FILTER(ISIRI(?t)) } ORDER BY ?t LIMIT 2000`;
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: { Accept: "text/csv", "Content-Type": "application/sparql-query" },
      body: query,
    });
    if (!answer.ok) return [];
    return (await answer.text()).split(/\r?\n/).slice(1).filter(Boolean);
  };

  Yasqe.forkAutocompleter("prefixes", {
    name: "own-prefixes",
    persistenceId: null,
    get: () => Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`),
  }, false);
  Yasqe.forkAutocompleter("class", {
    name: "own-classes",
    persistenceId: null,
    bulk: true,
    get: () => terms(["Class"]),
  }, false);
  Yasqe.forkAutocompleter("property", {
    name: "own-properties",
    persistenceId: null,
    bulk: true,
    get: () => terms(["ObjectProperty", "DatatypeProperty", "AnnotationProperty"]),
  }, false);

  const editorPlace = document.createElement("div");
  const answerPlace = document.createElement("div");
  place.append(editorPlace, answerPlace);

  const yasqe = new Yasqe(editorPlace, {
    value: form.dataset.query,
    persistenceId: null,
    prefixCcApi: null,
    consumeShareLink: null,
    createShortLink: undefined,
    createShareableLink: (editor) =>
      `${location.origin}${location.pathname}?query=${encodeURIComponent(editor.getValue())}`,
    autocompleters: ["own-prefixes", "own-classes", "own-properties", "variables"],
    requestConfig: { endpoint, method: "POST" },
    screenReaderLabel: "SPARQL query",
    showQueryButton: true,
    resizeable: true,
    lineWrapping: true,
    editorHeight: "22rem",
  });
  yasqe.setValue(form.dataset.query);

  const yasr = new Yasr(answerPlace, { persistenceId: null, prefixes });
  yasqe.on("queryResponse", (_editor, response, duration) => yasr.setResponse(response, duration));
  yasqe.on("error", (_editor, response) => { if (response) yasr.setResponse(response); });

  document.documentElement.classList.add("js");
})();
