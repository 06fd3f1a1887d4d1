"""Cases: names, paths, sizes and dates of a user's own files."""

from __future__ import annotations

from tests.accuracy.casekit import (
    JSON,
    PIXEL,
    TEXT,
    VAULT,
    b64,
    case,
    click,
    compact,
    envelope,
    leak,
    multipart,
    packed,
    query,
)

ROW = "Redundancy list Hallworth.xlsx\n412.7 KB\n2021-03-11"
FEATURES = "query.cd[buttonFeatures]$.innerText"
ROWS = "人員計画_2021.xlsx\n1.2 GB\n2021-03-14\nZeugnis Öztürk\n88,204 bytes\n2021-03-15"
PARTS = "body.cd[buttonFeatures]$.innerText"
HIERARCHY = [
    {"tagName": "tr", "attributes": {"data-file-name": "Adoption papers Wren.pdf", "data-file-size": "90217"}},
    {"tagName": "a", "attributes": {"class": "open"}},
]
EVENT = {
    "event": "File Previewed",
    "properties": {"token": "t41", "file_name": "biopsy-results-hallworth.pdf", "file_size": 1482113},
}
FILES = [
    case(
        "facebook_pixel",
        f"{PIXEL}SubscribedButtonClick&"
        + query(dl=VAULT, **{"cd[buttonFeatures]": click(ROW), "cd[buttonText]": ROW}, v="2.9.33"),
        leak("file.name", "Redundancy list Hallworth.xlsx", FEATURES, "query.cd[buttonText]"),
        leak("file.size", "412.7 KB", FEATURES, "query.cd[buttonText]"),
        leak("file.date", "2021-03-11", FEATURES, "query.cd[buttonText]"),
        note="the automatic click event on a row of a file list",
    ),
    case(
        "facebook_pixel",
        "https://www.facebook.com/tr/",
        leak("file.name", "人員計画_2021.xlsx", PARTS),
        leak("file.name", "Zeugnis Öztürk", PARTS),
        leak("file.size", "1.2 GB", PARTS),
        leak("file.size", "88,204 bytes", PARTS),
        leak("file.date", "2021-03-14", PARTS),
        leak("file.date", "2021-03-15", PARTS),
        note="two rows in one event, sent as a form; one name has no extension",
        **multipart(
            {"id": "771200418833519", "ev": "SubscribedButtonClick", "dl": VAULT, "cd[buttonFeatures]": click(ROWS)}
        ),
    ),
    case(
        "facebook_pixel",
        f"{PIXEL}PageView&{query(dl=VAULT + '?folder=Clients%2FHallworth%20Estate%2FProbate')}&v=2.9.170",
        leak("file.path", "Clients/Hallworth Estate/Probate", "query.dl?folder"),
        page=f"{VAULT}?folder=Clients%2FHallworth%20Estate%2FProbate",
        note="a folder in the page's address",
    ),
    case(
        "ga4",
        "https://www.google-analytics.com/g/collect?v=2&tid=G-4LOWMOOR1&cid=120085666.1717620381&_s=4",
        leak("file.name", "Gutachten Hallworth.pdf", "body[lines][1].ep.file_name", "body[lines][1].ep.link_url[pct]"),
        headers=TEXT,
        body="en=page_view&_et=812\r\nen=file_download&_ee=1&ep.file_extension=pdf"
        "&ep.file_name=%2Fakten%2FGutachten%20Hallworth.pdf"
        "&ep.link_url=https%3A%2F%2Fvault.lowmoor.example%2Fakten%2FGutachten%2520Hallworth.pdf&_et=4117",
        note="enhanced measurement of a download, one event a line",
    ),
    case(
        "linkedin_insight",
        "https://px.ads.linkedin.com/wa/",
        leak(
            "file.name",
            "Adoption papers Wren.pdf",
            "body$.domAttributes.innerText",
            "body$.elementCrumbsTree[0].attributes.data-file-name",
        ),
        leak("file.size", "90217", "body$.elementCrumbsTree[0].attributes.data-file-size"),
        headers=TEXT,
        body=compact(
            {
                "pids": [5510077],
                "time": 1714633957001,
                "domain": "vault.lowmoor.example",
                "url": VAULT,
                "signalType": "CLICK",
                "domAttributes": {"tagName": "A", "innerText": "Open Adoption papers Wren.pdf"},
                "elementCrumbsTree": HIERARCHY,
            }
        ),
        note="element text and the attributes of the elements around it",
    ),
    case(
        "mixpanel",
        f"https://api-js.mixpanel.com/track/?{query(data=b64(compact(EVENT)))}&ip=1&_=1714633869120",
        leak("file.name", "biopsy-results-hallworth.pdf", "query.data[b64]$.properties.file_name"),
        leak("file.size", "1482113", "query.data[b64]$.properties.file_size"),
        note="base64 in a parameter",
    ),
    case(
        "posthog",
        "https://eu.i.posthog.com/e/?compression=gzip-js&ip=0&_=1714633002001&ver=1.130.2",
        leak("file.name", "Wage slip March Ines.pdf", "body[gzip]$[0].properties.$el_text"),
        headers=TEXT,
        note="gzip without Content-Encoding",
        **packed(
            "gzip",
            compact(
                [
                    {
                        "event": "$autocapture",
                        "properties": {
                            "token": "phc_lowmoor",
                            "$el_text": "Wage slip March Ines.pdf",
                            "$current_url": VAULT,
                        },
                    }
                ]
            ),
        ),
    ),
    case(
        "amplitude",
        "https://api2.amplitude.com/2/httpapi",
        leak("file.name", "Tenancy Brackenfold.docx", "body[gzip]$.events[0].event_properties.file_name"),
        leak("file.date", "2024-05-02T07:12:37+02:00", "body[gzip]$.events[0].event_properties.modified_at"),
        headers={**JSON, "content-encoding": "gzip"},
        note="gzip, declared",
        **packed(
            "gzip",
            compact(
                {
                    "api_key": "0f3c5a77e1d24b6a9c8e2f4061b7d953",
                    "events": [
                        {
                            "event_type": "Upload finished",
                            "device_id": "6d1f4c1e-51a2-4b7c-9a6e-0c55d2f1b3aa",
                            "event_properties": {
                                "file_name": "Tenancy Brackenfold.docx",
                                "modified_at": "2024-05-02T07:12:37+02:00",
                            },
                        }
                    ],
                }
            ),
        ),
    ),
    case(
        "segment",
        "https://api.segment.io/v1/t",
        leak("file.name", "Scan Wren passport.jpeg", "body[br]$.properties.filename"),
        leak("file.size", "2,4 Mo", "body[br]$.properties.size"),
        headers={**JSON, "content-encoding": "br"},
        note="brotli; a French size",
        **packed(
            "br",
            compact(
                {
                    "type": "track",
                    "event": "Fichier ouvert",
                    "anonymousId": "3c1f0a52-5b4e-4f6a-8d0b-2f7c9e1a6d34",
                    "properties": {"filename": "Scan Wren passport.jpeg", "size": "2,4 Mo"},
                }
            ),
        ),
    ),
    case(
        "datadog",
        "https://browser-intake-datadoghq.eu/api/v2/rum?ddsource=browser&dd-api-key=pub3f0e9a1c5b7d2846ffab1",
        leak("file.name", "Custody statement Idris.odt", "body[zstd][ndjson][1]$.action.target.name"),
        headers={**TEXT, "content-encoding": "zstd"},
        note="zstd, lines of JSON",
        **packed(
            "zstd",
            "\n".join(
                [
                    compact({"type": "view", "view": {"id": "5f1b0c6e", "url": VAULT}}),
                    compact(
                        {
                            "type": "action",
                            "action": {"type": "click", "target": {"name": "Custody statement Idris.odt"}},
                        }
                    ),
                ]
            ),
        ),
    ),
    case(
        "sentry",
        "https://o4401.ingest.sentry.io/api/77120/envelope/?sentry_key=5c0e9f1a44b24c1d8e3f7a6b90d21c55",
        leak("file.name", "Will of A Hallworth.pdf", "body[envelope].item[0]$.breadcrumbs[0].message"),
        headers=TEXT,
        body=envelope(
            [
                (
                    "event",
                    {
                        "platform": "javascript",
                        "release": "vault@5.12.0",
                        "breadcrumbs": [
                            {"category": "ui.click", "message": "Uploading Will of A Hallworth.pdf failed"}
                        ],
                    },
                )
            ]
        ),
        note="an envelope whose items say their length",
    ),
    case(
        "hotjar",
        "wss://ws.hotjar.com/api/v2/client/ws?v=7&site_id=3370011",
        leak("file.name", "Payroll Brackenfold Q2.xlsx", "body$.args[0].name"),
        leak("file.size", "1048576", "body$.args[0].size"),
        method="WEBSOCKET",
        body=compact(
            {"op": "event", "args": [{"type": "file", "name": "Payroll Brackenfold Q2.xlsx", "size": 1048576}]}
        ),
        note="a message on a WebSocket",
    ),
    case(
        "matomo",
        "https://lowmoor.matomo.cloud/matomo.php?"
        + query(
            action_name="Hallworth divorce terms.pdf - Vault",
            idsite="4",
            rec="1",
            url=f"{VAULT}#/preview",
            rand="190004",
        ),
        leak("file.name", "Hallworth divorce terms.pdf", "query.action_name"),
        note="a title with a file's name",
    ),
]
