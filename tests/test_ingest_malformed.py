"""Files that cannot be read as they are: each is refused with one exact message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parstats.errors import InvalidData, ParstatsError
from parstats.ingest.recognise import ingest
from parstats.reference import frameworks

pytestmark = pytest.mark.usefixtures("merged_in_2025")

# Title, file, content (None: a folder, False: no file), index, options, error, messages.
CASES: list[tuple[str, str, str | bytes | bool | None, str, dict[str, Any], str, list[str]]] = [
    (
        "empty file",
        "a.csv",
        "",
        "SIPAS",
        {},
        "InvalidData",
        ["a.csv: found an empty file; expected a table; fetch or save it again"],
    ),
    (
        "only blanks",
        "a.csv",
        (" ;\n ; \n"),
        "SIPAS",
        {},
        "InvalidData",
        ["a.csv: found nothing in it; expected a table as CSV, workbook or PDF; check the file"],
    ),
    (
        "header without rows",
        "a.csv",
        "TT;Tỉnh;Chỉ số\n",
        "SIPAS",
        {"year": 2023},
        "InvalidData",
        [
            (
                "a.csv: found no table that names provinces in 2023; expected a column with the "
                "names or the codes of provinces; check the file, the sheet and the year"
            )
        ],
    ),
    (
        "no province named",
        "a.csv",
        ("TT;Tên;Chỉ số\n1;Alpha;5\n2;Beta;6\n"),
        "SIPAS",
        {"year": 2023},
        "InvalidData",
        [
            (
                "a.csv: found no table that names provinces in 2023; expected a column with the "
                "names or the codes of provinces; check the file, the sheet and the year"
            )
        ],
    ),
    (
        "folder in place of a file",
        "folder.csv",
        None,
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "folder.csv: found a folder; expected a table as CSV, workbook or PDF; name a "
                "file in it"
            )
        ],
    ),
    (
        "missing file",
        "missing.csv",
        False,
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "missing.csv: found No such file or directory; expected a readable file; check the "
                "path"
            )
        ],
    ),
    (
        "old workbook",
        "a.xls",
        b"\xd0\xcf\x11\xe0",
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.xls: found no workbook; expected a workbook; it may be cut off or a web page; "
                "fetch it again"
            )
        ],
    ),
    (
        "document",
        "a.docx",
        b"PK\x03\x04",
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.docx: found ending '.docx'; expected a table as CSV, workbook or PDF; copy the "
                "table into a spreadsheet and save it as .xlsx"
            )
        ],
    ),
    (
        "picture",
        "a.png",
        b"\x89PNG",
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.png: found ending '.png'; expected a table as CSV, workbook or PDF; save it as "
                ".xlsx or as CSV"
            )
        ],
    ),
    (
        "text named as a workbook",
        "a.xlsx",
        ("Tỉnh;Chỉ số\nHà Nội;5\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.xlsx: found no workbook; expected a workbook; it may be cut off or a web page; "
                "fetch it again"
            )
        ],
    ),
    (
        "workbook named as text",
        "a.csv",
        b"PK\x03\x04\x14\x00",
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv: found a packed file such as .docx or .xlsx under the ending .csv; expected "
                "content as the ending says, .csv; call it a.xlsx, if that is what it is"
            )
        ],
    ),
    (
        "binary named as text",
        "a.csv",
        b"\x00\x01\x02\x03Ha Noi",
        "SIPAS",
        {},
        "InvalidData",
        ["a.csv: found a binary file; expected a text; save the table as CSV in UTF-8"],
    ),
    (
        "text named as a PDF",
        "a.pdf",
        "Tỉnh;Chỉ số\n",
        "SIPAS",
        {},
        "InvalidData",
        ["a.pdf: found no PDF; expected a PDF; it may be cut off or a web page; fetch it again"],
    ),
    (
        "no year anywhere",
        "a.csv",
        ("Tỉnh;Chỉ số\nHà Nội;85,5\nHải Phòng;86,5\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv: found no year: not in a header, a column or a title, nor in the name of "
                "the sheet; expected the year of the figures; say it: --year 2023"
            )
        ],
    ),
    (
        "year without framework",
        "a.csv",
        ("Tỉnh;Chỉ số 1999\nHà Nội;85,5\nHải Phòng;86,5\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, column Chỉ số 1999: found sipas in 1999; expected a year of SIPAS, 2012 "
                "to 2026; check the year"
            )
        ],
    ),
    (
        "year of the options without framework",
        "a.csv",
        ("Tỉnh;PAPI\nHà Nội;45,5\nHải Phòng;46,5\n"),
        "PAPI",
        {"year": 2010},
        "UnknownChoice",
        [
            "unknown year of PAPI 2010: expected one of "
            + ", ".join(map(str, range(2011, frameworks.years("PAPI")[1] + 1)))
        ],
    ),
    (
        "years without a word",
        "a.csv",
        ("Tỉnh;2021;2022\nHà Nội;85,5;86\nHải Phòng;86,5;87\n"),
        "SIPAS",
        {},
        "ColumnsToMap",
        [
            (
                "a.csv, column B (2021): found a year without a word of what the figures are; "
                'expected one of sipas; say which: --map "2021=sipas", or =ignore'
            ),
            (
                "a.csv, column C (2022): found a year without a word of what the figures are; "
                'expected one of sipas; say which: --map "2022=sipas", or =ignore'
            ),
        ],
    ),
    (
        "two unlabelled scores",
        "a.csv",
        ("Tỉnh;Điểm;Kết quả\nHà Nội;85,5;86\nHải Phòng;86,5;87\n"),
        "SIPAS",
        {"year": 2023},
        "ColumnsToMap",
        [
            (
                "a.csv, column C (Kết quả): found other figures than in column B (Điểm), and both "
                "may be sipas 2023; expected one column for each series and year; say which is "
                'not: --map "Kết quả=ignore", or what it is: --map "Kết quả=SERIES"'
            )
        ],
    ),
    (
        "rank of one of two fields",
        "a.csv",
        ("Tỉnh;Cải cách thể chế;Cải cách TTHC;Xếp hạng\nHà Nội;8;9;1\nHải Phòng;7;8;2\n"),
        "PAR INDEX",
        {"year": 2023},
        "ColumnsToMap",
        [
            (
                "a.csv, column D (Xếp hạng): found a header that may mean several things; "
                "expected one of rank:par.institutions, rank:par.procedures; say which: --map "
                '"Xếp hạng=rank:par.institutions", or =ignore'
            )
        ],
    ),
    (
        "header of a series of other years",
        "a.csv",
        ("Tỉnh;Access to Information\nHà Nội;1,1\nHải Phòng;1,2\n"),
        "PAPI",
        {"year": 2011},
        "ColumnsToMap",
        [
            (
                "a.csv, column B (Access to Information): found the header of "
                "papi.transparency.access_to_information, which was not part of the framework in "
                "2011; expected a series of that year; check the source, then say what it holds: "
                '--map "Access to Information=SERIES", or =ignore'
            )
        ],
    ),
    (
        "codes as headers",
        "a.csv",
        ("Tỉnh;SC21;SC22\nHà Nội;1,1;1,2\nHải Phòng;1,2;1,3\n"),
        "PAPI",
        {"year": 2011},
        "ColumnsToMap",
        [
            (
                "a.csv: found no column of scores or ranks; its headers are 'Tỉnh', 'SC21', "
                "'SC22'; expected a header that names a series of the index, a score or a rank; "
                'say what a column is: --map "HEADER=SERIES" or --map "#C=SERIES"'
            )
        ],
    ),
    (
        "header that fits several series",
        "a.csv",
        ("Tỉnh;Kiểm soát tham nhũng trong\nHà Nội;1,1\nHải Phòng;1,2\n"),
        "PAPI",
        {"year": 2019},
        "ColumnsToMap",
        [
            (
                "a.csv, column B (Kiểm soát tham nhũng trong): found a header that may mean "
                "several things; expected one of papi.corruption_control, "
                "papi.corruption_control.limits_in_government, "
                'papi.corruption_control.limits_in_services; say which: --map "Kiểm soát tham '
                'nhũng trong=papi.corruption_control", or =ignore'
            )
        ],
    ),
    (
        "misspelled province",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85,5\nHải Phìng;86,5\nThái Xuyên;80\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 4, column Tỉnh: found 'Thái Xuyên'; expected the name of a province; "
                "perhaps Thái Nguyên or Phú Yên or Hải Dương"
            )
        ],
    ),
    (
        "province like no other",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85,5\nParis;86,5\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 3, column Tỉnh: found 'Paris'; expected the name of a province; mend "
                "the name, or take the row out"
            )
        ],
    ),
    (
        "province that two could be",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85,5\nBinh;86,5\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 3, column Tỉnh: found 'Binh'; expected the name of a province; "
                "perhaps Hòa Bình or Bắc Ninh or Hà Tĩnh"
            )
        ],
    ),
    (
        "merged province in 2025",
        "a.csv",
        ("Tỉnh;Chỉ số 2025\nLào Cai;85,5\nYên Bái;86,5\n"),
        "SIPAS",
        {"year": 2025},
        "InvalidData",
        [
            (
                "a.csv, row 3, column Tỉnh: found 'Yên Bái'; expected one of the 34 provinces "
                "since July 2025; it is part of Lào Cai since; check the year and the name"
            )
        ],
    ),
    (
        "merged province in a column of 2025",
        "a.csv",
        ("Tỉnh;Chỉ số 2024;Chỉ số 2025\nLào Cai;85,5;84\nYên Bái;86,5;85\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 3, column Tỉnh: found 'Yên Bái'; expected one of the 34 "
                "provinces since July 2025; it is part of Lào Cai since; check the year and the "
                "name"
            )
        ],
    ),
    (
        "code of another province",
        "a.csv",
        ("Mã tỉnh;Tỉnh;Chỉ số 2023\n01;Hà Nội;85,5\n31;Hải Phòng;86\n24;Bắc Ninh;86\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 4, column Mã tỉnh: found 24 beside 'Bắc Ninh'; expected 27, the code "
                "of that province; mend the code or the name"
            )
        ],
    ),
    (
        "province twice",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85,5\nHải Phòng;86,5\nHa Noi;85,6\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 4: found another score of Hà Nội in sipas 2023 than in row 2; "
                "expected one score; take one of the rows out, or mend the name"
            )
        ],
    ),
    (
        "letters for a score",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;tốt\nHải Phòng;86,5\n"),
        "SIPAS",
        {},
        "InvalidData",
        ["a.csv, row 2, column Chỉ số 2023: found 'tốt'; expected a number; write it alone"],
    ),
    (
        "two numbers in a cell",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85,5 - 86\nHải Phòng;86,5\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 2, column Chỉ số 2023: found '85,5 - 86'; expected a number; write it "
                "alone"
            )
        ],
    ),
    (
        "a sum as text",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;=B3+1\nHải Phòng;86,5\n"),
        "SIPAS",
        {},
        "InvalidData",
        [("a.csv, row 2, column Chỉ số 2023: found '=B3+1'; expected a number; write it alone")],
    ),
    (
        "mixed decimal marks",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85,5\nHải Phòng;86.5\nCà Mau;1,234\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 4, column Chỉ số 2023: found '1,234'; expected a decimal mark that "
                "can be told from one of thousands; say which it is: --decimal comma or --decimal "
                "point"
            )
        ],
    ),
    (
        "three decimals in a column without a scale that decides",
        "a.csv",
        ("Tỉnh;PAPI 2019\nHà Nội;45,123\nHải Phòng;46.234\n"),
        "PAPI",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 2, column PAPI 2019: found '45,123'; expected a decimal mark that can "
                "be told from one of thousands; say which it is: --decimal comma or --decimal "
                "point"
            ),
            (
                "a.csv, row 3, column PAPI 2019: found '46.234'; expected a decimal mark that can "
                "be told from one of thousands; say which it is: --decimal comma or --decimal "
                "point"
            ),
        ],
    ),
    (
        "score above the maximum",
        "a.csv",
        ("Tỉnh;Danh sách hộ nghèo\nHà Nội;1,5\nHải Phòng;2,6\n"),
        "PAPI",
        {"year": 2019},
        "InvalidData",
        [
            (
                "a.csv, row 3, column Danh sách hộ nghèo: found 2.6; expected 0.25 to 2.5 points "
                "(papi.transparency.poverty_lists, 2019); check the figure and the column"
            )
        ],
    ),
    (
        "score below the minimum",
        "a.csv",
        ("Tỉnh;Danh sách hộ nghèo\nHà Nội;1,5\nHải Phòng;0,1\n"),
        "PAPI",
        {"year": 2019},
        "InvalidData",
        [
            (
                "a.csv, row 3, column Danh sách hộ nghèo: found 0.1; expected 0.25 to 2.5 points "
                "(papi.transparency.poverty_lists, 2019); check the figure and the column"
            )
        ],
    ),
    (
        "percentages without a sign",
        "a.csv",
        ("Tỉnh;Cải cách TTHC\nHà Nội;95,5\nHải Phòng;96,5\n"),
        "PAR INDEX",
        {"year": 2024},
        "InvalidData",
        [
            (
                "a.csv, column Cải cách TTHC: found figures from 95.5 to 96.5, all on another "
                "scale; expected 0 to 13 points of par.procedures; say how to turn them: --map "
                '"Cải cách TTHC=par.procedures%" for percentages of the maximum, '
                '"=par.procedures/10", or "=par.procedures*1" if they are right as they are'
            ),
        ],
    ),
    (
        "percentages of an unknown maximum",
        "a.csv",
        ("Tỉnh;Cải cách tài chính công\nHà Nội;95,5\nHải Phòng;96,5\n"),
        "PAR INDEX",
        {"year": 2024, "maps": {"Cải cách tài chính công": "par.public_finance%"}},
        "InvalidData",
        [
            (
                "a.csv, column Cải cách tài chính công: found percentages of a maximum that is not "
                "known; expected points, for the maximum of par.public_finance was not published; "
                'leave the column out: --map "Cải cách tài chính công=ignore"'
            )
        ],
    ),
    (
        "rank as a span",
        "a.csv",
        ("Tỉnh;Hạng 2023\nHà Nội;3-4\nHải Phòng;5\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 2, column Hạng 2023: found '3-4'; expected a rank, as 12 or 12/63; "
                "write it alone, or leave it empty"
            )
        ],
    ),
    (
        "rank worse than the last",
        "a.csv",
        ("Tỉnh;Hạng 2023\nHà Nội;64/63\nHải Phòng;5/63\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 2, column Hạng 2023: found '64/63'; expected a rank, as 12 or 12/63; "
                "write it alone, or leave it empty"
            )
        ],
    ),
    (
        "rank of zero",
        "a.csv",
        ("Tỉnh;Hạng 2023\nHà Nội;0\nHải Phòng;5\n"),
        "SIPAS",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 2, column Hạng 2023: found '0'; expected a rank, as 12 or 12/63; "
                "write it alone, or leave it empty"
            )
        ],
    ),
    (
        "series of a long table unknown",
        "a.csv",
        (
            "Tỉnh;Năm;Tiêu chí;Điểm\n"
            "Hà Nội;2023;Cải cách thể chế;9\n"
            "Hà Nội;2023;Trồng cây;9\n"
            "Hải Phòng;2023;Cải cách thể chế;8\n"
        ),
        "PAR INDEX",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 3, column Tiêu chí: found 'Trồng cây'; expected a series of PAR "
                'INDEX; say which: --map "Trồng cây=SERIES", or =ignore'
            )
        ],
    ),
    (
        "series of a long table open",
        "a.csv",
        (
            "Tỉnh;Năm;Tiêu chí;Điểm\n"
            "Hà Nội;2023;Cải cách thể chế;9\n"
            "Hà Nội;2023;Cải cách hành;9\n"
            "Hải Phòng;2023;Cải cách thể chế;8\n"
        ),
        "PAR INDEX",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 3, column Tiêu chí: found 'Cải cách hành'; expected par, "
                "par.steering, par.steering.plan, par.steering.periodic_reports; say which: --map "
                '"Cải cách hành=SERIES", or =ignore'
            )
        ],
    ),
    (
        "year of a long table",
        "a.csv",
        ("Tỉnh;Năm;Điểm\nHà Nội;2023;89\nHải Phòng;;88\n"),
        "SIPAS",
        {},
        "InvalidData",
        ["a.csv, row 3, column Năm: found ''; expected a year; write it with four digits"],
    ),
    (
        "map of a column that is not there",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85\nHải Phòng;86\n"),
        "SIPAS",
        {"maps": {"Điểm": "sipas"}},
        "UnknownChoice",
        ["unknown column of --map 'Điểm': expected one of Tỉnh, Chỉ số 2023"],
    ),
    (
        "map to a series that is not there",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85\nHải Phòng;86\n"),
        "SIPAS",
        {"maps": {"Chỉ số 2023": "sipas.total"}},
        "UnknownChoice",
        [
            (
                "unknown series of SIPAS 'sipas.total': nearest of 46: sipas.policy, sipas, "
                "sipas.policy.quality, sipas.policy.impact, sipas.policy.accountability"
            )
        ],
    ),
    (
        "map to a word without meaning",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85\nHải Phòng;86\n"),
        "SIPAS",
        {"maps": {"Chỉ số 2023": "Điểm!"}},
        "UnknownChoice",
        [
            (
                "unknown target of --map 'Điểm!': expected one of province, code, year, series, "
                "score, rank, n_ranked, ignore, a series"
            )
        ],
    ),
    (
        "unknown sheet",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85\nHải Phòng;86\n"),
        "SIPAS",
        {"sheet": "2023"},
        "UnknownChoice",
        ["unknown sheet '2023': expected one of (a file without sheets)"],
    ),
    (
        "unknown index",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85\nHải Phòng;86\n"),
        "GDP",
        {},
        "UnknownChoice",
        ["unknown index 'GDP': expected one of PAPI, SIPAS, PAR INDEX, PCI, PAR KHANH HOA"],
    ),
    (
        "unknown decimal mark",
        "a.csv",
        ("Tỉnh;Chỉ số 2023\nHà Nội;85\nHải Phòng;86\n"),
        "SIPAS",
        {"decimal": ";"},
        "UnknownChoice",
        ["unknown decimal mark ';': expected one of comma, point"],
    ),
    (
        "dimension that is not the sum of its parts",
        "a.csv",
        (
            "Tỉnh;Thanh tra;Công khai, minh bạch;Danh sách hộ nghèo;"
            "Thu chi ngân sách;Kế hoạch sử dụng đất\n"
            "Hà Nội;;5,0;1,5;1,5;1,5\n"
            "Hải Phòng;;4,5;1,5;1,5;1,5\n"
        ),
        "PAPI",
        {"year": 2015},
        "InvalidData",
        [
            (
                "a.csv: found 5 points of Hà Nội in papi.transparency 2015; expected 4.5000, the "
                "sum of its parts; check that every column was told right, and the figures"
            )
        ],
    ),
    (
        "mistake of a data set",
        "a.csv",
        (
            "year,unit_type,unit_code,unit_name,par_index,par_rank,ranked,score_moha,score_survey\n"
            "2012,province,48,Da Nang,187.12,1,1,53.25,33.87\n"
            "2012,province,48,Hai Phong,86.12,1,1,53.25,33.87\n"
            "2012,ministry,1,MOHA,80,1,1,50,30\n"
        ),
        "PAR INDEX",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 2, column par_index: found '187.12'; expected at most 100 points "
                "(par, 2012); check the figure and its column in the source"
            ),
            (
                "a.csv, row 3, column series: found 'par'; expected one row for each year, "
                "province and series; it stands in row 2 already"
            ),
            (
                "a.csv, row 3, column series: found 'par.part.assessed'; expected one row for "
                "each year, province and series; it stands in row 2 already"
            ),
            (
                "a.csv, row 3, column series: found 'par.part.survey'; expected one row for each "
                "year, province and series; it stands in row 2 already"
            ),
            (
                "a.csv, row 3, column unit_name: found 'Hai Phong'; expected Đà Nẵng, the "
                "province with code 48; mend the code or the name"
            ),
        ],
    ),
    (
        "data set of another index",
        "a.csv",
        (
            "year,geo_code,geo_name,geo_short,geo_system,sipas_rank,sipas_index\n"
            "2015,48,Da Nang,DN,historical_63,1,95.99\n"
        ),
        "PAPI",
        {},
        "InvalidRequest",
        [('a.csv is the data set vn-sipas-provincial, which holds SIPAS: use --index "SIPAS"')],
    ),
    (
        "sheet and title of different years",
        "a.csv",
        ("Chỉ số CCHC năm 2023\nTỉnh năm 2024;Chỉ số\nHà Nội;91\nHải Phòng;92\n"),
        "PAR INDEX",
        {},
        "InvalidData",
        [
            (
                "a.csv: found other years in the title (2023) and the header of the provinces "
                "(2024); expected the year of the figures; say it: --year 2023"
            )
        ],
    ),
    (
        "second list of provinces without a header",
        "a.csv",
        ("Tỉnh;Chỉ số 2023;;\nHà Nội;91;Hải Phòng;92\nCà Mau;90;Bắc Kạn;80\n"),
        "PAR INDEX",
        {},
        "InvalidData",
        [
            (
                "a.csv, column number 3 from the left: found a second list of provinces without a "
                "header; expected a header above each list; repeat the header there, or put one "
                "list below the other"
            )
        ],
    ),
    (
        "shares of one",
        "a.csv",
        ("Tỉnh;Chỉ số CCHC\nHà Nội;0,9143\nHải Phòng;0,9187\n"),
        "PAR INDEX",
        {"year": 2023},
        "InvalidData",
        [
            (
                "a.csv, column Chỉ số CCHC: found figures from 0.9143 to 0.9187, all on another "
                'scale; expected 0 to 100 points of par; say how to turn them: --map "Chỉ số '
                'CCHC=par*100", or "=par*1" if they are right as they are'
            )
        ],
    ),
    (
        "percent in the header of a field without maximum",
        "a.csv",
        ("Tỉnh;Cải cách tài chính công (%)\nHà Nội;95,5\nHải Phòng;96,5\n"),
        "PAR INDEX",
        {"year": 2024},
        "InvalidData",
        [
            (
                "a.csv, column Cải cách tài chính công (%): found percentages of a maximum that is "
                "not known; expected points, for the maximum of par.public_finance was not "
                "published; "
                'leave the column out: --map "Cải cách tài chính công (%)=ignore"'
            )
        ],
    ),
    (
        "percent in the header and figures that may be points",
        "a.csv",
        ("Tỉnh;Cải cách TTHC (%)\nHà Nội;9,5\nHải Phòng;12\n"),
        "PAR INDEX",
        {"year": 2024},
        "InvalidData",
        [
            (
                "a.csv, column Cải cách TTHC (%): found a word or a sign of percent, and no figure "
                "above 13; expected either percentages of the maximum or points up to 13; say "
                'which: --map "Cải cách TTHC (%)=par.procedures%", or without the %'
            )
        ],
    ),
    (
        "nothing for a missing score",
        "a.csv",
        ("Tỉnh;SIPAS\nHà Nội;0\nHải Phòng;86\n"),
        "SIPAS",
        {"year": 2023},
        "InvalidData",
        [
            (
                "a.csv, row 2, column SIPAS: found 0; expected 0 to 100 points (sipas, 2023); if "
                "it stands for a missing figure, leave the cell empty"
            )
        ],
    ),
    (
        "ministry above the provinces",
        "a.csv",
        ("Đơn vị;PAR INDEX 2023\nBộ Nội vụ;88\nHà Nội;91\nHải Phòng;92\n"),
        "PAR INDEX",
        {},
        "InvalidData",
        [
            (
                "a.csv, row 2, column Đơn vị: found 'Bộ Nội vụ'; expected the name of a province; "
                "perhaps Hà Nội or Bạc Liêu"
            )
        ],
    ),
]


@pytest.mark.parametrize(
    ("name", "content", "index", "options", "error", "messages"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_file_that_cannot_be_read_says_where_what_and_what_to_do(
    name, content, index, options, error, messages, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    path = Path(name)
    if content is None:
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ParstatsError) as caught:
        ingest(path, index, **options)
    failure = caught.value
    assert type(failure).__name__ == error
    reported = map(str, failure.problems) if isinstance(failure, InvalidData) else [str(failure)]
    assert list(reported) == messages


def test_there_are_at_least_forty_of_them():
    assert len({case[0] for case in CASES}) == len(CASES) >= 40
