"""Load all records of a Croissant description; print what the reader complains about."""

import sys

import mlcroissant

dataset = mlcroissant.Dataset(sys.argv[1])
for issue in (*dataset.metadata.ctx.issues.errors, *dataset.metadata.ctx.issues.warnings):
    sys.stdout.write(f"{issue}\n")
for records in dataset.metadata.record_sets:
    names = {field.id for field in records.fields}
    rows = list(dataset.records(records.id))
    if not rows or any(set(row) != names for row in rows):
        sys.stdout.write(f"{records.id}: rows without all fields\n")
