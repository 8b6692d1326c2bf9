# Normalisation, phase 1 (W3C Recommendation "The RDF Data Cube Vocabulary", section 10.1).
# What the structure of a cube implies is stated: the types of its parts, and qb:componentProperty
# beside the shorter qb:dimension, qb:measure and qb:attribute.
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT { ?observation a qb:Observation . ?dataset a qb:DataSet }
WHERE { ?observation qb:dataSet ?dataset } ;

INSERT { ?observation a qb:Observation }
WHERE { ?group qb:observation ?observation } ;

INSERT { ?slice a qb:Slice }
WHERE { ?dataset qb:slice ?slice } ;

INSERT { ?component qb:componentProperty ?property . ?property a qb:DimensionProperty }
WHERE { ?component qb:dimension ?property } ;

INSERT { ?component qb:componentProperty ?property . ?property a qb:MeasureProperty }
WHERE { ?component qb:measure ?property } ;

INSERT { ?component qb:componentProperty ?property . ?property a qb:AttributeProperty }
WHERE { ?component qb:attribute ?property }
