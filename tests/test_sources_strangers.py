"""Files that are no table: said to be what they are; tables in the same clothes are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from customhouse.errors import BrokenFile, InputError, UnsupportedFile
from customhouse.records.sources import NAMES, PAGES, Options, reader, refuse

PAGE = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>"
FAULT = ('<?xml version="1.0"?><S:Envelope xmlns:S="http://x"><S:Body><S:Fault><faultcode>100</faultcode>'
         "<faultstring>No results found</faultstring></S:Fault></S:Body></S:Envelope>")
QUEUED = ('<?xml version="1.0"?><env:Envelope xmlns:env="http://x"><env:Body><queued><id>3f2</id>'
          "<status>SUBMITTED</status></queued></env:Body></env:Envelope>")
EUROSTAT = '{"error":[{"status":404,"id":404,"label":"ERR_NOT_FOUND: DS-1"}]}'
STAT = '{"version": "2.0", "class": "dataset", "value": {"0": 1}, "size": [1], "dimension": {"geo": {}}}'
STRANGERS = [
    (PAGE, BrokenFile, "502 Bad Gateway"),
    (FAULT, BrokenFile, "a message of the service in the place of a table .*No results found"),
    (QUEUED, BrokenFile, "being made"),
    ('{"statusCode": 401, "message": "Access denied due to missing key."}', BrokenFile, "Access denied"),
    ('{"title":"One or more validation errors occurred.","status":400,"errors":{"period":["x"]}}', BrokenFile,
     "validation errors"),
    ('{"error":[{"status":413,"label":"ASYNCHRONOUS_RESPONSE. Your request will be treated"}]}', BrokenFile,
     "being made"),
    (EUROSTAT, BrokenFile, "an error of the service"),
    ("error: unknown variable 'ALL_VAL_MOO'", BrokenFile, "unknown variable"),
    (STAT, UnsupportedFile, "JSON-stat, which is not read; ask the service for SDMX-CSV"),
    ('<?xml version="1.0"?><m:StructureSpecificData xmlns:m="http://x"><m:DataSet/></m:StructureSpecificData>',
     UnsupportedFile, "SDMX-ML"),
    ('{"meta": {"schema": "x"}, "data": {"dataSets": [{}]}}', UnsupportedFile, "SDMX-JSON"),
    ("freq,reporter,flow\\TIME_PERIOD\t2024-02 \t2024-03 \nM,DE,1\t1000 \t1100 p\n", UnsupportedFile, "TSV"),
    ('[{"reporterCode": 842, "primaryValue": 5}]', UnsupportedFile, "without the envelope"),
]
TABLES = [
    '[{"month": "2024-03", "partner": "China", "value": 5}]',
    '{"message": "OK", "rows": [{"month": "2024-03", "value": 5}]}',
    '{"error": null, "data": [{"month": "2024-03", "value": 5}]}',
    '{"elapsedTime": "0.1 secs", "count": 1, "data": [{"period": "202403"}], "error": ""}',
    "month,country,value\n2024-03,China,5\n",
    "error,month,value\nx,2024-03,5\n",
    "<html><body><table><tr><td>Exports</td></tr></table></body></html>",
    "",
]


@pytest.mark.parametrize(("text", "kind", "says"), STRANGERS)
def test_what_is_no_table_is_named(text: str, kind: type[InputError], says: str, tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(kind, match=says):
        refuse(path)
    for name in set(NAMES) - PAGES:
        with pytest.raises(InputError) as told:
            list(reader(name).read(path, Options()))
        assert "straddling" not in str(told.value)


@pytest.mark.parametrize("text", TABLES)
def test_tables_are_left_alone(text: str, tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_text(text, encoding="utf-8")
    refuse(path)


def test_a_quotation_mark_without_its_end(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    head = "period,reporterCode,flowCode,partnerCode,cmdCode,cmdDesc,primaryValue\n"
    path.write_text(head + '202403,842,M,156,TOTAL,"X,5\n' + "202403,842,M,392,TOTAL,X,5\n" * 700_000)
    with pytest.raises(BrokenFile, match="quotation mark without its end"):
        list(reader("comtrade").read(path, Options()))
