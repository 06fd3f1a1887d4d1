"""Events in three fields: a category, an action and a label, as analytics have known them for twenty years.

The kind of thing stands in the category's value ("File", "Gruppe"), not in a field's name, and what is called so in the
label. An action that people do to things of their own must stand between: sites have categories called files, too,
whose downloads are brochures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from taciturn.detect.owned import is_brochure, is_program
from taciturn.detect.shapes import NUMBER
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View, is_group_title, is_phrase
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row, ValueKind

CATEGORY = Signal("record", "event.category", 0.5, "the event's category says what its label names")
ACTION = Signal("dictionary", "event.action", 0.4, "the event's action is one that people do to things of their own")

_FILES = (
    "files?|documents?|attachments?|dateien?|dokumente?|anh[aä]nge?|fichiers?|pi[eè]ces? jointes?|archivos?|"
    "documentos?|arquivos?|ficheiros?|documenti?|bestand(?:en)?|documenten|pliki?|dokumenty|файлы?|документы?|ファイル|文件|文档|파일|문서"
)
_FOLDERS = "folders?|ordner|dossiers?|carpetas?|pastas?|cartelle?|mappen?|папк[аи]|フォルダー?|文件夹|폴더"
_GROUPS = (
    "groups?|gruppen?|groupes?|grupos?|grupp[oi]|groepen|groep|grupy|grupa|communit(?:y|ies)|"
    "групп[аы]|グループ|小组|群组|그룹"
)
_KINDS = (
    (re.compile(_FILES, re.I), "file.name"),
    (re.compile(_FOLDERS, re.I), "file.path"),
    (re.compile(_GROUPS, re.I), "group.name"),
)
TRIGGER = Trigger(text=rf"(?:^|\x00)(?i:{_FILES}|{_FOLDERS}|{_GROUPS})(?:$|\x00)")

_CATEGORIES = frozenset("ec e_c eventcategory event_category category se_ca".split())
_ACTIONS = frozenset("ea e_a eventaction event_action action se_ac".split())
_LABELS = frozenset("el e_n eventlabel event_label label name se_la eventname event_name".split())
_TO_FILES = re.compile(
    r"\W*(?:file |document |folder )?(?:preview|rename|mov(?:e|ing)|share|sharing|unshare|delet|remov|restor|upload|"
    r"sign|copy|star|vorschau|umbenenn|umbenannt|teilen|geteilt|l[oö]schen|gel[oö]scht|hochladen|hochgeladen|verschieb|"
    r"aper[cç]u|renomm|partag|suppr|d[eé]plac|t[eé]l[eé]vers|compart|elimin|borrar|subir|mover|condivi|caric|rinomin|"
    r"delen|gedeeld|verwijder|udost[eę]p|usu[nw]|przesła|переимен|удал|загру|предпросмотр|プレビュー|共有|削除|预览|分享|删除|미리보기|공유)",
    re.I,
)
_TO_GROUPS = re.compile(
    r"\W*(?:group )?(?:join|leav|left|enter|invit|creat|accept|request|open|view|beitr|beigetr|einlad|verlass|rejoin|"
    r"rejoint|quitt|unir|uni[oó]|entrar|sali|iscri|entra|deelnem|verlat|do[lł][aą]c|opu[sś]|вступ|поки|пригла|"
    r"参加|退会|加入|退出|가입|탈퇴)",
    re.I,
)
_LONGEST = 160
_BESIDE = 64  # parameters of an event


def detect_labelled(view: View) -> None:
    for leaf in view.signed(TRIGGER.sign):
        if leaf.role is not Role.VALUE or leaf.name.lower() not in _CATEGORIES:
            continue
        kind = next((kind for words, kind in _KINDS if words.fullmatch(leaf.text.strip())), "")
        if kind and _is_done(leaf.row, _TO_GROUPS if kind == "group.name" else _TO_FILES):
            for label in _labels(leaf.row, kind):
                view.hit(kind, label, CATEGORY)
                view.hit(kind, label, ACTION)


def _is_done(row: Row, done: re.Pattern[str]) -> bool:
    return any(x.name.lower() in _ACTIONS and done.match(x.text) is not None for x in row.leaves[:_BESIDE])


def _labels(row: Row, kind: str) -> Iterator[Leaf]:
    for leaf in row.leaves[:_BESIDE]:
        text = leaf.text.strip()
        if (
            leaf.name.lower() not in _LABELS
            or leaf.role is not Role.VALUE
            or leaf.kind is not ValueKind.STRING
            or not 2 < len(text) <= _LONGEST
            or NUMBER.fullmatch(text)
            or "://" in text
            or text.startswith("/")
        ):
            continue
        if kind == "group.name":
            if is_group_title(text):
                yield leaf
        elif (is_phrase(text) or not text.isascii() or "." in text) and not is_program(text) and not is_brochure(text):
            yield leaf
