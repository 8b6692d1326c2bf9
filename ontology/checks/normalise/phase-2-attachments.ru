# Normalisation, phase 2 (W3C Recommendation "The RDF Data Cube Vocabulary", section 10.2).
# What is attached to a cube or a slice holds for each of its observations and is stated there.
# Runs after phase 1.
PREFIX qb: <http://purl.org/linked-data/cube#>

# Attached to the cube.
INSERT { ?observation ?property ?value }
WHERE {
  ?component qb:componentAttachment qb:DataSet ;
    qb:componentProperty ?property .
  ?dataset qb:structure/qb:component ?component ;
    ?property ?value .
  ?observation qb:dataSet ?dataset .
} ;

# Attached to a slice.
INSERT { ?observation ?property ?value }
WHERE {
  ?component qb:componentAttachment qb:Slice ;
    qb:componentProperty ?property .
  ?dataset qb:structure/qb:component ?component ;
    qb:slice ?slice .
  ?slice ?property ?value ;
    qb:observation ?observation .
} ;

# Dimensions that a slice fixes, whatever they are attached to.
INSERT { ?observation ?dimension ?value }
WHERE {
  ?component qb:componentProperty ?dimension .
  ?dimension a qb:DimensionProperty .
  ?dataset qb:structure/qb:component ?component ;
    qb:slice ?slice .
  ?slice ?dimension ?value ;
    qb:observation ?observation .
}
