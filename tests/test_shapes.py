"""Every rule of `shapes/` against small graphs, by both engines.

A file in `shapes/<file>/` is checked against that shape file alone. `valid.<case>.ttl` must pass,
`invalid.<reason>.ttl` must not; the first line says which codes are expected, sorted.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import RdfFormat, Store
from rdflib.namespace import RDFS

from amip.assets import find_turtle
from amip.errors import InputError
from amip.findings import LANGUAGES, Report, Severity
from amip.lift import lift_programmes
from amip.terms import CODE, SHAPES, load_lists
from amip.terms import PREFIXES as NAMESPACES
from amip.validate import validate_store
from amip.validate.core import fill_template
from amip.validate.reference import validate_reference
from amip.validate.rule import SPARQL, Rule
from amip.validate.shapes import load_rules
from amip.validate.wording import find_variables
from samples import MINIMAL, ROOT, TESTS

CASES = sorted((TESTS / "shapes").glob("*/*.ttl"))
NUMBER_OF_CASES = 172
FILES = {path.stem: path for path in find_turtle("shapes")}
PREFIXES = FILES.pop("prefixes")
EXPECT = "# expect:"
TEMPLATES = ROOT / "src" / "amip" / "validate" / "constraints"
RULES = load_rules()
SHACL = rdflib.SH
PREFIX_SH = NAMESPACES["sh"]


def shape_files(name: str) -> tuple[Path, ...]:
    return PREFIXES, FILES[name]


def load(case: Path) -> Store:
    store = Store()
    store.bulk_load(path=str(case), format=RdfFormat.TURTLE)
    return store


def check(name: str) -> Report:
    folder, _, _ = name.partition("/")
    case = TESTS / "shapes" / f"{name}.ttl"
    return validate_store(load(case), rules=load_rules(shape_files(folder)))


def expected(case: Path) -> list[str]:
    first, _, _ = case.read_text(encoding="utf-8").partition("\n")
    assert first.startswith(EXPECT), case
    return first.removeprefix(EXPECT).split()


def codes(report: Report) -> list[str]:
    return sorted(finding.code for finding in report.findings)


def name_of(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(case: Path) -> None:
    report = check(name_of(case))
    assert codes(report) == expected(case), [finding.text("en") for finding in report.findings]
    assert bool(report.findings) is case.name.startswith("invalid."), "valid or invalid by name"
    assert validate_reference(load(case), files=shape_files(case.parent.name)) == report


def test_number_of_cases() -> None:
    assert len(CASES) == NUMBER_OF_CASES


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_rule_has_an_invalid_case(name: str) -> None:
    found = {code for case in CASES if case.parent.name == name for code in expected(case)}
    assert found == {rule.code for rule in load_rules(shape_files(name))}


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_file_has_a_valid_case(name: str) -> None:
    assert any(case.name.startswith("valid.") for case in CASES if case.parent.name == name)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_speaks_both_languages(rule: Rule) -> None:
    for texts in (rule.label, rule.message, rule.advice, rule.comment):
        assert set(texts) == set(LANGUAGES)
        assert len(set(texts.values())) == len(LANGUAGES) or rule.label is texts
    assert find_variables(rule.message["de"]) == find_variables(rule.message["en"])
    assert rule.iri == SHAPES + rule.code.removeprefix("AMIP-")
    assert rule.constraints


def test_codes_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)


def test_codes_in_shapes_are_listed() -> None:
    listed = {concept.iri for names in load_lists().values() for concept in names.values()}
    for path in FILES.values():
        used = re.findall(r"(?<![\w-])code:([A-Za-z0-9-]+)", path.read_text(encoding="utf-8"))
        assert used or path.stem in {"codes", "terms"}
        assert {CODE + notation for notation in used} <= listed, path.name


def test_lists_in_shapes_exist() -> None:
    text = FILES["codes"].read_text(encoding="utf-8")
    assert set(re.findall(r"list:([a-z0-9-]+)", text)) <= set(load_lists())


def test_classes_of_values_have_no_subclass() -> None:
    """The fast path looks at `rdf:type` alone; with subclasses it would refuse good values."""
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "amip.ttl")
    shapes = rdflib.Graph()
    for path in FILES.values():
        shapes.parse(path)
    classes = set(shapes.objects(None, rdflib.URIRef(f"{PREFIX_SH}class")))
    assert classes
    assert not {node for node in classes if any(ontology.subjects(RDFS.subClassOf, node))}


def test_targets_include_subclasses() -> None:
    store = Store()
    measure = "<urn:m> a <https://w3id.org/amip/ns#Measure> ."
    store.load(input=measure.encode(), format=RdfFormat.TURTLE)
    found = codes(validate_store(store))
    assert found == [f"AMIP-S12-{name}" for name in ("kind", "label", "mention", "programme")]


def test_shapes_have_no_blank_nodes_but_lists() -> None:
    for path in (PREFIXES, *FILES.values()):
        graph = rdflib.Graph().parse(path)
        blank = {node for node in graph.subjects() if isinstance(node, rdflib.BNode)}
        assert all((node, rdflib.RDF.first, None) in graph for node in blank), path.name


def test_every_template_is_used_or_tried() -> None:
    """The templates that no shape needs today are tried below."""
    queries = "".join(each.query for rule in RULES for each in rule.constraints)
    headings = {
        path.stem: path.read_text(encoding="utf-8").partition("\n")[0]
        for path in TEMPLATES.glob("*.rq")
    }
    unused = {name for name, heading in headings.items() if heading not in queries}
    assert unused == {"focus-nodes", "max-inclusive", "min-count"}


SHAPE = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

ex:T a sh:NodeShape ;
  dct:identifier "T" ;
  sh:targetClass ex:Thing ;
  sh:property ex:T-size .

ex:T-size a sh:PropertyShape ;
  dct:identifier "T-size" ;
  sh:message "falsch"@de , "wrong"@en ;
  <http://www.w3.org/2000/01/rdf-schema#comment> "weil"@de , "because"@en ;
  <https://w3id.org/amip/ns#advice> "tun"@de , "do"@en ;
  sh:path ex:size ;
  CONSTRAINT .
"""
THINGS = """
@prefix ex: <https://example.org/> .

ex:none a ex:Thing .
ex:one a ex:Thing ; ex:size 1 .
ex:two a ex:Thing ; ex:size 2 , 3 .
"""


def write_shape(folder: Path, constraint: str) -> tuple[Path, ...]:
    path = folder / "shape.ttl"
    path.write_text(SHAPE.replace("CONSTRAINT", constraint), encoding="utf-8")
    return (path,)


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("sh:minCount 1", ["none"]),
        ("sh:minCount 2", ["none", "one"]),
        ("sh:maxCount 1", ["two"]),
        ("sh:maxInclusive 2", ["two"]),
        ("sh:minInclusive 2", ["one"]),
        ("sh:minExclusive 2", ["one", "two"]),
        ("sh:in ( 1 2 )", ["two"]),
        ('sh:pattern "^[12]$"', ["two"]),
        ("sh:nodeKind sh:IRI", ["one", "two", "two"]),
        ("sh:class ex:Size", ["one", "two", "two"]),
        ("sh:datatype <http://www.w3.org/2001/XMLSchema#decimal>", ["one", "two", "two"]),
    ],
)
def test_components(constraint: str, wrong: list[str], tmp_path: Path) -> None:
    files = write_shape(tmp_path, constraint)
    graph = rdflib.Graph().parse(data=THINGS)
    store = Store()
    store.load(input=THINGS.encode(), format=RdfFormat.TURTLE)
    report = validate_store(store, rules=load_rules(files))
    assert sorted(finding.focus.rpartition("/")[2] for finding in report.findings) == wrong
    assert all(finding.expected.startswith(constraint.split()[0]) for finding in report.findings)
    assert validate_reference(graph, files=files) == report


@pytest.mark.parametrize(
    "constraint",
    [
        "sh:minLength 2",
        "sh:minCounts 1",
        "sh:nodeKind sh:Literal",
        "sh:or ( ex:Unknown )",
        "sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:T",
        "sh:minCount 1 , 2",
        "ex:minCount 1",
    ],
)
def test_what_cannot_be_compiled_is_refused(constraint: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        load_rules(write_shape(tmp_path, constraint))


def test_broken_shapes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("this is no Turtle", encoding="utf-8")
    with pytest.raises(InputError):
        load_rules((path,))


def test_slots_must_be_filled() -> None:
    with pytest.raises(KeyError):
        fill_template("required", {"target": "<https://example.org/Thing>"})


def test_reviewed_violations_become_warnings() -> None:
    (bare,) = check("arithmetic/invalid.kaiserslautern-36-euro").findings
    (reviewed,) = check("arithmetic/invalid.kaiserslautern-36-euro-reviewed").findings
    (other,) = check("arithmetic/invalid.reviewed-elsewhere").findings
    assert (bare.severity, bare.reviewed) == (Severity.VIOLATION, "")
    assert (other.severity, other.reviewed) == (Severity.VIOLATION, "")
    assert reviewed.severity is Severity.WARNING
    assert reviewed.reviewed == "Abweichung 36,28 €, so gedruckt."
    assert reviewed.message == bare.message


def test_pairs_need_a_review_of_both() -> None:
    (whole,) = check("arithmetic/invalid.ilm-two-values-reviewed").findings
    (half,) = check("arithmetic/invalid.ilm-two-values-half-reviewed").findings
    assert (whole.severity, half.severity) == (Severity.WARNING, Severity.VIOLATION)


def test_the_numbers_are_written_out() -> None:
    (finding,) = check("arithmetic/invalid.kaiserslautern-36-euro").findings
    assert finding.text("de") == (
        "Die Teile ergeben 10.639.865 + 2.235.498,25 + 1.996.000 = 14.871.363,25, gedruckt ist "
        "14.871.326,97 (vk-2021); Abweichung 36,28, Rundung erklärt 0,02."
    )
    assert "14,871,363.25" in finding.text("en")
    assert (finding.found, finding.expected) == ("14871326.97", "14871363.25")
    assert finding.values["gap"] == "36.28"
    assert finding.programme == "kl"


def test_one_mistake_is_one_finding() -> None:
    """An unknown unit that is no IRI breaks the list and the node kind; the list says more."""
    store = Store()
    store.load(
        input=(TESTS / "shapes/record/invalid.wrong-kinds-of-values.ttl").read_bytes(),
        format=RdfFormat.TURTLE,
    )
    both = load_rules((PREFIXES, FILES["record"], FILES["codes"]))
    found = [f for f in validate_store(store, rules=both).findings if f.found == "NUM"]
    assert [finding.code for finding in found] == ["AMIP-L01"]


def test_named_graphs_and_the_default_graph_are_one() -> None:
    case = TESTS / "shapes" / "arithmetic" / "invalid.kaiserslautern-36-euro.ttl"
    store = load(case)
    twice = load(case)
    for quad in list(store):
        twice.add(type(quad)(quad.subject, quad.predicate, quad.object, quad.predicate))
    rules = load_rules(shape_files("arithmetic"))
    assert validate_store(twice, rules=rules) == validate_store(store, rules=rules)


def test_rules_without_focus_nodes_are_reported() -> None:
    report = validate_store(Store())
    assert set(report.unchecked) == {rule.code for rule in RULES}
    assert not report.findings


def test_the_engines_agree_on_the_minimal_programme() -> None:
    store = lift_programmes([MINIMAL]).make_store()
    assert validate_reference(store) == validate_store(store)


def test_sparql_is_allowed_in_shacl() -> None:
    """SHACL forbids MINUS, VALUES and SERVICE in constraints (appendix A)."""
    for path in FILES.values():
        for select in rdflib.Graph().parse(path).objects(None, SHACL.select):
            assert not re.search(r"\b(MINUS|VALUES|SERVICE)\b", str(select)), path.name
    assert any(each.component == SPARQL for rule in RULES for each in rule.constraints)
