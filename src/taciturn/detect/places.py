"""Where a person is: degrees of latitude and longitude, town and postal code, public IP address.

1. Degrees count in pairs, with three decimals, which is a hundred metres (fewer are a region), and where something says
   that they are a position: an accuracy beside them, a name around them, or whoever the message identifies. Beside a
   shop, a marker or a map they say where that is.
2. A town or a postal code counts beside somebody: in the fields of a person, of an address, or in a row with a name,
   an e-mail address or a telephone number.
3. An IP address counts by its field. Ranges that nobody is reached by (private, documentation, unspecified) and
   addresses of machines do not.
"""

from __future__ import annotations

import ipaddress
import re

from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import VALUE_NAMES, View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row, ValueKind

C = Concept
DEGREES_KEY = Signal("name", "geo.key", 0.5, "a field called latitude or longitude")
DEGREES = Signal("shape", "geo.degrees", 0.3, "degrees with three decimals or more")
PAIR = Signal("record", "geo.pair", 0.4, "latitude and longitude stand together")
PLACE_KEY = Signal("name", "place.key", 0.45, "a field called city or postal code")
OF_PERSON = Signal(
    "record", "place.person", 0.5, "somebody's name, e-mail address or telephone number stands beside it"
)
IDENTIFIED = Signal("record", "place.message", 0.35, "the message says who somebody is")
IDENTITY = Signal("dictionary", "identity", 0.5, "the vendor's field for traits of a person")
OWN_PLACE = Signal("name", "place.own", 0.8, "a field called home town or billing city")
IP_KEY = Signal("name", "ip.key", 0.5, "a field called IP address")
PUBLIC = Signal("shape", "ip.public", 0.5, "an address of the public Internet")

_DEGREES = re.compile(r"-?\d{1,3}[.,]\d{3,}")
_PAIR = re.compile(r"\s*[\[(]?\s*(-?\d{1,3}\.\d{3,20})\s*[,;/ ]\s*(-?\d{1,3}\.\d{3,20})\s*[\])]?\s*")
_TOWN = re.compile(r"[^\W\d_][^\d_<>{}|=@/]{1,60}")
_POSTAL = re.compile(r"(?=[A-Za-z -]{0,4}\d)[A-Za-z0-9][A-Za-z0-9 -]{2,10}")
_POSTAL_WORDS = frozenset(
    """zip zipcode zp plz postleitzahl postal postalcode postcode codepostal códigopostal codigopostal cep
    индекс postnummer
    postinumero psč psc irányítószám 郵便番号 邮编 우편번호 kodpocztowy code""".split()
)
_OWN_PLACES = frozenset("home billing shipping delivery user customer residence birth hometown wohnort".split())
_NOWHERE = frozenset("unknown none null undefined not available redacted true false".split())
_THINGS = frozenset(
    """store stores shop shops venue hotel property listing poi marker markers map center viewport bounds
    restaurant branch
    filiale filialen airport station warehouse dealer dealers event office offices server host edge pop
    datacenter colo
    product products stock pickup clinic school destination origin from to weather""".split()
)
_POSITIONS = frozenset(
    """location locations geo gps geolocation geoip position pos coords coordinates coordinate whereabouts standort
    ubicación ubicacion localisation posizione posición localização locatie lokalizacja położenie местоположение
    координаты konum sijainti plats τοποθεσία 位置 현재위치 client device visitor user
    home""".split()
)
"""What something is called that says where somebody is."""
_MEASURED = frozenset("accuracy acc altitude heading speed genauigkeit précision precision exactitud точность".split())
"""What a receiver of positions measures beside them."""
_MACHINES = frozenset(
    """server host dns gateway proxy edge peer target destination dest upstream node pod local private internal bind
    anonymize resource resources network iface interface timing version versions""".split()
)
_BEFORE = (
    r"(?:^|(?<=[ ,\[])|(?<=for=))"  # what may stand before an address: versions stand behind a slash or a semicolon
)
_IPV4 = re.compile(_BEFORE + r"\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_IPV6 = re.compile(_BEFORE + r"(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![\w:.])")
_BESIDE = 64

TRIGGER = Trigger(
    concepts=C.PLACE | C.COORD,
    text=r"(?:^|[\x00 ,\[]|for=)(?:\d{1,3}(?:\.\d{1,3}){3}(?:[^\w.]|$)|(?:[0-9A-Fa-f]{0,4}:){3,7})",
)


def detect_places(view: View) -> None:
    known = bool(view.of_kind("person.email", "person.phone", "person.name", "person.email_hash", "person.phone_hash"))
    for leaf in view.candidates(TRIGGER):
        if leaf.role is not Role.VALUE or len(leaf.text) < 2 or len(leaf.text) > 200:
            continue
        if leaf.own & C.NETWORK:
            _address(view, leaf)
        elif leaf.own & C.COORD:
            _degrees(view, leaf, known)
        elif leaf.own & C.PLACE and leaf.kind is not ValueKind.LITERAL:
            _town(view, leaf, known)


# ---------------------------------------------------------------------- degrees


def _degrees(view: View, leaf: Leaf, known: bool) -> None:
    if _is_of_thing(view, leaf):
        return
    match = _PAIR.fullmatch(leaf.text)
    if match is not None:
        if _is_pair(match[1], match[2]):
            for signal in (DEGREES_KEY, PAIR, DEGREES):
                view.hit("location.geo", leaf, signal)
        return
    if not _DEGREES.fullmatch(leaf.text):
        return
    row = leaf.row
    others = [x for x in row.leaves[:_BESIDE] if x is not leaf and _DEGREES.fullmatch(x.text)]
    if row.is_array:
        told = len(others) == 1
    else:
        told = any(x.own & C.COORD and x.name != leaf.name for x in others)
    told = told and (known or _is_position(view, leaf))
    if told and abs(float(leaf.text.replace(",", "."))) <= 180:
        for signal in (DEGREES_KEY, PAIR, DEGREES):
            view.hit("location.geo", leaf, signal)


def _is_position(view: View, leaf: Leaf) -> bool:
    """Whether a name around degrees, or in theirs, or beside them says that they are where somebody is."""
    if view.around(leaf) & (C.PERSON | C.ADDRESS | C.WHO):
        return True
    if not _POSITIONS.isdisjoint(_words_around(view, leaf)):
        return True
    return any(not _MEASURED.isdisjoint(view.info(x).words) for x in leaf.row.leaves[:_BESIDE])


def _words_around(view: View, leaf: Leaf) -> set[str]:
    """The words of a leaf's name and of those of the three rows around it."""
    words = {*view.info(leaf).words}
    row: Row | None = leaf.row
    for _ in range(3):
        if row is None:
            break
        words.update(key_info(row.name).words)
        row = row.parent
    return words


def _is_pair(first: str, second: str) -> bool:
    one, other = abs(float(first)), abs(float(second))
    return min(one, other) <= 90 and max(one, other) <= 180 and (one, other) != (0.0, 0.0)


def _is_of_thing(view: View, leaf: Leaf) -> bool:
    """Whether a place is a shop's, a map's or a machine's."""
    if view.around(leaf) & (C.PRODUCT | C.CODE | C.ASSET | C.TRIAL) or leaf.own & (
        C.PRODUCT | C.TRIAL | C.COUNT | C.ID
    ):
        return True
    return not _THINGS.isdisjoint(_words_around(view, leaf))


# ---------------------------------------------------------------------- towns


def _town(view: View, leaf: Leaf, known: bool) -> None:
    """`known`: the message says who somebody is."""
    text = leaf.text.strip()
    words = view.info(leaf).words
    postal = not _POSTAL_WORDS.isdisjoint(words) or "".join(words) in _POSTAL_WORDS
    shape = _POSTAL if postal else _TOWN
    if not shape.fullmatch(text) or text.lower() in _NOWHERE or "***" in text or _is_of_thing(view, leaf):
        return
    if view.roles.get(leaf) == "identity":
        view.hit("location.geo", leaf, IDENTITY)
    if not _OWN_PLACES.isdisjoint(words):
        view.hit("location.geo", leaf, OWN_PLACE)
    elif _is_of_person(view, leaf):
        view.hit("location.geo", leaf, OF_PERSON)
    elif known:
        view.hit("location.geo", leaf, IDENTIFIED)
    else:
        view.hit("location.geo", leaf, PLACE_KEY)
        return
    view.hit("location.geo", leaf, PLACE_KEY)


def _is_of_person(view: View, leaf: Leaf) -> bool:
    if view.around(leaf) & (C.PERSON | C.ADDRESS | C.WHO):
        return True
    row: Row | None = leaf.row
    if leaf.name in VALUE_NAMES and row is not None:
        row = row.parent
    told = C.EMAIL | C.PHONE | C.FIRST_NAME | C.LAST_NAME | C.BIRTH
    return row is not None and bool(row.told & told)


# ---------------------------------------------------------------------- the network's addresses


def _address(view: View, leaf: Leaf) -> None:
    """Each public address in a field for one; forwarding headers hold several."""
    words = set(view.info(leaf).words) | set(key_info(leaf.row.name).words)
    if not _MACHINES.isdisjoint(words) or view.around(leaf) & (C.ASSET | C.CODE):
        return
    for match in (*_IPV4.finditer(leaf.text), *_IPV6.finditer(leaf.text)):
        if _is_public(match[0]):
            view.hit("location.ip", leaf, IP_KEY, *match.span())
            view.hit("location.ip", leaf, PUBLIC, *match.span())


def _is_public(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_global
    except ValueError:
        return False
