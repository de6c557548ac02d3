"""The schemas and the reference page in the repository are what the models say."""

import json
import pathlib
import subprocess
import sys

import haircut
from haircut.case.book import Book
from haircut.case.market import Market
from haircut.case.schema import main, schemas, tables

ROOT = pathlib.Path(haircut.__file__).resolve().parents[2]


def test_schemas_and_tables_are_up_to_date(capsys):
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_every_file_has_a_schema():
    names = set(schemas())
    assert {f"book-{name}.schema.json" for name in Book.model_fields} <= names
    parts = set(Market.model_fields) - {"as_of", "name", "default_rent_basis"}
    assert {f"market-{name}.schema.json" for name in parts} <= names
    assert {"case.schema.json", "market.schema.json", "overlay.schema.json"} <= names
    assert {file.name for file in (ROOT / "schema").iterdir()} == names


def test_references_within_a_schema_lead_somewhere():
    for schema in schemas().values():
        text = json.dumps(schema)
        for name in schema.get("$defs", {}):
            assert f'"#/$defs/{name}"' in text
        for part in text.split('"#/$defs/')[1:]:
            assert part.split('"')[0] in schema["$defs"]


def test_the_same_bytes_in_another_process():
    code = (
        "import json; from haircut.case.schema import schemas, tables; "
        "print(json.dumps(schemas()) + tables())"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert told == json.dumps(schemas()) + tables() + "\n"


def test_every_field_is_documented():
    page = (ROOT / "docs" / "reference" / "case-files.md").read_text()
    for model in (Book, Market):
        for name in model.model_fields:
            assert f"`{name}`" in page
