# Makes the default graph the union of all named graphs, each triple once.
INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }
