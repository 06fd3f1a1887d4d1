"""Names of persons, by the field, by what stands beside it, by a greeting before it and by the segment of an address.

1. A field for a first, last or full name; a field called name in something called user, or beside an e-mail address.
2. A field that holds somebody by what they are (client, patient, assignee): there a name has to read as one, in words
   with capitals, or in a script that has none.
3. A greeting where the message says who is greeted, and the segment after /customers/.
"""

from __future__ import annotations

import re

from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.members import is_person, names_thing
from taciturn.detect.shapes import NUMBER, PERSON
from taciturn.detect.view import VALUE_NAMES, View, nearby
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, ValueKind

C = Concept
NAME_KEY = Signal("name", "person.key", 0.8, "a field called first name, last name or full name")
IDENTITY = Signal("name", "person.parent", 0.4, "a name in something called user, customer or contact")
BESIDE_IDENTITY = Signal("record", "person.row", 0.5, "an e-mail address or a telephone number stands beside it")
TWO_WORDS = Signal("shape", "person.name", 0.4, "words that begin with capitals")
SCRIPT = Signal("shape", "person.script", 0.4, "a few words of a script without capitals")
WHO_KEY = Signal("name", "person.who", 0.45, "a field called client, patient or assignee")
DECLARED = Signal("dictionary", "identity", 0.4, "the vendor's field for traits of a person")
GREETED = Signal("record", "person.greeting", 0.5, "a greeting, where the message says who somebody is")
LISTED = Signal("record", "person.segment", 0.5, "the segment of an address after one called customers or patients")

_LINES = 20000  # characters of a log in one field
_BESIDE = 64  # leaves of a row that are looked at: more is a list

NAME_VALUE = re.compile(r"[^\W\d_][\w'’. \u05be\u2010\u2011-]{0,60}")
PLACEHOLDER = re.compile(
    r"^(?:true|false|null|none|undefined|anonymous|unknown|guest|n/a)$|\*{2,}|\{\{|^\$|^%|^\[.*\]$|^<.*>$"
)
# Chinese and Korean names have two to four signs, Japanese ones up to six with a space; the others two or three words.
SCRIPT_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff\u3040-\u30ff]{1,4}[ \u3000・][\u4e00-\u9fff\u3040-\u30ff]{1,5}"
    r"|[\uac00-\ud7af]{2,4}"
    r"|[\u0590-\u05ff'\"]{2,15}(?: [\u0590-\u05ff'\"]{2,15}){1,2}|[\u0600-\u06ff]{2,15}(?: [\u0600-\u06ff]{2,15}){1,3}"
    r"|[\u0900-\u097f]{2,15}(?: [\u0900-\u097f]{2,15}){1,2}"
)
# Names of Japan, China and Korea, which are written without a blank or with one in the middle: beside an address only.
_EASTERN = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]"
_EASTERN_NAME = re.compile(rf"(?=.{{2,8}}$){_EASTERN}{{1,5}}[ \u3000]?{_EASTERN}{{1,4}}")
_FIRMS = frozenset(
    """gmbh ag kg inc ltd llc corp corporation company co sa srl spa bv oy ab as group holding bank
    versicherung insurance
    systems solutions technologies software services media agency agentur studio labs partners consulting industries
    university universität school hospital klinik clinic foundation stiftung verein council association
    international
    global internet explorer safari firefox chrome opera edge android windows iphone browser api sdk bot
    crawler service
    worker server client user customer guest visitor anonymous unknown none default test demo admin new
    returning regular
    gold silver premium basic free trial active inactive house haus hotel restaurant park center centre
    world there everyone everybody team all friend friends kitty kollegen zusammen monde
    mundo mondo""".split()
)
_WORD = re.compile(r"[^\W\d_]+")
GREETINGS = """
    hello hi hey dear welcome welcome_back good_morning good_afternoon good_evening hallo willkommen
    willkommen_zurück
    guten_tag guten_morgen guten_abend moin bonjour bonsoir bienvenue salut hola bienvenido bienvenida buenos_días
    ciao benvenuto benvenuta buongiorno bentornato bentornata olá bem-vindo bem-vinda hej hei välkommen velkommen
    tervetuloa dzień_dobry witaj cześć здравствуйте привет добро_пожаловать вітаємо merhaba hoş_geldin
    hoş_geldiniz ahoj
    dobrý_den vítejte szia üdvözöljük γεια_σου bine_ai_venit bună welkom welkom_terug
"""
_GREETING_WORDS = "|".join(sorted((word.replace("_", " ") for word in GREETINGS.split()), key=len, reverse=True))
GREETING_SIGN = rf"(?:^|\x00)(?i:{_GREETING_WORDS})[,!]? "
_GREETING = re.compile(rf"(?:{_GREETING_WORDS})[,!]? (?:frau |herr |mr\.? |mrs\.? |ms\.? |mme |señora? |pani? )?", re.I)
_GREETED = re.compile(rf"{PERSON.pattern}|[^\W\d_a-z][^\W\d_]{{2,20}}(?=[!,.]|$)")
_LOGGED_KEYS = (
    "client|customer|user|name|patient|owner|kunde|klient|osoba|person|contact|sender|recipient|assignee|guest"
)
LOGGED_SIGN = rf"(?i:{_LOGGED_KEYS})[=:] ?[\"'\u201c\u00ab]"
_LOGGED = re.compile(rf"([\w.-]{{0,30}}(?i:{_LOGGED_KEYS}))[=:] ?([\"'“«])([^\"'“”«»\n=]{{3,60}})[\"'”»]")
PERSON_SEGMENTS = frozenset(
    """customers customer clients client patients patient contacts contact people persons person employees
    employee tenants
    kunden kunde patienten klienten mitarbeiter kontakte clientes cliente pacientes paciente clienti
    pazienti klienci
    pacjenci klanten asiakkaat kunder клиенты клиент пациенты müşteriler hastalar zákazníci candidates
    applicants bewerber
    profile profiles users user members_of""".split()
)


_NOBODY = (
    C.ID | C.COUNT | C.DATE | C.EMAIL | C.PHONE | C.LINK | C.TOKEN | C.SIZE | C.GROUP | C.PRODUCT | C.TRIAL | C.CODE
    | C.FILE | C.ADDRESS | C.PICTURE
)  # fmt: skip


def named(view: View, leaf: Leaf) -> None:
    """A name in a field that says so."""
    text = leaf.text.strip()
    own = leaf.own
    if not own & (C.FIRST_NAME | C.LAST_NAME | C.NAME | C.WHO) or PLACEHOLDER.search(text) or NUMBER.fullmatch(text):
        return
    words = view.info(leaf).words
    if own & (C.FIRST_NAME | C.LAST_NAME):
        if words[-1:] in (("fn",), ("ln",), ("first",), ("last",)) and not _identity_row(view, leaf):
            return  # alone these are a language, a line or a position as often as a name
        if (
            NAME_VALUE.fullmatch(text)
            and not own & (C.FILE | C.HASHED | C.CODE)
            and not view.around(leaf) & (C.CODE | C.TRIAL)
        ):
            view.hit("person.name", leaf, NAME_KEY)
    elif own & C.NAME:
        _name(view, leaf, text)
    if own & C.WHO:
        _who(view, leaf, text)


def _name(view: View, leaf: Leaf, text: str) -> None:
    own, around = leaf.own, view.around(leaf)
    if own & (C.FILE | C.GROUP | C.PRODUCT | C.CODE | C.TRIAL | C.ASSET):
        return
    if not NAME_VALUE.fullmatch(text) or names_thing(text) or around & (C.CODE | C.TRIAL | C.PRODUCT | C.ASSET):
        return
    script = SCRIPT_NAME.fullmatch(text) is not None or _EASTERN_NAME.fullmatch(text) is not None
    if (around | own) & C.PERSON:
        view.hit("person.name", leaf, IDENTITY)
    elif (PERSON.fullmatch(text) or script) and _identity_row(view, leaf):
        view.hit("person.name", leaf, BESIDE_IDENTITY)
    else:
        return
    if " " in text and text[:1].isupper():
        view.hit("person.name", leaf, TWO_WORDS)
    elif script:
        view.hit("person.name", leaf, SCRIPT)


def _who(view: View, leaf: Leaf, text: str) -> None:
    """Somebody by what they are. What a firm, a program or a state of something is called is nobody."""
    own, around = leaf.own, view.around(leaf)
    if own & _NOBODY or around & (C.CODE | C.TRIAL | C.PRODUCT | C.ASSET):
        return
    if _is_somebody(text):
        view.hit("person.name", leaf, TWO_WORDS)
    elif SCRIPT_NAME.fullmatch(text):
        view.hit("person.name", leaf, SCRIPT)
    elif "nickname" in view.info(leaf).words and NAME_VALUE.fullmatch(text) and _identity_row(view, leaf):
        view.hit("person.name", leaf, BESIDE_IDENTITY)
    else:
        return
    view.hit("person.name", leaf, WHO_KEY)


def _identity_row(view: View, leaf: Leaf) -> bool:
    """Whether an e-mail address, a telephone number or a date of birth stands in the same row or list of attributes."""
    rows = [leaf.row]
    if leaf.name in VALUE_NAMES:
        pair = leaf.row if leaf.row.name not in VALUE_NAMES or leaf.row.parent is None else leaf.row.parent
        rows = pair.parent.rows if pair.parent is not None and pair.parent.is_array else rows
    return any(
        x is not leaf and (x.own & (C.EMAIL | C.PHONE | C.BIRTH) or "@" in x.text)
        for row in rows
        for x in nearby(row, 1)
    )


def declared(view: View) -> None:
    """A name beside an e-mail address or a telephone number in the vendor's field for who somebody is, whatever it is
    called there."""
    rows = {id(hit.leaf.row): hit.leaf.row for hit in view.of_kind("person.email", "person.phone")}
    for row in rows.values():
        for leaf in row.leaves[:_BESIDE]:
            if view.roles.get(leaf) != "identity" or leaf.role is not Role.VALUE or leaf.own & (C.GROUP | C.PRODUCT):
                continue
            if _is_somebody(leaf.text.strip()) or SCRIPT_NAME.fullmatch(leaf.text.strip()):
                view.hit("person.name", leaf, DECLARED)
                view.hit("person.name", leaf, BESIDE_IDENTITY)


def greeted(view: View, leaf: Leaf) -> None:
    """ "Welcome back, Ada!" where an e-mail address says that somebody is signed in."""
    if leaf.kind is not ValueKind.STRING or leaf.role is not Role.VALUE:
        return
    match = _GREETING.match(leaf.text)
    name = _GREETED.match(leaf.text, match.end()) if match else None
    if name is None or names_thing(name[0]) or not _FIRMS.isdisjoint([w.lower() for w in _WORD.findall(name[0])]):
        return
    view.hit("person.name", leaf, GREETED, *name.span())
    view.hit("person.name", leaf, TWO_WORDS, *name.span())


def logged(view: View, leaf: Leaf) -> None:
    """A pair in a line of a log: client="Ada Okoro"."""
    if leaf.role is not Role.VALUE or len(leaf.text) > _LINES:
        return
    for match in _LOGGED.finditer(leaf.text):
        own = key_info(match[1]).own
        of_somebody = own & (C.WHO | C.FIRST_NAME | C.LAST_NAME) or (own & C.PERSON and not own & (C.ID | C.GROUP))
        if of_somebody and not own & (C.FILE | C.PRODUCT | C.CODE | C.TRIAL) and _is_somebody(match[3].strip()):
            view.hit("person.name", leaf, WHO_KEY, *match.span(3))
            view.hit("person.name", leaf, TWO_WORDS, *match.span(3))


def _is_somebody(text: str) -> bool:
    return is_person(text) and _FIRMS.isdisjoint([word.lower() for word in _WORD.findall(text)])


def in_addresses(view: View) -> None:
    """/kunden/Dr. Ottokar Prinz/: whoever a page is about."""
    for leaf, _ in view.group_pages(PERSON_SEGMENTS):
        text = leaf.text.strip()
        plain = text.replace("+", " ") if " " not in text else text
        if _is_somebody(plain):
            view.hit("person.name", leaf, LISTED)
            view.hit("person.name", leaf, TWO_WORDS)
