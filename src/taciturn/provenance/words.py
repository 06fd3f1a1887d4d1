"""Words that every site shows: what menus, buttons, headings and columns say, in ten languages and three scripts more.

English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Turkish; then Japanese, Chinese and
Korean, whose words are counted by letters anyway. A name that is made of nothing else says nothing.
"""

from __future__ import annotations

SHOWN_EVERYWHERE = """
    about accept access account accounts action actions activity add added address admin administrator advanced album
    albums all allow an and any api app apps apply archive archived are as at attachment attachments author avatar
    back basic beta blog browse button by calendar cancel category change chat check choose clear click close code
    color column comment comments community company complete confirm connect contact contacts content continue cookie
    cookies copy create created customer customers daily dashboard data date day days default delete deleted demo
    department description desktop detail details device dialog disable disabled document documents done download
    downloads draft drafts drive edit editor email enable enabled english enter error event events example exit export
    external false favorites favourites feedback file files filter find first folder folders for forgot form forward
    free from full general get go group groups guest help hidden hide history home hour hours icon id image images img
    import in inbox info information insert inside install integration internal invite invited is item items job join
    kb key label language last latest learn legal less library like limit link links list loading location log login
    logo logout mail main manage manager mark mb media member members menu message messages minutes mobile modified
    month monthly more move my name names never new next no none note notes notification notifications of off office
    ok old on online only open options or order orders organization organisation other our out overview own owner
    owners page pages password path payment payments people permission permissions person personal phone photo photos
    picture plans please post posts preferences premium preview previous print priority privacy private pro product
    products profile project projects public publish query quick read ready recent recently refresh region register
    remove rename reply report reports request requests required reset restore result results retry return role roles
    root row rows sample save saved schedule search security select send sent server service services session set
    settings setup share shared show sign signed site size skip sort space spam standard star starred start started
    status step storage style submit subscribe subscription success support switch sync system table tag tags task
    tasks team teams template templates term terms test text the theme this time title to today toggle tool tools top
    total trash true type undo unknown unread untitled update updated updates upgrade upload uploaded uploads url use
    user username users value video videos view views visible web website week weekly welcome what with work workspace
    workspaces year yes you your
    policy policies agreement guide guides tutorial tutorials faq legal notice intro introduction quickstart contract
    draft final copy backup misc temp tmp scan screenshot recording meeting call board channel channels thread ticket
    invoice invoices receipt receipts statement statements billing subscription trial basic premium enterprise

    abbrechen abmelden alle allgemein andere anfrage ändern änderungen anmelden anmeldung ansehen ansicht anzeigen
    aktiv aktuell archiv auf aus auswählen bearbeiten beitrag beiträge benutzer benutzername bericht berichte bild
    bilder dashboard datei dateien daten datum der die das dokument dokumente ein eine einstellungen entfernen entwurf
    entwürfe ergebnis erstellen erstellt fehler fertig filtern freigeben freigegeben geändert geteilt größe gruppe
    gruppen heute hilfe hinzufügen hochladen herunterladen ja kalender keine konto kontakt kontakte kopieren kunden
    laden link liste löschen mehr mein meine mit mitglied mitglieder nachricht nachrichten name neu neue neuer neues
    nein nicht oder öffnen ordner papierkorb passwort person personen projekt projekte seite schließen senden
    sicherheit speichern sprache startseite suche suchen teilen termine team typ übersicht und umbenennen unbenannt
    unternehmen verein verschieben verwalten vorschau weiter willkommen zuletzt zurück zur

    accueil actualités actualiser ajouter aide annuler aperçu application apparence autres avec bienvenue bouton
    calendrier chercher client clients compte confirmer connexion contenu copier corbeille créer création date dans de
    déconnexion dernier dernière des description détails document documents dossier dossiers du données enregistrer
    ensemble envoyer équipe erreur est et événement exporter fermer fichier fichiers général gérer groupe groupes
    image images importer informations inscription la langue le les lien liste lire mes message messages mettre
    modifié modifier mon mot nom non notes notifications nouveau nouvel nouvelle options ou oui ouvrir page par
    paramètres partagé partager passe personnes photo photos plus précédent préférences profil projet projets
    rechercher recherche récent récents renommer réponse répondre retour sans sécurité sélectionner société suivant
    supprimer sur taille télécharger titre tous tout toute type un une utilisateur utilisateurs valider voir votre vos

    abrir aceptar actividad activo actualizar agregar ajustes añadir archivo archivos asunto atrás ayuda bienvenido
    borrador borrar buscar búsqueda calendario cambiar cancelar carpeta carpetas cerrar cliente clientes compartido
    compartir comunidad con configuración contactos contenido contraseña copiar correo crear cuenta datos de del
    descargar descripción detalles documento documentos editar el elementos eliminar en enviar equipo error estado
    evento eventos fecha foto fotos general grupo grupos guardar hoy idioma imagen imágenes importar información
    iniciar inicio ir la las lista los más mensaje mensajes mi miembro miembros mis modificado mostrar mover nombre
    notas nueva nuevo ninguno no opciones página papelera para perfil persona personas por proyecto proyectos reciente
    recientes renombrar salir seguridad seleccionar sesión siguiente sin sitio tamaño tareas tipo título todo todos
    todas tu un una usuario usuarios ver vista volver y

    aggiungi aiuto altri altro annulla aperto apri area attività avanti azienda benvenuto calendario cancella cartella
    cartelle cerca chiudi clienti condiviso condividi conferma con contatti contenuto copia crea da dati del della di
    elenco elimina esci evento eventi generale gruppi gruppo home il immagini impostazioni indietro invia iscritti la
    le lingua lista membri messaggi messaggio modifica modificato mostra nome note nuova nuovo oggi pagina password
    per persone più preferenze preferiti profilo progetti progetto recenti ricerca rinomina salva scarica seleziona
    sicurezza società sposta squadra stato tipo titolo tutti tutto un una utente utenti vedi visualizza

    abertos adicionar ajuda anexos aplicativo arquivo arquivos atividade atualizar baixar buscar cancelar carregar
    cliente clientes com compartilhado compartilhar comunidade configurações conta contatos conteúdo continuar criar
    dados da das do dos editar eliminar em enviar equipe equipa escolher evento excluir fechar ficheiro ficheiros
    geral grupo grupos hoje idioma imagem imagens início lista lixeira mais membro membros mensagem mensagens meu meus
    modificado mostrar mover não nome notas nova novo página para partilhar pasta pastas perfil pesquisa pesquisar
    pessoas projeto projetos recente recentes remover renomear sair salvar segurança selecionar sem senha sim tamanho
    tarefas tipo título todos tudo usuário usuários ver voltar

    aan aanmelden aanmaken account afbeelding afbeeldingen alle annuleren bekijken beheren bericht berichten bestand
    bestanden bewerken beveiliging contacten datum delen document documenten downloaden een foto gebruiker gebruikers
    gedeeld gegevens geen gewijzigd grootte groep groepen hulp instellingen kalender klanten kopiëren laden leden lid
    lijst map mappen meer met mijn naam nee nieuw nieuwe notities opslaan openen overzicht pagina personen profiel
    prullenbak recent sluiten start taal team titel toevoegen uitloggen uploaden van verder verplaatsen verwijderen
    verzenden volgende voor vorige wachtwoord weergave welkom wijzigen zoeken

    aktywność anuluj czytaj dane data dodaj dokument dokumenty dostęp dzisiaj edytuj folder foldery grupa grupy hasło
    historia informacje język kalendarz katalog klienci konto kontakty kopiuj kosz lista moje mój nazwa nie notatki
    nowa nowe nowy obrazy ogólne otwórz plik pliki pobierz pokaż pomoc powrót prywatność profil projekt projekty
    przenieś rozmiar strona szukaj tak typ tytuł udostępnij udostępnione użytkownik użytkownicy usuń ustawienia utwórz
    wersja wiadomości widok wszystkie wszystko wyloguj wyślij wyszukaj zaloguj zamknij zapisz zdjęcia zespół zmień
    zmieniono członkowie członek osoby ostatnie

    аккаунт активность архив безопасность в ваш версия видео вид войти все всё вход выбрать выйти главная готово
    группа группы да данные дата для добавить документ документы доступ ещё закрыть загрузить запись заметки и изменен
    изменено изменить изображения имя интерфейс искать история календарь клиенты компания контакты копировать корзина
    люди меню мои мой моя на название назад найти настройки недавние нет новая новое новый общие общий открыть отмена
    отправить ошибка папка папки пароль переименовать переместить показать поделиться поиск пользователи пользователь
    помощь почта проект проекты профиль размер редактировать сегодня скачать сообщение сообщения создать сохранить
    список статус страница тип удалить участник участники файл файлы фото язык команда

    aç açık adı ad ara arama ayarlar bilgi boyut bugün çıkış dosya dosyalar düzenle e-posta ekle geri giriş gönder
    görüntüle göster grup gruplar güvenlik hakkında hepsi hesap hesabım iletişim indir iptal kapat kaydet kişiler
    klasör klasörler kopyala kullanıcı kullanıcılar liste mesaj mesajlar notlar oluştur parola paylaş proje projeler
    profil sayfa seç sil son şifre takvim takım taşı tarih tür tümü üye üyeler ve yardım yazdır yeni yükle

    設定 検索 保存 削除 編集 追加 共有 作成 表示 名前 種類 更新日 更新日時 最終更新 サイズ 日付 ファイル フォルダ
    フォルダー ドキュメント メンバー グループ ユーザー プロフィール ダウンロード アップロード ホーム ログイン
    ログアウト キャンセル 閉じる 開く 戻る 次へ 前へ 新規 新規作成 すべて 最近使用 ごみ箱 マイファイル メッセージ
    お知らせ ヘルプ アカウント マイドライブ プロジェクト パスワード カレンダー ページ タイトル コメント ステータス
    最近 今日 昨日 设置 搜索 保存 删除 编辑 添加 共享 分享 创建 新建 名称 类型 大小 修改日期 修改时间 日期 文件 文件夹
    文档 成员 群组 用户 个人资料 下载 上传 首页 登录 退出 取消 关闭 打开 返回 下一步 上一步 全部 最近 回收站 我的文件
    消息 通知 帮助 账户 项目 密码 日历 页面 标题 评论 状态 新建文件夹 我的电脑 設置 搜尋 儲存 刪除 檔案 資料夾 文件夾
    群組 會員 使用者 登入 登出 首頁 설정 검색 저장 삭제 편집 추가 공유 만들기 이름 유형 크기 수정일 날짜 파일 폴더
    문서 회원 멤버 그룹 사용자 프로필 다운로드 업로드 로그인 로그아웃 취소 닫기 열기 뒤로 다음 이전 전체 최근 휴지통
    메시지 알림 도움말 계정 프로젝트 비밀번호 캘린더
"""

TIMES_AND_UNITS = """
    kb mb gb tb kib mib gib byte bytes monday tuesday wednesday thursday friday saturday sunday montag dienstag
    mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes
    miércoles jueves viernes sábado domingo am pm utc gmt http https www com
"""
