"""What fields are called: words of ten languages, split out of camel, snake and kebab case, mapped to concepts.

A name is evidence of its own family ("name"); it is looked up once and cached, since a site uses the same few names
over and over. The cache is bounded: names are chosen by others.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache


class Concept:
    """Bits. Plain integers: they are combined for every field of every message, and an IntFlag costs a microsecond."""

    FILE = 1 << 0
    FOLDER = 1 << 1
    NAME = 1 << 2
    TITLE = 1 << 3
    SIZE = 1 << 4
    DATE = 1 << 5
    GROUP = 1 << 6
    MEMBER = 1 << 7
    PERSON = 1 << 8
    FIRST_NAME = 1 << 9
    LAST_NAME = 1 << 10
    EMAIL = 1 << 11
    PHONE = 1 << 12
    PICTURE = 1 << 13
    COUNT = 1 << 14
    ID = 1 << 15
    TOKEN = 1 << 16
    PASSWORD = 1 << 17
    POST = 1 << 18
    TEXT = 1 << 19  # words a person reads on a page: labels, inner text, messages
    LINK = 1 << 20  # addresses of things on a page
    CODE = 1 << 21  # stack frames, modules, scripts: names of programs, not of documents
    ASSET = 1 << 22  # resources a page loads
    TRIAL = 1 << 23  # experiments, advertising, pricing: groups and names that are no people's
    PRODUCT = 1 << 24
    BIRTH = 1 << 25
    ADDRESS = 1 << 26
    HASHED = 1 << 27
    SEARCH = 1 << 28
    QUERYABLE = 1 << 29  # keys that open something when they stand in an address
    TEAM = 1 << 30  # a group of people where its members are named, else a sports result or a lesson
    PLACE = 1 << 31  # a town or its postal code
    COORD = 1 << 32  # degrees of latitude and longitude
    NETWORK = 1 << 33  # an IP address
    PAYMENT = 1 << 34  # the number of a card
    CITIZEN = 1 << 35  # numbers that a state gives a person
    ASKED = 1 << 37  # a search, where a parameter of a page's address is called so
    WHO = 1 << 36  # a field that holds a person by what they are to somebody: client, patient, assignee


C = Concept

_WORDS: dict[int, str] = {
    C.FILE: """
        file files filename filenames fname document documents doc docs attachment attachments upload
        uploads uploaded download downloads blob fichier fichiers datei dateien dokument dokumente archivo
        archivos documento documentos arquivo arquivos файл файлы документ документы 文件 檔案 文档 ファイル 文書 plik
        pliki bestand bestanden allegato allegati dosya anhang adjunto preview filepath filesize pj 파일 ملف
        basename objectname asset_name attachmentname pièce piece jointe ekler soubor soubory dokumenti fájl
        fișier αρχείο קובץ फ़ाइल दस्तावेज़ tiedosto fil filer dokumentnamn sheet spreadsheet workbook skan
        scan
    """,
    C.FOLDER: """
        folder folders dir directory directories filepath folderpath fullpath localpath uploadpath objectkey
        pfad ordner verzeichnis carpeta carpetas ruta pasta pastas caminho cartella percorso chemin папка
        путь каталог フォルダ 文件夹 katalog foldername subfolder album مجلد klasor mappe mapp kansio složka
        priečinok dosar φάκελος תיקייה फ़ोल्डर klasör 폴더 資料夾 directorio répertoire repertoire drawer
    """,
    C.NAME: """
        name names nom noms nombre nombres nome nomi имя название наименование 名前 名称 氏名 姓名 naam isim adi
        nazwa navn namn displayname username fullname filename groupname membername label اسم 이름 nominativo
        namen nimi nimike jméno jmeno meno név nev nume όνομα שם नाम ім'я імя назва ismi ad имена naziv ime
        caption full full_name completo
    """,
    C.TITLE: "title titel titre titulo titolo заголовок tytul タイトル 标题 headline subject betreff",
    C.SIZE: """
        size bytes byte filesize taille octets groesse größe grosse tamano tamaño tamanho dimensione размер
        サイズ 大小 grootte boyut rozmiar kb mb len length contentlength contentsize filelength storlek 크기 حجم
        koko størrelse storrelse velikost veľkosť velkost méret meret dimensiune μέγεθος גודל आकार розмір
        объем wielkosc wielkość 容量 weight weightbytes peso poids octet ukuran sizes lengths tailles größen
        tamaños размеры
    """,
    C.DATE: """
        date dates modified mtime ctime uploadedat lastmodified created changed updated datum fecha дата
        изменен 日付 更新日 日期 uploaddate added uploaded modifiedat updatedat createdat datemodified modificado
        modifie geaendert geändert muokattu endret ændret ändrad andrad upraveno upraveny módosítva
        modificat modificata τροποποιήθηκε שונה змінено değiştirildi degistirildi 수정 수정일 更新日時 作成日 gewijzigd
        zmodyfikowano lastedited edited editedat touched received sent lastchange
    """,
    C.GROUP: """
        group groups groupe groupes gruppe gruppen grupo grupos gruppo gruppi группа группы グループ 群组 群 groep
        groepen grup grupa community communities circle roster kreis 그룹 مجموعة groupname groupid choir chor
        гурт група parish ward lodge guild congregation troop ομάδα קבוצה समूह ryhmä selbsthilfe gid gname
        gtitle grouptitle coro koor squad squads
    """,
    C.TEAM: """
        team teams squad squads class classroom klasse klassen clase classe turma turmas klasa klasy класс
        класса club clubs verein association society chapter union league crew équipe equipe equipo equipos
        squadra takım takim zespół zespol команда チーム 团队 團隊 팀 курс kurs course corso curso vereniging
        forening förening csoport skupina laget
    """,
    C.MEMBER: """
        member members membre membres mitglied mitglieder miembro miembros membro membros участник участники
        メンバー 成员 lid leden uye üye czlonek członek participant participants attendee attendees author authors
        admin admins administrator administrators moderator moderators friend friends follower followers
        poster commenter roster teilnehmer membername 회원 عضو pupil pupils student students patient patients
        player players singer singers parishioner parishioners resident residents volunteer volunteers tutor
        coach trainer convenor convener leader captain child children kids alumno alumnos alumna aluno
        alunos aluna élève eleve élèves eleves schüler schueler schülerin alunno alunni öğrenci ogrenci
        ученик ученики учень учні partecipante partecipanti participante participantes iscritto iscritti
        socio socios socia socie sócio sócios jugador jugadores joueur joueurs spieler spielerin gracz
        gracze zawodnik membru membri μέλος μέλη учасник учасники участников учасників член члены חבר חברים
        सदस्य 成員 参加者 參加者 会員 medlem medlemmer medlemmar jäsen jasen člen clen tag tagok sängerin sänger osoby
        spillere spelare pelaajat singers jugadores joueurs spielerinnen giocatori игроки teilnehmerin
        teilnehmerinnen
        dancers volunteers ehrenamtliche
        memberlist invited people persons lineup staff employees guests invitees subscribers brothers sisters uczeń
        uczniowie 멤버 أعضاء membercount mitgliederzahl ledenaantal medlemsantal
    """,
    C.PERSON: """
        fullname displayname usr user users customer customers client clients kunde kunden person persona
        persons people contact contacts profile traits recipient patient employee invitee invitees lead
        owner sender buyer guest subscriber visitor usuario utilisateur benutzer nutzer пользователь клиент
        ユーザー 用户 cliente klant given given_name identity enduser who participantes
    """,
    C.FIRST_NAME: """
        firstname first fn givenname given vorname prenom prénom fname forename voornaam förnamn fornavn
        etunimi jmeno křestní keresztnév prenume ім'я имя_отчество
    """,
    C.LAST_NAME: """
        lastname last ln familyname surname nachname nom apellido apellidos cognome фамилия sobrenome
        achternaam lname efternamn etternavn sukunimi příjmení prijmeni vezetéknév прізвище фамилии soyad
        soyadı
    """,
    C.EMAIL: """
        email emails mail emailaddress courriel correo почта メール 邮箱 em hem sem uhem e-mail epost eposta
        posta mejl sähköposti sahkoposti ταχυδρομείο אימייל ईमेल пошта електронна メールアドレス 이메일
        correoelectronico useremail emailaddr
    """,
    C.PHONE: """
        phone phones tel telephone phonenumber mobile mobil handy telefon telefono teléfono téléphone
        телефон 電話 电话 ph hpn uhpn cell cellphone whatsapp msisdn fax telefone telefoon cellulare cellulari
        celular portable móvil movil telemóvel telemovel mobiltelefon puhelin matkapuhelin telefonnummer phoneno gsm
        тел моб τηλέφωνο טלפון फ़ोन 휴대폰 전화 手机 手機 携帯 contactnumber
    """,
    C.PICTURE: """
        picture pictures avatar avatars photo photos image images img pic pics bild foto imageurl thumbnail
        portrait icon thumb thumburl miniatura headshot gravatar fotografia 写真 头像 アイコン
    """,
    C.COUNT: """
        count counts total num number anzahl membercount cnt nombre количество 人数 numberof aantal headcount
        people_total total_people peopletotal memberstotal totalmembers wieviele antal määrä počet liczba
        πλήθος संख्या кількість 会員数 mitgliederzahl ledenaantal medlemsantal
    """,
    C.ID: "id ids uid gid guid identifier key pk nr no number",
    C.TOKEN: """
        token tokens accesstoken authtoken auth authorization signature sig jwt bearer refreshtoken idtoken
        sessiontoken resettoken apitoken secret credential credentials sessionid sid otp magic invite ticket
    """,
    C.PASSWORD: """
        password passwd pwd pass passwort kennwort motdepasse contrasena contraseña senha пароль パスワード 密码
        wachtwoord passphrase pin
    """,
    C.POST: """
        post posts message messages msg comment comments beitrag beitraege kommentar story stories reply
        publication mensaje сообщение пост txt wall posttext posts_text
    """,
    C.TEXT: """
        text innertext textcontent buttontext eltext label value aria arialabel alt title caption message
        content description body html innerhtml headline heading linktext elementtext tooltip placeholder
        summary note notes reason string exception error detail details snippet quote texte inhalt
    """,
    C.LINK: """
        url href link uri destination src location referrer referer page pageurl pagelocation documenturl
        linkurl target
    """,
    C.CODE: """
        frame frames stack stacktrace stackframes abspath module modules script scripts sourceurl sourcemap
        bundle bundles lib library libraries package packages function component components lineno colno
        filename_ runtime sdk plugin plugins loader worker dependency dependencies instrumentation
    """,
    C.ASSET: """
        resource resources asset assets static css font fonts stylesheet initiator chunk logo banner hero sprite
        favicon
    """,
    C.TRIAL: """
        experiment experiments variant variants variation variations ab abtest test tests flag flags feature
        features cohort bucket ad ads adgroup adset campaign campaigns creative audience segment segments
        pricing plan plans tier utm rule rules consent cookie cookies recording sample placement promo promotion
        treatment holdout color colour palette theme channel tab menu limits limit quota
    """,
    C.PRODUCT: """
        product products sku skus cart contents catalog catalogue variantid brand price prices currency order
        orders quantity qty offer offers produkt produit articulo
    """,
    C.BIRTH: """
        birthday birthdate birth dob dateofbirth geburtstag geburtsdatum naissance nacimiento bday db
        nascimento nascita
        urodzenia geboortedatum fødselsdato födelsedatum syntymäaika doğumtarihi doğum рождения народження narození
        születési születésidő γέννησης 生年月日 出生日期 생년월일 לידה الميلاد जन्मतिथि
    """,
    C.ADDRESS: """
        address street adresse strasse straße direccion dirección indirizzo rue addr streetaddress line1
        адрес address1
        addressline domicile domicilio endereço endereco logradouro morada adres ulica gata gatuadress
        katuosoite osoite
        straat anschrift wohnanschrift utca lakcím sokak adresa 住所 地址 주소 כתובת عنوان पता διεύθυνση адреса
        улица вулиця
        calle
    """,
    C.HASHED: "hash hashed sha256 sha1 md5 ud udff hem hpn uhem uhpn advancedmatching sem enc",
    C.SEARCH: """
        search query q searchterm searchquery keyword keywords kw suche suchbegriff suchwort suchanfrage term ss
        searchstring searchtext searchphrase searched recherche buscar busqueda búsqueda busca pesquisa cerca
        ricerca поиск запрос zoek zoekterm zoekopdracht szukaj szukana fraza sök søg søk sokord haku hakusana
        hledat hledani arama aranan keres keresés αναζήτηση חיפוש بحث 検索 搜索 搜尋 검색 검색어 खोज пошук caută cautare
        oss
    """,
    C.ASKED: "s wd nkw",
    C.PLACE: """
        city town cityname stadt wohnort ort ville ciudad cidade città citta miasto город stad kota şehir sehir
        város varos město mesto oraș oras πόλη עיר مدينة 市区町村 城市 도시 शहर місто kaupunki zip zipcode zp plz
        postleitzahl postal postalcode postcode codepostal códigopostal codigopostal cep индекс postnummer
        postinumero psč
        psc irányítószám ταχυδρομικός 郵便番号 邮编 우편번호 kodpocztowy hometown
    """,
    C.COORD: """
        lat latitude latitud latitudine breitengrad широта 緯度 纬度 위도 lng lon long longitude longitud longitudine
        längengrad laengengrad долгота 経度 经度 경도 latlng latlon latlong lnglat lonlat coords coordinates
        coordinate coordenadas coordonnées koordinaten gps geopoint geolocation
    """,
    C.NETWORK: "ip ipaddress ipaddr uip clientip userip remoteip ipv4 ipv6 forwarded remoteaddr",
    C.PAYMENT: """
        cardnumber cardno ccnumber ccnum creditcard creditcardnumber kreditkarte kreditkartennummer kartennummer
        cartebancaire numcarte tarjeta numtarjeta cartão numcartao
    """,
    C.WHO: """
        client customer kunde kundin klient klientka cliente клиент клієнт πελάτης ασθενής müşteri musteri
        zákazník zakaznik asiakas
        patient patientin paciente paziente pacjent pacjentka пациент hasta pacient potilas pasient
        person persona persone osoba kişi kisi человек henkilö 人 personne pessoa
        kunden patienten klienten pacientes pazienti pacjenci klienci klanten clienti clientes клиенты пациенты
        müşteriler hastalar guest gast hôte huésped ospite hóspede гость misafir vieras gjest gäst host
        owner besitzer inhaber propriétaire proprietario propietario właściciel владелец sahibi
        recipient empfänger empfaenger destinataire destinatario odbiorca получатель alıcı mottaker mottagare
        sender absender expéditeur remitente mittente nadawca отправитель gönderen
        sharedwith geteiltmit nickname nick spitzname pseudo apodo assignee bearbeiter tenant mieter
        kontaktperson ansprechpartner caller buyer käufer acheteur comprador employee mitarbeiter mitarbeiterin
        applicant bewerber bewerberin candidate kandidat beneficiary betreuer opiekun guardian
    """,
    C.CITIZEN: """
        cpf dni nie nif bsn burgerservicenummer pesel personnummer ahv avs ahvnummer codicefiscale fiscale
        nir numérosécu insee steuerid steueridnr idnr
    """,
    C.QUERYABLE: """
        token accesstoken auth authorization signature sig key code ticket session sessionid secret jwt invite
        otp
    """,
}

_LOOKUP: dict[str, int] = {}
for _concept, _text in _WORDS.items():
    for _word in _text.split():
        _LOOKUP[_word] = _LOOKUP.get(_word, 0) | _concept

_SPLIT = re.compile(r"[^\W_]+", re.UNICODE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class KeyInfo:
    """What a field name says. `own` joins the concepts of its words; `words` are kept for rules of thumb."""

    __slots__ = ("own", "words")

    def __init__(self, own: int, words: tuple[str, ...]) -> None:
        self.own = own
        self.words = words


_NO_FILES = frozenset("queue batch buffer pool page cache chunk window screen viewport font sample heap flush".split())
"""What has a size and is no file."""
_NO_WORDS = frozenset("params param string_params count results type engine engines id ids position index time".split())
"""What is said of a search beside its words."""
_NODES = frozenset((("child", "nodes"), ("child", "node"), ("child", "list"), ("class", "name"), ("class", "list")))
"""What a page's tree is made of: its children go to no school class."""


@lru_cache(maxsize=8192)
def key_info(name: str) -> KeyInfo:
    """The concepts of one field name, e.g. `cd[fileSize]` -> FILE | SIZE."""
    if not name or len(name) > 200:
        return KeyInfo(0, ())
    flat = unicodedata.normalize("NFC", name)
    words = tuple(word.lower() for part in _SPLIT.findall(flat) for word in _CAMEL.split(part) if word)
    if words in _NODES:
        return KeyInfo(0, words)
    found = 0
    for word in words:
        found |= _LOOKUP.get(word, 0) or _LOOKUP.get(word.rstrip("0123456789"), 0)
    if len(words) > 1:
        # first+name, last+modified, access+token: two words that mean something only together
        for left, right in itertools.pairwise(words):
            found |= _LOOKUP.get(left + right, 0)
    if found & Concept.SIZE and not _NO_FILES.isdisjoint(words):
        found &= ~Concept.SIZE
    if found & Concept.SEARCH and (found & Concept.TRIAL or not _NO_WORDS.isdisjoint(words)):
        found &= ~Concept.SEARCH
    return KeyInfo(found, words)


def context(names: list[str], depth: int = 3) -> int:
    """The concepts of the nearest names around a field."""
    found = 0
    for name in names[:depth]:
        found |= key_info(name).own
    return found
