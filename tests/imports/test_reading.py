"""Any CSV file that people send is read, or refused with one clear sentence."""

import csv
import gzip
import io
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.imports import reading
from crm.imports.reading import Limits, UnreadableFile, open_csv

PEOPLE = [
    ["Name", "E-mail", "City", "Notes"],
    ["Zoë Groß", "zoe@shop.example", "München", "likes €; and “quotes”"],
    ["Ñandú Peña", "nandu@shop.example", "Córdoba", "two\nlines"],
]


def written(rows, *, delimiter=",", ending="\r\n"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(rows)
    return out.getvalue()


def cells(table):
    return [row.cells for row in table.rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(encoding, delimiter):
    table = open_csv(written(PEOPLE, delimiter=delimiter).encode(encoding))

    assert table.headers == PEOPLE[0]
    assert cells(table) == PEOPLE[1:]


@pytest.mark.parametrize(
    ("encoding", "word"), [("cp1250", "Żółć gęślą jaźń"), ("cp1251", "Иван Петров, Москва")]
)
def test_other_countries_encodings_are_estimated_and_said(encoding, word):
    lines = "\n".join([f"{word} {number};x" for number in range(40)])

    table = open_csv(f"name;note\n{lines}\n".encode(encoding))

    assert next(table.rows()).cells == [f"{word} 0", "x"]
    assert table.notes


def test_a_file_joined_from_two_encodings_loses_nothing():
    many = "".join(f"Zoë {number},München\n" for number in range(20)).encode()

    table = open_csv(b"name,city\n" + many + "José,Córdoba\n".encode("cp1252"))

    assert cells(table)[-1] == ["José", "Córdoba"]
    assert "Windows-1252" in table.notes[0]


def test_rows_know_their_line_as_an_editor_counts_it():
    text = 'name,note\n\nAda,"one\ntwo"\n\nBob,three\n'

    rows = list(open_csv(text.encode()).rows())

    assert [(row.line, row.cells) for row in rows] == [
        (3, ["Ada", "one\ntwo"]),
        (6, ["Bob", "three"]),
    ]


def test_ragged_rows_are_filled_up_or_marked():
    text = "name,email,city,owner\nAda,a@x.example\nBob,b@x.example,Bonn,kim,5,6\nCopyright 2024\n"

    short, long, footer = open_csv(text.encode()).rows()

    assert short.cells == ["Ada", "a@x.example", "", ""]
    assert (long.line, long.problem) == (
        3,
        "Has 6 values where there are 4 columns;"
        " a value that holds the delimiter may lack its quotation marks.",
    )
    assert footer.problem == "Has 1 value where there are 4 columns."


@pytest.mark.parametrize(
    "bad",
    [
        '"Bob,b@x.example,Bonn',  # open to the end of the file
        'Bob,"b@x.example,Bonn',
        'Bob,b@x.example,"Bonn',
    ],
)
@pytest.mark.parametrize("between", [1, 9000])
@pytest.mark.parametrize(
    "last", ["Eve,e@x.example,Bern", 'Eve,e@x.example,"Bern"', '"Eve",e,"Bern"']
)
def test_a_quotation_mark_left_open_costs_its_line_alone(bad, between, last):
    rest = "Kim,k@x.example,Köln\n" * between
    text = f'name,email,city\nAda,a@x.example,"Rome\nItaly"\n{bad}\n{rest}{last}\n'

    first, second, *others = open_csv(text.encode()).rows()

    assert first.cells[2] == "Rome\nItaly"
    assert (second.line, second.problem) == (4, "A quotation mark on line 4 is not closed.")
    assert not any(row.problem for row in others)
    assert [row.line for row in others] == list(range(5, 5 + between + 1))
    assert (others[-1].cells[0], others[-1].cells[2]) == ("Eve", "Bern")


def test_quotation_marks_left_open_everywhere_cost_their_lines_and_no_more():
    text = "name,email,city\n" + 'Bob,"b,Bonn\n' * 500 + "Eve,e@x.example,Bern\n"

    rows = list(open_csv(text.encode()).rows())

    assert rows[0].problem == "A quotation mark on line 2 is not closed."
    assert re.fullmatch(
        r"A quotation mark on line (\d+) is not closed; lines \1 to \d+ were not read.",
        rows[-2].problem,
    )
    assert rows[-1].cells == ["Eve", "e@x.example", "Bern"]


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_quotation_mark_left_open_on_the_last_line_is_said(end):
    rows = list(open_csv(f'name,email\nAda,a@x.example\n"Bob,b@x.example{end}'.encode()).rows())

    assert [row.problem for row in rows] == ["", "A quotation mark on line 3 is not closed."]


def test_values_that_hold_quotation_marks_are_left_alone():
    text = 'name,note\nAda,6" pipe\nBob,"said ""hi\nthere"""\nEve,"a "b" c"\n'

    assert cells(open_csv(text.encode())) == [
        ["Ada", '6" pipe'],
        ["Bob", 'said "hi\nthere"'],
        ["Eve", 'a b" c"'],
    ]


def test_one_column_is_said_to_be_one():
    *_, row = open_csv(b"email\na@x.example\nb@x.example\nc@x.example,b,c\n").rows()

    assert "where there is 1 column;" in row.problem


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [300, 5000, 200_000])
def test_bytes_that_are_no_text_are_refused(seed, size):
    with pytest.raises(UnreadableFile, match="This is no text"):
        open_csv(random.Random(seed).randbytes(size))


def test_zero_characters_and_empty_lines_are_left_out():
    table = open_csv(b"name,email\n\nA\x00da,a@x.example\n,,\n \n")

    assert cells(table) == [["Ada", "a@x.example"]]


def test_a_header_repeated_inside_is_no_row():
    text = "name,email\nAda,a@x.example\nname,email\nBob,b@x.example\n"

    assert [row[0] for row in cells(open_csv(text.encode()))] == ["Ada", "Bob"]


def test_a_file_without_a_header_gets_names_for_its_columns():
    table = open_csv(b"Ada,ada@x.example,2024-01-02\nBob,bob@x.example,2024-01-03\n")

    assert (table.has_header, table.headers) == (False, ["Column 1", "Column 2", "Column 3"])
    assert len(cells(table)) == 2


def test_somebody_may_say_whether_there_is_a_header():
    table = open_csv(b"Ada,Berlin\nBob,Bonn\n", header=False)

    assert cells(table) == [["Ada", "Berlin"], ["Bob", "Bonn"]]


def test_a_title_above_the_header_is_passed_over():
    text = "Report: all deals\n\nDeal,Stage,Amount\nBig,Won,100\nSmall,Lost,5\n"

    table = open_csv(text.encode())

    assert table.headers == ["Deal", "Stage", "Amount"]
    assert [row.line for row in table.rows()] == [4, 5]
    assert table.notes == ["Passed over what stands above line 3."]


def test_the_separator_hint_of_excel_is_obeyed():
    table = open_csv(b"sep=;\nname;note\nAda;a,b,c\nBob;d,e,f\n")

    assert (table.headers, cells(table)[0]) == (["name", "note"], ["Ada", "a,b,c"])


def test_headers_are_never_empty_and_never_twice():
    table = open_csv(b"name,labels,labels,,\nAda,a,b,c,\n")

    assert table.headers == ["name", "labels", "labels (2)", "Column 4"]


def test_quotes_escaped_by_backslashes_and_single_quotes_are_read():
    escaped = open_csv(b'name,note,city\n"Ada","said \\"hi, you\\"",Rome\n"Bob","ok",Bonn\n')
    single = open_csv(b"'name','note'\n'Ada','one, two'\n'Bob','three'\n")

    assert cells(escaped)[0] == ["Ada", 'said "hi, you"', "Rome"]
    assert cells(single)[0] == ["Ada", "one, two"]


def test_old_line_endings_and_one_column_are_read():
    assert cells(open_csv(b"email\ra@x.example\rb@x.example")) == [["a@x.example"], ["b@x.example"]]


def test_an_open_upload_is_read_again_and_left_open():
    upload = io.BytesIO(written(PEOPLE).encode())

    table = open_csv(upload)

    assert cells(table) == cells(table) == PEOPLE[1:]
    assert not upload.closed


def test_a_path_is_streamed(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(written(PEOPLE), encoding="utf-8", newline="")

    assert open_csv(str(path)).sample(1) == PEOPLE[1:2]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \r\n", "The file is empty"),
        (b"PK\x03\x04....xl/workbook.xml", "an Excel workbook"),
        (gzip.compress(b"a,b", mtime=0), "compressed"),
        (b"%PDF-1.7", "a PDF"),
        (b"<!DOCTYPE html><p>Log in", "a web page"),
        (b"x," * 600 + b"\n1\n", "at most 500 can be imported"),
        (b"long " * 200 + b",b\n", "may not be a header"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(content, sentence):
    with pytest.raises(UnreadableFile, match=sentence):
        open_csv(content)


def test_a_missing_or_large_file_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="No such file"):
        open_csv(tmp_path / "none.csv")
    with pytest.raises(UnreadableFile, match="at most 1 MB"):
        open_csv(b"a,b\n" * 400_000, limits=Limits(bytes=reading.MEGABYTE))


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\ufeff"), max_size=12)
LEADING = st.sampled_from(["alpha", "Bärbel", "x y", "7,5", 'a "b" c', "line\nline"])


@given(rows=st.lists(st.tuples(LEADING, WORDS, WORDS), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_what_was_written_as_csv_is_read_back(rows):
    expected = [list(row) for row in rows]

    table = open_csv(written([["first", "second", "third"], *rows]).encode(), header=True)

    assert cells(table) == expected
