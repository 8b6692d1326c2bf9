"""The SHACL engine of Apache Jena, as a third opinion."""
