"""The constant for each data type and shape: what a receiver's parser still takes."""

from __future__ import annotations

import base64
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.model.datatype import DATA_TYPES
from taciturn.operators.constants import constant, is_constant

HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
B64 = base64.b64encode(bytes.fromhex(HEX)).decode()


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("file.name", "q3.xlsx", "redacted"),
        ("file.path", "/Clients/Acme", "redacted"),
        ("file.size", "1.2 GB", "0"),
        ("file.size", "532,118 bytes", "0"),
        ("file.date", "1614556800", "1000000000"),
        ("file.date", "1614556800123", "1000000000000"),
        ("file.date", "1614556800.25", "1000000000.0"),
        ("file.date", "2021-03-08", "1970-01-01"),
        ("file.date", "2021-03-08T14:12:33Z", "1970-01-01T00:00:00Z"),
        ("file.date", "2021-03-08T14:12:33.123+02:00", "1970-01-01T00:00:00.000+00:00"),
        ("file.date", "2021-03-08 14:12", "1970-01-01 00:00"),
        ("file.date", "08/03/2021", "01/01/1970"),
        ("file.date", "8.3.21", "01.01.01"),
        ("file.date", "2021/03/08 9:41", "1970/01/01"),
        ("file.date", "Mon, 08 Mar 2021 14:12:33 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("file.date", "Mon Mar 08 2021 14:12:33 GMT+0100 (CET)", "Thu Jan 01 1970 00:00:00 GMT+0000"),
        ("file.date", "20210308", "19700101"),
        ("file.date", "20210308141233", "19700101000000"),
        ("file.date", "8 March 2021", "1970-01-01"),
        ("file.date", "2021年3月14日 9:41", "1970-01-01"),
        ("group.id", "1740226619557023", "0"),
        ("group.id", "R3JvdXA6ODgyMTA0", "redacted"),
        ("group.id", "6d1f4c1e-51a2-4b7c-9a6e-0c55d2f1b3aa", "00000000-0000-0000-0000-000000000000"),
        ("group.name", "Night Shift Nurses", "redacted"),
        ("group.member_count", "13,874", "0"),
        ("group.post", "We meet on Monday", "[redacted]"),
        ("member.picture", "https://cdn.example/1.jpg", "https://redacted.invalid/"),
        ("member.picture", "//cdn.example/1.jpg", "https://redacted.invalid/"),
        ("member.picture", "1.jpg", "redacted"),
        ("person.name", HEX, "0" * 64),
        ("person.email", "Ida <ida@example.org>", "redacted@redacted.invalid"),
        ("person.email_hash", HEX, "0" * 64),
        ("person.email_hash", HEX.upper(), "0" * 64),
        ("person.email_hash", B64, "A" * 43 + "="),
        ("person.email_hash", B64.rstrip("="), "A" * 43),
        ("person.email_hash", "none", "redacted"),
        ("person.phone", "+44 7700 900317", "+10000000000"),
        ("person.phone", "447700900317", "10000000000"),
        ("person.birthdate", "1979-02-08", "1970-01-01"),
        ("person.birthdate", HEX, "0" * 64),
        ("person.birthdate", "1979", "1970"),
        ("person.birthdate", "08", "01"),
        ("person.birthdate", "8", "1"),
        ("location.geo", "52.3731", "0"),
        ("location.geo", "52.3731,4.8922", "0,0"),
        ("location.geo", "Shrewsbury", "redacted"),
        ("location.ip", "26.143.77.201", "0.0.0.0"),
        ("location.ip", "2001:db8::1", "::"),
        ("location.geo", "ab" * 32, "0" * 64),
        ("payment.iban", "DE02 1203 0000 0000 2020 51", "redacted"),
        ("payment.card", "4111111111111111", "0"),
        ("person.id_number", "12345678Z", "redacted"),
        ("content.page_text", "Settlement offer", "[redacted]"),
        ("credential.token", HEX, "redacted"),
        ("credential.token", "1234567890", "redacted"),
        ("", "anything", "redacted"),
    ],
)  # fmt: skip
def test_constant_of_a_text(kind: str, value: str, expected: str) -> None:
    assert constant(kind, value, is_number=False) == expected
    assert is_constant(expected)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("file.size", "1048576", "0"),
        ("file.date", "1614556800", "1000000000"),
        ("file.date", "1614556800123", "1000000000000"),
        ("file.date", "-5", "0"),
        ("file.date", "1.6e9", "0"),
        ("person.phone", "447700900317", "0"),
        ("group.id", "1740226619557023", "0"),
        ("", "3.5", "0"),
    ],
)
def test_constant_of_a_number(kind: str, value: str, expected: str) -> None:
    assert constant(kind, value, is_number=True) == expected


@given(st.sampled_from(list(DATA_TYPES)), st.text(max_size=30), st.booleans())
def test_constant_holds_no_long_part_of_the_value(kind: str, value: str, is_number: bool) -> None:
    new = constant(kind, value, is_number)
    assert is_constant(new)
    assert not any(value[at : at + 5] in new for at in range(len(value) - 4) if value[at : at + 5].strip("0A1-:. ,/*T"))


def test_constant_dates_are_parsed_by_the_usual_readers() -> None:
    iso = constant("file.date", "2021-03-08T14:12:33.123Z", is_number=False)
    assert datetime.fromisoformat(iso).year == 1970
    assert parsedate_to_datetime(constant("file.date", "Mon, 08 Mar 2021 14:12:33 GMT", is_number=False)).year == 1970
    for value, scale in (("1614556800", 1), ("1614556800123", 1000), ("1614556800123456", 10**6)):
        seconds = int(constant("file.date", value, is_number=False)) / scale
        assert datetime.fromtimestamp(seconds).year == 2001


def test_constant_telephone_is_no_number_that_anybody_has() -> None:
    number = phonenumbers.parse(constant("person.phone", "+44 7700 900317", is_number=False))
    assert not phonenumbers.is_valid_number(number)


def test_constant_addresses_lead_nowhere() -> None:
    assert constant("person.email", "ida@example.org", is_number=False).endswith("@redacted.invalid")
    assert (
        urlsplit(constant("member.picture", "https://cdn.example/1.jpg", is_number=False)).hostname
        == "redacted.invalid"
    )
