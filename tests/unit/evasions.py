"""The rows of docs/reference/evasions.md as requests: what a value is written as or put into on its way to a tracker.

All values are invented. A row says what must not be readable in what leaves, and how it ends: "opened" (the value is
taken out and the rest is sent), "refused" (nothing is sent), "passes" (it leaves as it is).
"""

from __future__ import annotations

import base64
import codecs
import gzip
import json
import lzma
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from typing import Literal, NamedTuple

from requests_kit import (
    PAGE,
    address,
    b64,
    bold,
    bson,
    cbor,
    each,
    event,
    form,
    multipart,
    nested,
    packed,
    percent,
    pixel,
    track,
    url64,
    wide,
    with_header,
    zipped,
)

from taciturn.model.message import Body, Kind, Message

NAME = "Abfindung Holm.pdf"
ACCENTED = "Kündigung Holm.pdf"
MAIL = "ottilie.seidel@example.org"
PERSON = "Ottilie Seidel"
Ending = Literal["opened", "refused", "passes"]


class Row(NamedTuple):
    id: str
    ending: Ending
    messages: tuple[Message, ...]
    marks: tuple[str, ...]  # none of them may be readable afterwards

    def __repr__(self) -> str:
        return self.id


JSON = json.dumps({"type": "track", "properties": {"label": NAME}})
CYRILLIC = json.dumps({"label": "Протокол Holm.docx"}, ensure_ascii=False)
PLAIN = json.dumps({"type": "track", "properties": {"label": "ok"}})


def _rows(marks: Sequence[str], **rows: tuple[Ending, Message] | tuple[Ending, Message, Message]) -> list[Row]:
    return [
        Row(name.replace("_", "-"), ending, tuple(messages), tuple(marks)) for name, (ending, *messages) in rows.items()
    ]


def _left(name: str, written: str) -> list[Row]:
    """A writing that nothing reads: it leaves as it stands."""
    return [Row(name, "passes", (track(d=written),), (written,))]


# ---------------------------------------------------------------------- letters

LETTERS = [
    *_rows(
        ["Holm"],
        upper_case=("opened", track(label=NAME.upper())),
        decomposed_letters=("opened", track(label=unicodedata.normalize("NFD", ACCENTED))),
        composed_and_decomposed=(
            "opened",
            track(file_name="Kündigung Holm", path=f"saw {unicodedata.normalize('NFD', 'Kündigung Holm')} there"),
        ),
        ligature_in_a_copy=("opened", track(file_name="Profil Holm", label="saw Proﬁl Holm there")),
        sharp_s_in_a_copy=("opened", track(file_name="Straße Holm", label="saw STRASSE HOLM there")),
        sharp_s_before_a_copy=("opened", track(file_name="Akte Holm", label="Straße: saw AKTE HOLM there")),
        wide_letters=("opened", track(label=wide(NAME))),
        wide_digits=("opened", track(label=f"{wide('2026')} Holm.pdf")),
        wide_dot=("opened", track(label="Abfindung Holm．pdf")),
        one_dot_leader=("opened", track(label="Abfindung Holm․pdf")),
        mathematical_letters=("opened", track(label=bold(NAME))),
        zero_width_in_extension=("opened", track(label="Abfindung Holm.p\u200bdf")),
        zero_width_before_extension=("opened", track(label="Abfindung Holm\u200b.pdf")),
        soft_hyphen_in_extension=("opened", track(label="Abfindung Holm.p\u00addf")),
        zero_width_in_a_copy=("opened", track(file_name="Akte Holm", label="saw Akte Ho\u200blm there")),
        soft_hyphen_in_a_copy=("opened", track(file_name="Akte Holm", label="saw Akte Ho\u00adlm there")),
        variation_selector=("opened", track(label="Abfindung Holm.pdf\ufe0f")),
        cyrillic_in_extension=("opened", track(label="Abfindung Holm.рdf")),
        greek_in_extension=("opened", track(label="Abfindung Holm.dοc")),
        cyrillic_in_a_copy=("opened", track(file_name="Akte Holm", label="saw Akte Hоlm there")),
        cyrillic_in_name=("opened", track(label="Аbfindung Holm.pdf")),
        all_cyrillic_extension=("passes", track(label="Abfindung Holm.рсх")),
        right_to_left_override=("opened", track(label="Abfindung \u202efdp.mloH")),
        bidirectional_isolates=("opened", track(label="\u2067Abfindung Holm.\u2066pdf\u2069")),
        null_in_extension=("passes", track(label="Abfindung Holm.p\0df")),
    ),
    *_rows(
        ["ottilie"],
        soft_hyphen_in_mail=("opened", track(label="ottilie.sei\u00addel@example.org")),
        joiner_at_the_at_sign=("opened", track(label="ottilie.seidel\u200d@\u200dexample.org")),
        wide_at_sign=("opened", track(label="ottilie.seidel＠example.org")),
        small_at_sign=("opened", track(label="ottilie.seidel﹫example.org")),
        cyrillic_in_mail=("opened", track(label="оttilie.seidel@example.org, ottilie.seidel@example.org")),
        mail_at_in_brackets=("opened", track(label="ottilie.seidel [at] example [dot] org")),
        mail_at_in_parentheses=("opened", track(label="ottilie.seidel(at)example.org")),
        mail_at_as_a_word=("passes", track(label="ottilie.seidel at example dot org")),
        mail_quoted_local_part=("opened", track(label='"ottilie seidel"@example.org')),
        mail_at_an_address_literal=("opened", track(label="ottilie.seidel@[192.0.2.7]")),
        mail_with_a_comment=("passes", track(label="ottilie.seidel(privat)@example.org")),
        mail_in_upper_case=("opened", track(label=MAIL.upper())),
    ),
]

# ---------------------------------------------------------------------- escapes and encodings

ESCAPES = [
    *_rows(
        ["Holm"],
        percent_of_every_letter=("opened", pixel("x=" + "".join(f"%{byte:02x}" for byte in NAME.encode()))),
        percent_twice=("opened", pixel("x=" + percent(NAME, 2))),
        percent_three_times=("opened", pixel("x=" + percent(NAME, 3))),
        percent_seven_times=("opened", pixel("x=" + percent(NAME, 7))),
        percent_twenty_times=("refused", pixel("x=" + percent(NAME, 20))),
        percent_in_json=("opened", track(label=percent(NAME, 2))),
        percent_malformed=("opened", pixel("y=100%&x=%zz%20Holm%2Epdf")),
        percent_u=("opened", pixel("x=Abfindung%20Holm%u002epdf")),
        percent_u_of_every_letter=("opened", pixel("x=" + each("%u{:04x}", NAME))),
        overlong_utf_8=("opened", pixel("x=Abfindung%20Holm%C0%AEpdf")),
        overlong_utf_8_of_three_bytes=("opened", pixel("x=Abfindung%20Holm%E0%80%AEpdf")),
        overlong_utf_8_raw=("opened", event(JSON.encode().replace(b"Holm.", b"Holm\xc0\xae"))),
        overlong_utf_8_beside_utf_8=(
            "opened",
            event('{"a":"äöüß äöü","label":"Kündigung Holm'.encode() + b'\xc0\xaepdf"}'),
        ),
        entity_named=("opened", track(html="<a>Abfindung Holm&period;pdf</a>")),
        entity_decimal=("opened", track(html="<a>Abfindung Holm&#46;pdf</a>")),
        entity_hexadecimal=("opened", track(html="<a>Abfindung Holm&#x2E;pdf</a>")),
        entities_of_every_letter=("opened", track(html=each("&#{};", NAME))),
        entities_twice=("opened", track(html="<a>Abfindung Holm&amp;#46;pdf</a>")),
        entities_without_markup=("opened", track(label="Abfindung Holm&#46;pdf")),
        json_escapes=("opened", event('{"properties":{"label":"' + each("\\u{:04x}", NAME) + '"}}')),
        program_escapes=("opened", track(label=each("\\x{:02x}", NAME))),
        quoted_printable=("opened", track(label="Abfindung=20Holm=2Epdf")),
        json_in_json_three_times=("opened", event(nested(JSON, 3))),
        json_in_json_eight_times=("opened", event(nested(JSON, 8))),
        json_nested_too_deep=("refused", event('{"a":' * 500 + JSON + "}" * 500)),
        json_in_json_too_deep=("refused", event(nested(JSON, 14))),
        json5=("opened", event("{type:'track', properties:{label:'" + NAME + "',},} // x")),
        jsonp=("opened", event(f"callback({JSON});")),
        json_behind_a_guard=("opened", event(")]}'\n" + JSON)),
        json_then_garbage=("opened", event(JSON + "\n;garbage")),
        two_json_documents=("opened", event(PLAIN + JSON)),
        lines_with_cr_only=("opened", event(PLAIN + "\r" + JSON + "\r")),
        lines_of_json=("opened", event(PLAIN + "\r\n" + JSON + "\r\n")),
        yaml=("opened", event(f"event: open\nlabel: {NAME}\n", "text/yaml")),
        xml=("opened", event(f'<?xml version="1.0"?><e><d name="{NAME}"/></e>', "application/xml")),
        cdata=("opened", event(f"<s:Body><v><![CDATA[{JSON}]]></v></s:Body>", "text/xml")),
    ),
    *_rows(
        ["Holm"],
        base64_of_a_name=("opened", track(d=b64(NAME))),
        base64_with_line_breaks=("opened", track(d=base64.encodebytes(JSON.encode() * 2).decode())),
        base64_with_crlf_in_a_form=(
            "opened",
            form("data=" + percent(base64.encodebytes(JSON.encode()).decode().replace("\n", "\r\n"))),
        ),
        base64_url_alphabet=(
            "opened",
            track(d=base64.urlsafe_b64encode('{"label":"üÿ~?? Holm.pdf"}'.encode()).decode()),
        ),
        base64_without_padding=("opened", track(d=b64(NAME + "1").rstrip("="), e=url64(NAME))),
        base64_with_a_label=("opened", track(d="b64:" + b64(NAME))),
        base64_reversed=("opened", track(d=b64(JSON)[::-1])),
        base64_twice=("opened", track(d=b64(b64(JSON)))),
        base64_five_times=("opened", track(d=b64(b64(b64(b64(b64(JSON))))))),
        base64_between_dots=("opened", track(d=f"v1.{url64('Abfindung')}.{url64('Abfindung Holm.pdf')}")),
        hexadecimal=("opened", track(d=NAME.encode().hex())),
        hexadecimal_in_upper_case=("opened", track(d="0x" + NAME.encode().hex().upper())),
        base32=("opened", track(d=base64.b32encode(NAME.encode()).decode())),
        codes_in_a_list=("opened", track(d=list(NAME.encode()))),
    ),
    *_left("program-escapes-twice", each("\\\\u{:04x}", NAME)),
    *_left("octal-escapes", each("\\{:o}", NAME)),
    *_left("hexadecimal-with-colons", NAME.encode().hex(":")),
    *_left("ascii85", base64.a85encode(NAME.encode()).decode()),
    *_left("rot13", codecs.encode(NAME, "rot13")),
    *_left("reversed-text", NAME[::-1]),
    *_left("codes-as-words", " ".join(str(code) for code in NAME.encode())),
    *_left("spaced-letters", " ".join(NAME)),
]

# ---------------------------------------------------------------------- splitting

SPLITS = [
    Row("array-of-pieces", "passes", (track(parts=["Abfindung Ho", "lm.p", "df"]),), ("Abfindung Ho", "lm.p")),
    Row("array-of-letters", "passes", (track(parts=list(NAME)),), ("A", "p")),
    *_rows(
        ["Holm"],
        name_and_extension=("opened", track(stem="Abfindung Holm", ext="pdf")),
        name_and_extension_in_a_form=("opened", form("title=Abfindung+Holm&extension=.pdf&n=1")),
        duplicate_parameters_that_a_receiver_joins=("opened", pixel("doc=Abfindung%20Holm&doc=.pdf")),
        array_of_name_and_extension=("opened", track(parts=["Abfindung Holm", ".pdf"])),
        two_requests=("passes", track(part=1, text="Abfindung Holm"), track(part=2, text=".pdf")),
        key=("opened", track(sel={NAME: 1})),
        key_of_a_form=("opened", form("Abfindung%20Holm.pdf=1&v=2")),
        parameter_without_value=("opened", pixel("Abfindung%20Holm.pdf")),
        duplicate_members=("opened", event('{"label":"ok","label":"Abfindung Holm.pdf","label":"ok"}')),
        duplicate_parameters=("opened", pixel("x=1&x=Abfindung%20Holm.pdf&x=2")),
    ),
    *_rows(
        ["Ottilie", "Seidel"],
        given_and_family_name=("opened", track(given_name="Ottilie", family_name="Seidel")),
        members_as_keys=("opened", track(members={PERSON: 1, "Karl Brandt": 2})),
    ),
    *_rows(
        ["ottilie.seidel"],
        mail_local_part_and_domain=("opened", track(local_part="ottilie.seidel", domain="example.org")),
        mail_over_duplicate_parameters=("opened", pixel("m=ottilie.seidel@&m=example.org")),
        mail_as_a_key=("opened", track(sel={MAIL: True})),
        mail_as_a_parameter=("opened", pixel("ottilie.seidel%40example.org&j=1")),
    ),
]

# ---------------------------------------------------------------------- places

PLACES = [
    Row(
        "host-label",
        "passes",
        (address("https://abfindung-holm-pdf.www.facebook.com/tr/?id=5&ev=PageView"),),
        ("abfindung-holm-pdf",),
    ),
    *_rows(
        ["Holm"],
        header_value=("opened", with_header("x-doc", NAME)),
        header_value_in_latin_1=("opened", with_header("x-doc", "K\udcfcndigung Holm.pdf")),
        header_value_encoded_word=("passes", with_header("x-doc", "=?utf-8?B?" + b64(ACCENTED) + "?=")),
        header_name=("opened", with_header("x-abfindung-holm.pdf", "1")),
        user_agent=("opened", with_header("user-agent", "Mozilla/5.0 (X11; Linux) Viewer/1 Abfindung Holm.pdf")),
        if_none_match=("opened", with_header("if-none-match", '"Abfindung Holm.pdf"')),
        accept_language=("opened", with_header("accept-language", "de,Abfindung%20Holm.pdf;q=0.1")),
        content_type_parameter=("opened", event(PLAIN, 'text/plain; name="Abfindung Holm.pdf"')),
        content_disposition=(
            "opened",
            event(PLAIN, headers=((b"content-disposition", b'attachment; filename="Abfindung Holm.pdf"'),)),
        ),
        cookie=("opened", with_header("cookie", "a=1; last=Abfindung%20Holm.pdf")),
        cookie_name=("opened", with_header("cookie", "Abfindung_Holm.pdf=1; a=1")),
        path_segment=("opened", address("https://bam.nr-data.net/x/Abfindung%20Holm.pdf")),
        matrix_parameter=(
            "opened",
            address("https://ad.doubleclick.net/activity;src=1;u9=Abfindung%20Holm.pdf;ord=1?"),
        ),
        matrix_parameter_without_value=(
            "opened",
            address("https://ad.doubleclick.net/activity;Abfindung%20Holm.pdf;ord=1?"),
        ),
        query_with_semicolons=("opened", pixel("j=1;d=Abfindung%20Holm.pdf;z=2")),
        fragment_of_a_value=("opened", pixel("dl=https%3A%2F%2Fvault.example%2F%23Abfindung%20Holm.pdf")),
        fragment_of_the_address=("opened", address("https://www.facebook.com/tr/?id=5#Abfindung%20Holm.pdf")),
        user_of_a_value=("opened", pixel("dl=https%3A%2F%2FAbfindung%2520Holm.pdf%40vault.example%2F")),
        body_of_a_get=("opened", event(JSON, method="GET")),
        body_of_an_unknown_method=("opened", event(JSON, method="REPORT")),
        query_of_an_options_request=("opened", pixel("x=Abfindung%20Holm.pdf", method="OPTIONS")),
        websocket_message=(
            "opened",
            Message.from_url(
                "GET", "wss://ws.hotjar.com/api/v2/client/ws?v=7", (), Body(JSON.encode()), Kind.WS_OUT, PAGE
            ),
        ),
    ),
    *_rows(
        ["ottilie"],
        user_of_the_address=("opened", address("https://ottilie.seidel%40example.org:x@www.facebook.com/tr/?id=5")),
        basic_credentials=("opened", with_header("authorization", "Basic " + b64(MAIL + ":x"))),
    ),
]

# ---------------------------------------------------------------------- bodies

PART = 'Content-Disposition: form-data; name="f"'
BODIES = [
    *_rows(
        ["Holm"],
        says_gzip_is_plain=("opened", event(JSON, headers=((b"content-encoding", b"gzip"),))),
        says_brotli_is_gzip=(
            "opened",
            event(gzip.compress(JSON.encode(), mtime=0), headers=((b"content-encoding", b"br"),)),
        ),
        says_nothing_is_gzip=("opened", event(gzip.compress(JSON.encode(), mtime=0), "")),
        says_unknown_coding=("refused", event(JSON, headers=((b"content-encoding", b"compress"),))),
        says_gzip_twice=(
            "opened",
            event(
                gzip.compress(gzip.compress(JSON.encode(), mtime=0), mtime=0),
                headers=((b"content-encoding", b"gzip, gzip"),),
            ),
        ),
        says_picture_is_json=("opened", event(JSON, "image/gif")),
        says_json_is_form=("opened", form("label=" + percent(NAME), "application/json")),
        gzip_then_bytes=("refused", event(gzip.compress(JSON.encode(), mtime=0) + b"trailing bytes 0123")),
        gzip_then_the_name=("refused", event(gzip.compress(PLAIN.encode(), mtime=0) + NAME.encode())),
        gzip_of_two_members=(
            "opened",
            event(gzip.compress(PLAIN.encode(), mtime=0) + gzip.compress(JSON.encode(), mtime=0)),
        ),
        gzip_with_a_file_name=("opened", event(packed(PLAIN, name=b"Abfindung Holm.pdf"))),
        gzip_with_a_comment=("opened", event(packed(PLAIN, comment=b"Abfindung Holm.pdf"))),
        spaces_before_gzip=("refused", event(b"   " + gzip.compress(JSON.encode(), mtime=0))),
        zlib_undeclared=("opened", event(zlib.compress(JSON.encode()))),
        zip_archive=("refused", event(zipped(NAME, PLAIN), "application/zip")),
        zip_archive_stored=("refused", event(zipped("a", JSON, zipfile.ZIP_STORED), "application/zip")),
        short_cbor=("opened", event(cbor("label", NAME), "application/cbor")),
        short_bson=("refused", event(bson("label", NAME), "application/bson")),
        xz_body=("refused", event(lzma.compress(JSON.encode()))),
    ),
    *_rows(
        ["Holm"],
        multipart_file_name=("opened", multipart(f'--XX\n{PART}; filename="{NAME}"\n\nx\n--XX--\n')),
        multipart_file_name_quoted=(
            "opened",
            multipart(f'--XX\n{PART}; filename="\\"Abfindung\\" Holm.pdf"\n\nx\n--XX--\n'),
        ),
        multipart_file_name_extended=(
            "opened",
            multipart(f"--XX\n{PART}; filename*=UTF-8''K%C3%BCndigung%20Holm.pdf\n\nx\n--XX--\n"),
        ),
        multipart_field_name=(
            "opened",
            multipart(f'--XX\nContent-Disposition: form-data; name="{NAME}"\n\nx\n--XX--\n'),
        ),
        multipart_header=("opened", multipart(f"--XX\n{PART}\nX-Name: {NAME}\n\nx\n--XX--\n")),
        multipart_preamble=("opened", multipart(f"{NAME} before\n--XX\n{PART}\n\nx\n--XX--\n{NAME} after")),
        multipart_base64_part=(
            "opened",
            multipart(f"--XX\n{PART}\nContent-Transfer-Encoding: base64\n\n{b64(JSON)}\n--XX--\n"),
        ),
        multipart_odd_boundary=(
            "opened",
            multipart(f"--'(X)+_,-./:=?\n{PART}\n\n{NAME}\n--'(X)+_,-./:=?--\n", '"\'(X)+_,-./:=?"'),
        ),
        multipart_wrong_boundary=("opened", multipart(f"--REAL\n{PART}\n\n{NAME}\n--REAL--\n", "OTHER")),
        multipart_line_feeds_only=(
            "opened",
            event(f"--XX\n{PART}\n\n{NAME}\n--XX--\n", "multipart/form-data; boundary=XX"),
        ),
        multipart_in_multipart=(
            "opened",
            multipart(
                f'--XX\n{PART}\nContent-Type: multipart/mixed; boundary=YY\n\n--YY\nContent-Disposition: file; filename="{NAME}"\n\nx\n--YY--\n\n--XX--\n'
            ),
        ),
    ),
    *_rows(
        ["Holm"],
        utf_16=("opened", event(b"\xff\xfe" + JSON.encode("utf-16-le"), "application/json; charset=utf-16")),
        utf_16_without_mark=("opened", event(JSON.encode("utf-16-be"), "application/json")),
        utf_32=("opened", event(JSON.encode("utf-32-le"), "application/json; charset=utf-32")),
        utf_7=(
            "opened",
            event("{+ACI-label+ACI-:+ACI-K+APw-ndigung Holm.pdf+ACI-}", "application/json; charset=utf-7"),
        ),
        utf_7_of_the_dot=("passes", event('{"label":"Abfindung Holm+AC4-pdf"}', "application/json; charset=utf-7")),
        latin_1=(
            "opened",
            event(
                json.dumps({"label": ACCENTED}, ensure_ascii=False).encode("latin-1"),
                "application/json; charset=iso-8859-1",
            ),
        ),
        latin_1_undeclared=("opened", event(json.dumps({"label": ACCENTED}, ensure_ascii=False).encode("latin-1"))),
        windows_1251=("opened", event(CYRILLIC.encode("cp1251"), "application/json; charset=windows-1251")),
        windows_1251_undeclared=("refused", event(CYRILLIC.encode("cp1251"))),
        shift_jis=(
            "opened",
            event(
                json.dumps({"label": "契約表 Holm.pdf", "a": "表"}, ensure_ascii=False).encode("shift_jis"),
                "application/json; charset=shift_jis",
            ),
        ),
        shift_jis_undeclared=(
            "opened",
            event('{"type":"track","event":"opened","label":"契約 Holm.pdf"}'.encode("shift_jis")),
        ),
        shift_jis_mostly_undeclared=("refused", event('{"label":"契約表契約表契約表 Holm.pdf"}'.encode("shift_jis"))),
        gbk=(
            "opened",
            event(
                json.dumps({"label": "合同书 Holm.pdf"}, ensure_ascii=False).encode("gbk"),
                "application/json; charset=gbk",
            ),
        ),
        ebcdic_undeclared=("passes", event(JSON.encode("cp037"), "text/plain")),
        ebcdic=("opened", event(JSON.encode("cp037"), "text/plain; charset=cp037")),
        byte_order_mark=("opened", event(b"\xef\xbb\xbf" + JSON.encode())),
        byte_order_mark_of_a_form=("opened", form(b"\xef\xbb\xbflabel=Abfindung+Holm.pdf&a=1")),
    ),
]

# ---------------------------------------------------------------------- numbers

NUMBERS = [
    *_rows(["555-01-23"], telephone_with_separators=("opened", track(phone="+49 (0) 30 / 555-01-23"))),
    *_rows(["5550123"], telephone_in_text=("opened", track(label="call +49 30 5550123 now"))),
    *_rows(["5550123"], telephone_as_a_number=("opened", track(phone=49305550123))),
    *_rows(["４９３０"], telephone_in_wide_digits=("opened", track(phone=wide("+49305550123")))),
    *_rows(["555-HOLM"], telephone_with_letters=("passes", track(phone="+1-800-555-HOLM"))),
    *_rows(["3.4 MB"], size_beside_a_name=("opened", track(label=f"{NAME} 3.4 MB"))),
    *_rows(["four megabytes"], size_in_words=("passes", track(label=f"{NAME} four megabytes"))),
    *_rows(["fourth of May"], date_in_words=("passes", track(label=f"{NAME} the fourth of May"))),
]

ROWS: list[Row] = [*LETTERS, *ESCAPES, *SPLITS, *PLACES, *BODIES, *NUMBERS]
