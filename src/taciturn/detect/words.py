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
    gsheet numbers pages key wps abw parquet ipynb asc gpg crt cer rdp ofx qif hwpx odf mbox p7m p7s rvt sas7bdat
    dta sav qbb ged cdr lnk webloc fdf xfdf fb2 xfdl eps
"""
"""Extensions of files that people write, scan or are sent."""

MEDIA = """
    jpg jpeg png tif tiff bmp raw gif webp avif mp3 wav m4a flac ogg aac mp4 m4v mov avi mkv webm mpg mpeg wmv zip
    rar 7z tar gz tgz bz2 xz iso dmg exe apk msi db json xml yaml yml ini conf cfg bin opus amr 3gp vob pkpass
"""
"""Extensions of pictures, films, sound, archives and settings: a site has many of its own."""

VERBS = """
    preview previewed open opened download downloaded downloading view viewed viewing delete deleted rename
    renamed share shared edit editing copy move restore upload uploaded uploading show select selected save saved
    print attach attached remove file document click clicked cannot could_not failed_to öffnen vorschau
    herunterladen löschen datei aperçu ouvrir télécharger supprimer abrir descargar vista_previa eliminar apri
    scarica открыть скачать プレビュー read loading processing of for from to the user button link a div span td li
    export_as save_as exported exporting
"""
"""What a button says before the name of a file."""

UNITS = r"""
    [KMGTP]i?B [KMGTP]o ko kB kb bytes? octets? Bytes? B КБ МБ ГБ ТБ Кб Мб Гб байт байта байтов ك\.ب م\.ب ج\.ب
    مب كب kt Mt Gt Kt Мбайт Кбайт एमबी केबी जीबी 바이트 킬로바이트 메가바이트 メガバイト 兆字节 千字节 מ״ב ק״ב MB KB
    كيلوبايت ميغابايت キロバイト バイト 字节 Mio Kio Gio MB GB TB KB mb gb [מקג]"ב किलोबाइट मेगाबाइट
    [Kk]ilobytes? [Mm]egabytes? [Gg]igabytes? [Kk]ilooctets? [Mm]égaoctets?
"""
"""Units of bytes, as they stand behind a number."""

MONTHS = """
    jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september
    october november december januar februar märz mai juni juli oktober dezember janvier février mars avril juin
    juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre
    octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre januari
    februari maart mei augustus января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia janeiro
    fevereiro março maio junho julho setembro outubro novembro dezembro maj augusti desember des tammikuuta
    helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta
    joulukuuta ledna února března dubna května června července srpna září října listopadu prosince január február
    március április május június július augusztus szeptember október ianuarie februarie martie aprilie iunie iulie
    septembrie octombrie noiembrie decembrie ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım
    aralık січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня ιανουαρίου
    φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου जनवरी
    फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर يناير فبراير مارس أبريل مايو يونيو يوليو
    أغسطس سبتمبر أكتوبر نوفمبر ديسمبر ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר янв
    фев мар апр июн июл авг сен окт ноя дек janv févr avr juil déc ene abr ago dic gen mag giu lug set ott mrt mei
    okt des oca şub nis haz tem ağu eyl eki kas ara sty lut kwi cze lip sie wrz paź lis gru ιαν φεβ μαρ απρ μαΐ ιουν
    ιουλ αυγ σεπ οκτ νοε δεκ fev out dez
"""
"""Months, long and short."""

MEMBERS = r"""
    members mitglieder membres miembros membri membros участник\w* leden członk\w* メンバー üye miembro\w* socios
    sócios alunos alumnos élèves schüler\w* pupils students players participants teilnehmer\w* partecipanti
    iscritti jäsentä medlemmer medlemmar členů tagok μέλη учасник\w* חברים सदस्य 会員 成员 成員 회원 roster
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

DAYS = """
    yesterday today gestern heute hier aujourd'hui ayer hoy ieri oggi gisteren vandaag вчера сегодня
    вчора сьогодні wczoraj dziś dzisiaj igår idag i_går i_dag eilen tänään ontem hoje dün bugün včera
    dnes tegnap ma ieri azi χθες σήμερα कल आज أمس اليوم 昨天 今天 昨日 今日 本日 어제 오늘
"""
"""Days by their distance: dates only beside a file."""

AGO = r"""
    \d{1,2}_(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)_ago
    vor_\d{1,2}_(?:Sekunden?|Minuten?|Stunden?|Tag(?:en)?|Wochen?|Monat(?:en)?|Jahr(?:en)?)
    il_y_a_\d{1,2}_(?:secondes?|minutes?|heures?|jours?|semaines?|mois|ans?)
    hace_\d{1,2}_(?:segundos?|minutos?|horas?|días?|semanas?|mes(?:es)?|años?)
    há_\d{1,2}_(?:segundos?|minutos?|horas?|dias?|semanas?|mês|meses|anos?)
    \d{1,2}_(?:secondi|minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi])_fa
    \d{1,2}_(?:seconden|minuten|uur|dag(?:en)?|we(?:ek|ken)|maand(?:en)?|jaar)_geleden
    \d{1,2}_(?:минут\w?|час\w{0,2}|д(?:ень|ня|ней)|недел[юиь]|месяц\w{0,2}|год|года|лет)_назад
    \d{1,2}_?(?:分|時間|日|週間|か月|年)前 \d{1,2}_?(?:分钟|小时|天|周|个月|年)前 \d{1,2}_?(?:분|시간|일|주|개월|년)_전
"""
"""Times by their distance, with a number."""
