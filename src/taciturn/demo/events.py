"""The requests of both incidents, in the shapes in which trackers' scripts and a group app send them.

Formats: the Meta Pixel's automatic events, GA4's enhanced measurement, LinkedIn's click signal, PostHog's autocapture,
the Graph API, and two places that a group app forwards its roster to.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from taciturn.demo.story import (
    APP,
    FILES,
    FOLDER,
    GRAPH_TOKEN,
    GROUP_COUNT,
    GROUP_ID,
    GROUP_NAME,
    LISTING,
    MEMBERS,
    ORDERS,
    POST,
    STORAGE,
    File,
)

Headers = tuple[tuple[str, str], ...]
_BOUNDARY = "----WebKitFormBoundaryq8Zt2LwPj5Rk0XyB"
PAGE = f"{LISTING}?folder={quote(FOLDER, safe='')}"
_PIXEL_END = {"sw": "1440", "sh": "900", "v": "2.9.33", "r": "stable", "ec": "2", "o": "30", "it": "1616317924441"}


class Event(NamedTuple):
    """One request that a page or an app sends."""

    title: str
    method: str
    host: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    incident: str = "A"
    keep: bool = False  # a request of the site itself: it must arrive exactly as it is

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.target}"


def navigation(address: str) -> Event:
    """A document that the browser opens: what tells the proxy which page the next events come from."""
    headers = (("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Site", "none"))
    cookie = ("Cookie", "session=a3f1c9d27b")
    return Event("the page itself", "GET", STORAGE, address.partition(STORAGE)[2], (*headers, cookie), keep=True)


def own_request() -> Event:
    """The site's own request names a file too; it is not the proxy's business."""
    body = _json({"action": "rename", "file": FILES[0].name, "size": FILES[0].length}).encode()
    headers = (("Content-Type", "application/json"), ("Sec-Fetch-Site", "same-origin"), ("Referer", PAGE))
    return Event("the site's own request", "POST", STORAGE, "/b2api/rename", headers, body, keep=True)


def from_the_file_browser() -> Sequence[Event]:
    """What scripts send from the signed-in page while a customer looks at one file."""
    return [
        _pixel_page_view(),
        _pixel_click(),
        _pixel_long_click(),
        _ga4_download(),
        _linkedin_click(),
        _posthog_click(),
    ]


def from_the_billing_page() -> Sequence[Event]:
    pairs = {
        "id": "771200418833519",
        "ev": "PageView",
        "dl": ORDERS,
        "rl": LISTING,
        "if": "false",
        **_ts(),
        **_PIXEL_END,
    }
    return [Event("Meta Pixel, page view from /account/billing/", "GET", *_facebook(pairs), headers=_image())]


# ---------------------------------------------------------------------- the tracker's scripts on the storage page


def _pixel_page_view() -> Event:
    pairs = {"id": "771200418833519", "ev": "PageView", "dl": PAGE, "rl": "", "if": "false", **_ts(), **_PIXEL_END}
    return Event("Meta Pixel, page view", "GET", *_facebook(pairs), headers=_image())


def _pixel_click() -> Event:
    pairs = {**_click_event([FILES[0]]), **_PIXEL_END, "es": "automatic", "tm": "3", "rqm": "GET"}
    return Event("Meta Pixel, automatic click event", "GET", *_facebook(pairs), headers=_image())


def _pixel_long_click() -> Event:
    """An event that is too long for an address is navigated as a form into a hidden frame."""
    pairs = {**_click_event(FILES), **_PIXEL_END, "es": "automatic", "tm": "3", "rqm": "formPOST"}
    parts = [f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in pairs.items()]
    body = "".join(parts) + f"--{_BOUNDARY}--\r\n"
    headers = (
        ("Content-Type", f"multipart/form-data; boundary={_BOUNDARY}"),
        ("Sec-Fetch-Dest", "iframe"),
        ("Sec-Fetch-Mode", "navigate"),
        *_cross_site(),
    )
    return Event("Meta Pixel, long click event as a form", "POST", "www.facebook.com", "/tr/", headers, body.encode())


def _click_event(files: Sequence[File]) -> dict[str, str]:
    shown = "\n".join(f"{file.name}\n{file.size}\n{file.date}" for file in files)
    features = {
        "classList": "b2-row is-selected", "destination": "", "id": "", "imageUrl": "", "innerText": shown,
        "numChildButtons": 1, "tag": "div", "type": None, "name": "",
    }  # fmt: skip
    return {
        "id": "771200418833519", "ev": "SubscribedButtonClick", "dl": LISTING, "rl": "", "if": "false", **_ts(),
        "cd[buttonFeatures]": _json(features), "cd[buttonText]": shown, "cd[formFeatures]": "[]",
        "cd[pageFeatures]": _json({"title": "Browse files - Harbourbox"}),
    }  # fmt: skip


def _ga4_download() -> Event:
    head = {
        "v": "2",
        "tid": "G-7HARBOUR1",
        "cid": "120085666.1616000000",
        "sid": "1616317902",
        "_s": "4",
        "sr": "1440x900",
    }
    file = FILES[1]
    link = f"https://{STORAGE}/f/{quote(file.name)}"
    lines = [
        {"en": "page_view", "dl": PAGE, "dt": "Browse files - Harbourbox", "_et": "812"},
        {
            "en": "file_download", "_ee": "1", "ep.file_name": f"/f/{file.name}", "ep.file_extension": "pdf",
            "ep.link_url": link, "ep.link_text": f"{file.name} ({file.size})", "_et": "4117",
        },
    ]  # fmt: skip
    body = "\r\n".join(_form(line) for line in lines).encode()
    headers = (("Content-Type", "text/plain;charset=UTF-8"), *_beacon())
    return Event("GA4, file download", "POST", "www.google-analytics.com", f"/g/collect?{_form(head)}", headers, body)


def _linkedin_click() -> Event:
    file = FILES[2]
    signal = {
        "pids": [5510077], "scriptVersion": 172, "time": 1616317924441, "domain": STORAGE, "url": LISTING,
        "pageTitle": "Browse files - Harbourbox", "websiteSignalRequestId": "e5df3060-3a50-4e92-af96-c288a33891fd",
        "signalType": "CLICK", "href": "",
        "domAttributes": {"tagName": "BUTTON", "innerText": f"Open {file.name}", "elementTitle": "Open"},
        "elementCrumbsTree": [
            {"tagName": "table", "nthChild": 3, "id": "files"},
            {"tagName": "tr", "nthChild": 4, "attributes": {
                "data-file-name": file.name, "data-file-size": str(file.length), "data-modified": file.date,
            }},
        ],
        "isFilteredByClient": False,
    }  # fmt: skip
    headers = (("Content-Type", "text/plain;charset=UTF-8"), *_beacon())
    return Event(
        "LinkedIn Insight, click signal", "POST", "px.ads.linkedin.com", "/wa/", headers, _json(signal).encode()
    )


def _posthog_click() -> Event:
    """Compressed without a header that says so, and an encoding inside: base64 in JSON in gzip."""
    file = FILES[1]
    state = base64.b64encode(_json({"selected": file.name, "bytes": file.length}).encode()).decode()
    events = [
        {
            "uuid": "0190a5f2-66b1-7d52-a7d3-5b0d1f1f4a10", "event": "$autocapture",
            "timestamp": "2021-03-21T09:12:04.441Z",
            "properties": {
                "token": "phc_q7Zk2mWd93LxVb5TnR8sYc1HfGjKpQ0aEuIoWv", "$current_url": LISTING, "$event_type": "click",
                "$elements": [{"tag_name": "a", "nth_child": 2, "$el_text": f"Preview {file.name}"}],
                "view_state": state,
            },
        }
    ]  # fmt: skip
    body = gzip.compress(_json(events).encode(), mtime=0)
    headers = (("Content-Type", "text/plain"), *_beacon())
    target = "/e/?compression=gzip-js&ip=0&_=1616317924441&ver=1.130.2"
    return Event("PostHog, autocapture, gzip", "POST", "eu.i.posthog.com", target, headers, body)


# ---------------------------------------------------------------------- the group app


def ask_for_members() -> Event:
    target = f"/v3.1/{GROUP_ID}/members?fields=id,name,picture&limit=200&access_token={GRAPH_TOKEN}"
    return Event("Graph API, members of a group", "GET", "graph.facebook.com", target, _app(), incident="B")


def to_the_webhook(roster: Sequence[Mapping[str, str]]) -> Event:
    body = {
        "event": "group.synced", "at": "2019-11-05T09:30:00Z",
        "group": {"id": GROUP_ID, "name": GROUP_NAME, "privacy": "CLOSED", "member_count": GROUP_COUNT},
        "members": {"data": list(roster)},
        "latest_post": {"from": {"id": MEMBERS[0].id, "name": MEMBERS[0].name}, "message": POST},
    }  # fmt: skip
    headers = (("Content-Type", "application/json"), *_app())
    target = "/hooks/catch/4410928/hbx7k2/"
    return Event("roster to a webhook", "POST", "hooks.zapier.com", target, headers, _json(body).encode(), "B")


def to_the_crm(roster: Sequence[Mapping[str, str]]) -> Event:
    """A form with JSON in a field, to a host that is on no list of trackers."""
    people = [{"member_id": m["id"], "display_name": m["name"], "avatar": m["picture"]} for m in roster]
    fields = {
        "source": "group-sync",
        "workspace": "northmoor",
        "payload": _json({"group": GROUP_NAME, "members": people}),
    }
    headers = (("Content-Type", "application/x-www-form-urlencoded"), *_app())
    return Event(
        "roster to a CRM on no list",
        "POST",
        "crm.leadgarden.example",
        "/v2/import",
        headers,
        _form(fields).encode(),
        "B",
    )


# ---------------------------------------------------------------------- shared parts


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _form(pairs: Mapping[str, str]) -> str:
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())


def _facebook(pairs: Mapping[str, str]) -> tuple[str, str]:
    return "www.facebook.com", f"/tr/?{_form(pairs)}"


def _ts() -> dict[str, str]:
    return {"ts": "1616317924441", "fbp": "fb.1.1616317902201.1735871422"}


def _cross_site() -> Headers:
    """What a browser says of the page to another site: its origin, no more."""
    return (("Origin", f"https://{STORAGE}"), ("Referer", f"https://{STORAGE}/"), ("Sec-Fetch-Site", "cross-site"))


def _image() -> Headers:
    return (
        ("Referer", f"https://{STORAGE}/"),
        ("Sec-Fetch-Dest", "image"),
        ("Sec-Fetch-Mode", "no-cors"),
        ("Sec-Fetch-Site", "cross-site"),
    )


def _beacon() -> Headers:
    return (("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "no-cors"), *_cross_site())


def _app() -> Headers:
    return (("User-Agent", "kinfolk-sync/4.2"), ("Origin", f"https://{APP}"), ("Accept", "application/json"))
