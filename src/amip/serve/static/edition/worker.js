// Holds the graph and answers one query after the other. Oxigraph's code stands before this one.

let store;

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function prepare({ wasm, graph, union }) {
  const [code, quads] = await Promise.all([inflate(wasm), inflate(graph)]);
  initSync({ module: code });
  store = new Store();
  store.load(quads, { format: "application/n-quads", lenient: true, no_transaction: true });
  store.update(union);
  postMessage({ ready: store.size });
}

function answer(query) {
  const begun = performance.now();
  const text = store.query(query, { results_format: "json" });
  const seconds = (performance.now() - begun) / 1000;
  const table = JSON.parse(text);
  if (table.head) postMessage({ table, seconds });
  else postMessage({ graph: writeTurtle(text), seconds });
}

// The answer to CONSTRUCT and DESCRIBE comes as JSON-LD.
function writeTurtle(text) {
  const answered = new Store();
  answered.load(text, { format: "application/ld+json", lenient: true });
  return answered.dump({ format: "text/turtle", from_graph_name: defaultGraph() });
}

onmessage = async ({ data }) => {
  try {
    if (data.query === undefined) await prepare(data);
    else answer(data.query);
  } catch (error) {
    postMessage({ wrong: String(error.message ?? error) });
  }
};
