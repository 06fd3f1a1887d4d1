"""Words of many languages that the shapes are made of, one list a purpose. `_` stands for a space.

A word may be a small pattern (`files?`); none of them repeats without a bound.
"""

from __future__ import annotations


def any_of(words: str) -> str:
    """The words as one group of a regular expression, the longest first."""
    return "(?:" + "|".join(sorted((word.replace("_", " ") for word in words.split()), key=len, reverse=True)) + ")"


DOCUMENTS = """
    pdf doc docx docm dot dotx xls xlsx xlsm xlsb ppt pptx pps ppsx odt ods odp odg rtf txt csv tsv tex epub mobi
    msg eml pst vcf ics bak sql sqlite mdb accdb kdbx kdb pem p12 pfx ovpn dcm dwg dxf psd indd sketch fig gpx kml
    vsd vsdx qbw heic heif cr2 nef wpd hwp ott xps djvu azw3 kmz step stl blend aep prproj drawio mpp md log gdoc
    gsheet numbers pages key wps abw parquet ipynb asc gpg crt cer rdp ofx qif
"""
"""Extensions of files that people write, scan or are sent."""

MEDIA = """
    jpg jpeg png tif tiff bmp raw gif webp avif mp3 wav m4a flac ogg aac mp4 m4v mov avi mkv webm mpg mpeg wmv zip
    rar 7z tar gz tgz bz2 xz iso dmg exe apk msi db json xml yaml yml ini conf cfg bin
"""
"""Extensions of pictures, films, sound, archives and settings: a site has many of its own."""

VERBS = """
    preview previewed open opened download downloaded downloading view viewed viewing delete deleted rename
    renamed share shared edit editing copy move restore upload uploaded uploading show select selected save saved
    print attach attached remove file document click clicked cannot could_not failed_to öffnen vorschau
    herunterladen löschen datei aperçu ouvrir télécharger supprimer abrir descargar vista_previa eliminar apri
    scarica открыть скачать プレビュー read loading processing of for from to the user button link a div span td li
"""
"""What a button says before the name of a file."""

UNITS = r"""
    [KMGTP]i?B [KMGTP]o ko kB kb bytes? octets? Bytes? B КБ МБ ГБ ТБ Кб Мб Гб байт байта байтов ك\.ب م\.ب ج\.ب
    كيلوبايت ميغابايت キロバイト バイト 字节 Mio Kio Gio MB GB TB KB mb gb
"""
"""Units of bytes, as they stand behind a number."""

MONTHS = """
    jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september
    october november december januar februar märz mai juni juli oktober dezember janvier février mars avril juin
    juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre
    octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre januari
    februari maart mei augustus января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia janeiro
    fevereiro março maio junho julho setembro outubro novembro dezembro
"""
"""Months, long and short."""

MEMBERS = r"""
    members mitglieder membres miembros membri membros участник\w* leden członk\w* メンバー üye
"""
"""Members, in words beside a number."""

THINGS = r"""
    files? items? documents? folders? photos? Dateien Dokumente fichiers documents archivos documentos file
    elementi файл\w*
"""
"""What a folder holds, in words beside a number."""

IN_WORDS = """
    in dans en von em в
"""
"""Between the things and the folder."""

ABOUT_FILES = r"""
    files? folders? documents? drive dateien ordner dokumente fichiers dossiers? archivos carpetas? documentos
    файлы папк\w
"""
"""Words of a title that speaks of files."""

PAGE_WORDS = """
    groups? members? community communities page home about settings events? photos files messages? log_?in sign
    privacy terms help join invite new view all see more search leave share
"""
"""Words of a group's page that no person is called."""
