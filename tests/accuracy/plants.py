"""Captures with planted secrets, for sanitizers: what must not survive, where it stands, and what must not change.

Every secret is invented and stands in one entry only, so that finding it in one place does not help in another. Beside
them stand innocent entries: a page, a script, texts for translation, an answer of an API, a picture.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
import string
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

Entry = dict[str, Any]
_DRAW = random.Random(20261122)
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3).decode()


class Plant(NamedTuple):
    """One secret (or several that belong together) in one entry."""

    name: str  # "kind/place"
    secrets: tuple[str, ...]
    entry: Entry


def _draw(length: int = 24, letters: str = string.ascii_letters + string.digits) -> str:
    while True:
        made = "".join(_DRAW.choice(letters) for _ in range(length))
        if any(map(str.isdigit, made)) and any(map(str.isalpha, made)):
            return made


def _hex(length: int) -> str:
    return _draw(length, "0123456789abcdef")


def _jwt() -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'sub': _hex(12), 'iss': 'files.example'})}.{_draw(43)}"


def entry(
    url: str = "https://app.files.example/api/items",
    method: str = "GET",
    headers: dict[str, str] | None = None,
    post: tuple[str, str] | None = None,
    params: list[dict[str, str]] | None = None,
    answer: tuple[str, str] | None = None,
    answer_headers: dict[str, str] | None = None,
    content: dict[str, Any] | None = None,
    status: int = 200,
    **others: Any,
) -> Entry:
    """An entry as Chrome writes it. `post` and `answer`: (type, text)."""
    query = url.partition("#")[0].partition("?")[2]
    request: Entry = {
        "method": method, "url": url, "httpVersion": "HTTP/1.1",
        "headers": [{"name": name, "value": value} for name, value in {"Host": "app.files.example", "Accept": "*/*", **(headers or {})}.items()],
        "queryString": [dict(zip(("name", "value"), (part.partition("=")[0], part.partition("=")[2]), strict=True)) for part in query.split("&") if part],
        "cookies": [], "headersSize": -1, "bodySize": 0,
    }  # fmt: skip
    if post is not None:
        request["method"] = method if method != "GET" else "POST"
        request["postData"] = {"mimeType": post[0], "text": post[1]}
        if params is not None:
            request["postData"]["params"] = params
        request["bodySize"] = len(post[1].encode())
    mime, text = answer or ("application/json", '{"ok": true}')
    response: Entry = {
        "status": status, "statusText": "OK", "httpVersion": "HTTP/1.1",
        "headers": [{"name": name, "value": value} for name, value in {"Content-Type": mime, **(answer_headers or {})}.items()],
        "cookies": [], "content": content or {"size": len(text.encode()), "mimeType": mime, "text": text},
        "redirectURL": (answer_headers or {}).get("Location", ""), "headersSize": -1, "bodySize": len(text.encode()),
    }  # fmt: skip
    return {
        "startedDateTime": "2026-11-20T10:00:00.000Z", "time": 12.5, "request": request, "response": response, "cache": {},
        "timings": {"send": 0.5, "wait": 10, "receive": 2}, "pageref": "page_1", **others,
    }  # fmt: skip


def plants() -> list[Plant]:
    """All of them, always the same."""
    made: list[Plant] = []

    def add(name: str, make: Callable[..., Entry], *secrets: str) -> None:
        made.append(Plant(name, secrets, make(*secrets)))

    def cookie(value: str) -> Entry:
        found = entry(headers={"Cookie": f"theme=dark; sid={value}"})
        found["request"]["cookies"] = [{"name": "theme", "value": "dark"}, {"name": "sid", "value": value}]
        return found

    def set_cookie(value: str) -> Entry:
        found = entry(answer_headers={"Set-Cookie": f"session={value}; Path=/; Secure; HttpOnly; SameSite=Lax"})
        found["response"]["cookies"] = [
            {"name": "session", "value": value, "path": "/", "httpOnly": True, "secure": True}
        ]
        return found

    def quoted_cookie(value: str) -> Entry:
        found = entry(headers={"Cookie": f"connect.sid=s%3A{value}"})
        found["request"]["cookies"] = [{"name": "connect.sid", "value": f"s:{value}"}]
        return found

    def named_pair(name: str) -> Callable[[str], Entry]:
        return lambda value: entry(headers={name: value})

    form = "application/x-www-form-urlencoded"
    add("cookie/request", cookie, _draw(32))
    add("cookie/response", set_cookie, _draw(32))
    add("cookie/percent-encoded", quoted_cookie, _draw(28))
    add("bearer/header", lambda v: entry(headers={"Authorization": f"Bearer {v}"}), _draw(40))
    add(
        "basic/header",
        lambda v: entry(headers={"Authorization": "Basic " + base64.b64encode(f"deploy:{v}".encode()).decode()}),
        _draw(14),
    )
    add(
        "digest/header",
        lambda v: entry(
            headers={"Authorization": f'Digest username="kim", realm="files", nonce="abc", uri="/", response="{v}"'}
        ),
        _hex(32),
    )
    add(
        "aws4/header",
        lambda v: entry(
            headers={
                "Authorization": f"AWS4-HMAC-SHA256 Credential=AKIAZ3EXAMPLE7QWERTY/20261120/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature={v}"
            }
        ),
        _hex(64),
    )
    add("api-key/header", named_pair("X-Api-Key"), _draw(32))
    add("csrf/header", named_pair("X-CSRF-Token"), _draw(36))
    add("own/header", named_pair("X-Acme-Session-Token"), _draw(30))
    add("proxy/header", named_pair("Proxy-Authorization"), "Bearer-" + _draw(30))
    add("client-address/header", named_pair("X-Forwarded-For"), "93.184.217.41")
    add("client-certificate/header", named_pair("X-Forwarded-Client-Cert"), f"Hash={_hex(64)};Subject=CN=kim.petersen")
    add("websocket-protocol/header", lambda v: entry(headers={"Sec-WebSocket-Protocol": f"v1.bearer, {v}"}), _draw(40))
    add("jwt/json answer", lambda v: entry(answer=("application/json", json.dumps({"user": {"jwt": v}}))), _jwt())
    add("jwt/log text", lambda v: entry(post=("text/plain", f"retrying with {v} after 3 s")), _jwt())
    add("jwt/unnamed json", lambda v: entry(answer=("application/json", json.dumps({"data": [1, v]}))), _jwt())
    add(
        "password/form",
        lambda v: entry(
            post=(form, urlencode({"user": "kim", "password": v, "next": "/home"})),
            params=[{"name": "user", "value": "kim"}, {"name": "password", "value": v}],
        ),
        "Tr0ub4dor&3 " + _draw(4),
    )
    add(
        "password/json login",
        lambda v: entry(post=("application/json", json.dumps({"login": "kim", "passwd": v}))),
        "hunter" + _draw(6),
    )
    add("password/only letters", lambda v: entry(post=(form, f"user=kim&pwd={v}")), "correcthorsebattery")
    add(
        "password/multipart",
        lambda v: entry(
            post=(
                "multipart/form-data; boundary=xYz",
                f'--xYz\r\nContent-Disposition: form-data; name="password"\r\n\r\n{v}\r\n--xYz--\r\n',
            )
        ),
        _draw(16),
    )
    add(
        "password/graphql literal",
        lambda v: entry(
            post=(
                "application/json",
                json.dumps({"query": f'mutation {{ login(user: "kim", password: "{v}") {{ id }} }}'}),
            )
        ),
        _draw(15),
    )
    add(
        "password/graphql variable",
        lambda v: entry(
            post=(
                "application/json",
                json.dumps(
                    {
                        "query": "mutation L($p: String!) { login(p: $p) { id } }",
                        "variables": {"input": {"newPassword": v}},
                    }
                ),
            )
        ),
        _draw(15),
    )
    add("otp/json", lambda v: entry(post=("application/json", json.dumps({"otp": v}))), "804419")
    add(
        "token/json in a string",
        lambda v: entry(
            answer=("application/json", json.dumps({"payload": json.dumps({"inner": json.dumps({"access_token": v})})}))
        ),
        _draw(32),
    )
    add(
        "oauth/answer",
        lambda a, r: entry(
            "https://login.files.example/oauth/token",
            answer=(
                "application/json",
                json.dumps({"access_token": a, "refresh_token": r, "token_type": "Bearer", "expires_in": 3600}),
            ),
        ),
        _draw(40),
        _draw(40),
    )
    add(
        "oauth/code exchange",
        lambda c, v, s: entry(
            "https://login.files.example/oauth/token",
            post=(
                form,
                urlencode({"grant_type": "authorization_code", "code": c, "code_verifier": v, "client_secret": s}),
            ),
        ),
        _draw(28),
        _draw(43),
        _draw(32),
    )
    add(
        "oauth/code in query",
        lambda v: entry(f"https://app.files.example/callback?code={v}&session_state=ok"),
        _draw(30),
    )
    add("oauth/state in query", lambda v: entry(f"https://app.files.example/callback?state={v}&lang=en"), _draw(26))
    add(
        "oauth/fragment", lambda v: entry(f"https://app.files.example/cb#access_token={v}&token_type=bearer"), _draw(40)
    )
    add(
        "oauth/redirect",
        lambda v: entry(status=302, answer_headers={"Location": f"https://app.files.example/cb?code={v}"}),
        _draw(30),
    )
    add(
        "oauth/inside an address",
        lambda v: entry(
            "https://login.files.example/go?return_to="
            + quote(f"https://app.files.example/x?access_token={v}", safe="")
        ),
        _draw(30),
    )
    add("token/query", lambda v: entry(f"https://app.files.example/api?token={v}&page=2"), _draw(32))
    add(
        "session/matrix parameter",
        lambda v: entry(f"https://app.files.example/list;jsessionid={v}?page=2"),
        _hex(32).upper(),
    )
    add("magic link/path", lambda v: entry(f"https://app.files.example/magic/{v}"), _draw(32))
    add("share link/path", lambda v: entry(f"https://app.files.example/d/{v}/edit"), _draw(44))
    add("password/user part of an address", lambda v: entry(f"https://kim:{v}@app.files.example/feed"), _draw(12))
    add(
        "signature/s3",
        lambda s, c: entry(
            f"https://bucket.s3.amazonaws.com/report?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={c}%2F20261120%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Expires=900&X-Amz-Signature={s}"
        ),
        _hex(64),
        "ASIA" + _draw(16, string.ascii_uppercase + "234567"),
    )
    add(
        "signature/gcs",
        lambda v: entry(
            f"https://storage.googleapis.com/b/o?GoogleAccessId=svc&Expires=1795000000&Signature={v}%3D%3D"
        ),
        _draw(80),
    )
    add(
        "signature/azure",
        lambda v: entry(
            f"https://acct.blob.core.windows.net/c/b?sv=2024-11-04&se=2026-11-30&sr=b&sp=r&sig={quote(v, safe='')}"
        ),
        _draw(42) + "/=",
    )
    add(
        "saml/form",
        lambda v: entry(
            post=(
                form,
                urlencode(
                    {
                        "SAMLResponse": base64.b64encode(
                            f"<samlp:Response><saml:NameID>{v}</saml:NameID></samlp:Response>".encode()
                        ).decode(),
                        "RelayState": "/home",
                    }
                ),
            )
        ),
        "kim." + _draw(10),
    )
    add(
        "csrf/html hidden input",
        lambda v: entry(
            answer=(
                "text/html",
                f'<form><input type="hidden" name="authenticity_token" value="{v}"><input name="q"></form>',
            )
        ),
        _draw(40),
    )
    add(
        "csrf/html meta",
        lambda v: entry(answer=("text/html", f'<meta name="csrf-token" content="{v}"><p>Hello</p>')),
        _draw(40),
    )
    add(
        "token/html data attribute",
        lambda v: entry(answer=("text/html", f'<div id="app" data-api-token="{v}" data-lang="en"></div>')),
        _draw(32),
    )
    add(
        "token/html script",
        lambda v: entry(answer=("text/html", f'<script>window.__CONF__ = {{"apiToken":"{v}","lang":"en"}};</script>')),
        _draw(32),
    )
    add(
        "token/js literal",
        lambda v: entry(
            answer=("application/javascript", f"const cfg={{authToken:'{v}',retries:3}};export default cfg;")
        ),
        _draw(32),
    )
    add(
        "token/local storage",
        lambda v: entry(
            answer=(
                "application/json",
                json.dumps({"localStorage": [{"name": "auth", "value": json.dumps({"state": {"accessToken": v}})}]}),
            )
        ),
        _draw(36),
    )
    add(
        "aws/json",
        lambda k, s: entry(answer=("application/json", json.dumps({"AccessKeyId": k, "SecretAccessKey": s}))),
        "ASIA" + _draw(16, string.ascii_uppercase + "234567"),
        _draw(40),
    )
    for service, token in {
        "github": "ghp_" + _draw(36), "gitlab": "glpat-" + _draw(20), "slack": f"xoxb-{_draw(11, '0123456789a')}-{_draw(24)}",
        "stripe": "sk_live_" + _draw(24), "google": "AIza" + _draw(35), "sendgrid": f"SG.{_draw(22)}.{_draw(43)}",
        "openai": "sk-proj-" + _draw(48), "npm": "npm_" + _draw(36), "twilio": "SK" + _hex(32),
    }.items():  # fmt: skip
        add(
            f"{service}/free text",
            lambda v: entry(answer=("text/plain", f"deploy log: using {v} for the upload")),
            token,
        )
    add(
        "hook/json",
        lambda v: entry(
            answer=(
                "application/json",
                json.dumps({"notify": f"https://hooks.slack.com/services/T0AB12CD3/B0EF45GH6/{v}"}),
            )
        ),
        _draw(24),
    )
    pem = "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n"
    add("private key/json", lambda v: entry(answer=("application/json", json.dumps({"pem": pem.format(v)}))), _draw(64))
    add(
        "token/base64 content",
        lambda v: entry(
            content={
                "size": 60,
                "mimeType": "application/json",
                "encoding": "base64",
                "text": base64.b64encode(json.dumps({"session_token": v}).encode()).decode(),
            }
        ),
        _draw(30),
    )
    add(
        "token/gzip content",
        lambda v: entry(
            content={
                "size": 60,
                "mimeType": "application/json",
                "encoding": "base64",
                "text": base64.b64encode(gzip.compress(json.dumps({"refreshToken": v}).encode(), mtime=0)).decode(),
            }
        ),
        _draw(30),
    )
    add(
        "token/gzip body as text",
        lambda v: entry(
            post=("application/json", gzip.compress(json.dumps({"apiKey": v}).encode(), mtime=0).decode("latin-1")),
            headers={"Content-Encoding": "gzip"},
        ),
        _draw(30),
    )
    add(
        "token/base64 in a form",
        lambda v: entry(
            post=(
                form,
                "data="
                + quote(base64.b64encode(json.dumps({"event": "x", "auth_token": v}).encode()).decode(), safe=""),
            )
        ),
        _draw(30),
    )
    add(
        "token/websocket sent",
        lambda v: entry(
            "wss://app.files.example/ws",
            _webSocketMessages=[
                {"type": "send", "time": 1795000000.1, "opcode": 1, "data": json.dumps({"op": "auth", "token": v})}
            ],
        ),
        _draw(34),
    )
    add(
        "token/websocket received",
        lambda v: entry(
            "wss://app.files.example/ws",
            _webSocketMessages=[
                {"type": "receive", "time": 1795000000.1, "opcode": 1, "data": json.dumps({"session_id": v})}
            ],
        ),
        _draw(34),
    )
    add(
        "token/websocket binary",
        lambda v: entry(
            "wss://app.files.example/ws",
            _webSocketMessages=[
                {
                    "type": "send",
                    "time": 1795000000.1,
                    "opcode": 2,
                    "data": base64.b64encode(json.dumps({"token": v}).encode()).decode(),
                }
            ],
        ),
        _draw(34),
    )
    add(
        "token/referer",
        lambda v: entry(headers={"Referer": f"https://app.files.example/reset?reset_token={v}"}),
        _draw(30),
    )
    add(
        "token/initiator",
        lambda v: entry(
            _initiator={
                "type": "script",
                "url": f"https://app.files.example/x?access_token={v}",
                "stack": {
                    "callFrames": [
                        {"functionName": "f", "url": f"https://app.files.example/a.js?token={v}", "lineNumber": 1}
                    ]
                },
            }
        ),
        _draw(30),
    )
    add("token/comment", lambda v: entry(comment=f"logged in with token={v}"), _draw(30))
    add(
        "token/key of an object",
        lambda v: entry(answer=("application/json", json.dumps({"sessions": {v: {"age": 3}}}))),
        "ghp_" + _draw(36),
    )
    add(
        "token/sse",
        lambda v: entry(answer=("text/event-stream", f'event: auth\ndata: {{"id_token": "{v}"}}\n\n')),
        _draw(40),
    )
    add(
        "token/xml",
        lambda v: entry(answer=("application/xml", f"<answer><sessionKey>{v}</sessionKey><n>2</n></answer>")),
        _draw(30),
    )
    add(
        "token/ndjson",
        lambda v: entry(post=("application/x-ndjson", f'{{"a": 1}}\n{{"b": 2, "accessToken": "{v}"}}\n')),
        _draw(30),
    )
    add(
        "email/json answer",
        lambda v: entry(answer=("application/json", json.dumps({"user": {"email": v, "plan": "pro"}}))),
        "kim.petersen@mailbox.example",
    )
    add(
        "person/json answer",
        lambda n, p: entry(
            answer=("application/json", json.dumps({"user": {"firstName": n.split()[0], "fullName": n, "phone": p}}))
        ),
        "Kim Petersen-Aalto",
        "+49 1512 3456789",
    )
    add(
        "file name/tracker",
        lambda v: entry(
            "https://www.google-analytics.com/g/collect?v=2&tid=G-AB12CD34EF&en=file_view&ep.file_name=" + quote(v)
        ),
        "Salaries Q3 Petersen.xlsx",
    )
    add(
        "email/tracker",
        lambda v: entry("https://www.facebook.com/tr/?id=1234567890&ev=PageView&ud[em]=" + quote(v)),
        "mira.oduya@mailbox.example",
    )
    add("address/private server", lambda v: entry(serverIPAddress=v), "10.31.7.88")
    add(
        "opaque/first-party upload",
        lambda v: entry(
            post=("application/octet-stream", (bytes([0, 1, 2, 255, 254]) * 9 + v.encode()).decode("latin-1"))
        ),
        _draw(30),
    )
    return made


def unseen() -> list[Plant]:
    """A second set, written before any sanitizer was run on it and not used to tune one: its first figures are told apart."""
    made: list[Plant] = []

    def add(name: str, make: Callable[..., Entry], *secrets: str) -> None:
        made.append(Plant(name, secrets, make(*secrets)))

    form = "application/x-www-form-urlencoded"
    add(
        "token/yaml answer",
        lambda v: entry(answer=("application/yaml", f"cluster: a\nuser:\n  token: {v}\n")),
        _draw(40),
    )
    add(
        "token/ini answer",
        lambda v: entry(answer=("text/plain", f"[default]\naws_secret_access_key = {v}\nregion = eu\n")),
        _draw(40),
    )
    add("token/csv answer", lambda v: entry(answer=("text/csv", f"id,name,api_key\n1,build,{v}\n")), _draw(32))
    add(
        "token/curl in a text",
        lambda v: entry(answer=("text/plain", f"curl -u kim:{v} https://files.example/x")),
        _draw(18),
    )
    add(
        "token/header in a text",
        lambda v: entry(answer=("text/plain", f"> GET / HTTP/1.1\n> Authorization: token {v}\n> Accept: */*\n")),
        _draw(40),
    )
    add(
        "token/graphql persisted query",
        lambda v: entry("https://app.files.example/graphql?variables=" + quote(json.dumps({"sessionToken": v}))),
        _draw(32),
    )
    add(
        "token/jsonp",
        lambda v: entry(answer=("application/javascript", f'cb({{"user":{{"authToken":"{v}"}}}});')),
        _draw(32),
    )
    add(
        "token/json with a guard",
        lambda v: entry(answer=("application/json", ")]}',\n" + json.dumps({"xsrfToken": v}))),
        _draw(32),
    )
    add(
        "token/json array of pairs",
        lambda v: entry(answer=("application/json", json.dumps({"settings": [{"key": "refreshToken", "value": v}]}))),
        _draw(32),
    )
    add(
        "token/two arrays",
        lambda v: entry(answer=("application/json", json.dumps({"columns": ["id", "access_token"], "rows": [[1, v]]}))),
        _draw(36),
    )
    add("token/html comment", lambda v: entry(answer=("text/html", f"<!-- build token={v} --><p>Hello</p>")), _draw(32))
    add(
        "token/html inline json",
        lambda v: entry(
            answer=(
                "text/html",
                f'<script id="__NEXT_DATA__" type="application/json">{{"props":{{"session":{{"accessToken":"{v}"}}}}}}</script>',
            )
        ),
        _draw(36),
    )
    add(
        "token/html link",
        lambda v: entry(
            answer=("text/html", f'<a href="https://app.files.example/invite/accept?invite_token={v}&amp;x=1">Join</a>')
        ),
        _draw(32),
    )
    add(
        "token/html textarea",
        lambda v: entry(answer=("text/html", f'<textarea name="ssh_private_key">{v}</textarea>')),
        _draw(48),
    )
    add(
        "password/html input",
        lambda v: entry(answer=("text/html", f'<input type="password" value="{v}">')),
        "Winter" + _draw(6),
    )
    add(
        "password/soap",
        lambda v: entry(
            post=(
                "text/xml",
                f"<s:Envelope><s:Body><Login><UserName>kim</UserName><Password>{v}</Password></Login></s:Body></s:Envelope>",
            )
        ),
        _draw(14),
    )
    add("password/short", lambda v: entry(post=(form, f"user=kim&password={v}")), "kX7")
    add(
        "password/with signs", lambda v: entry(post=(form, urlencode({"user": "kim", "passwd": v}))), 'p"a\\ss&w=ö%20d!'
    )
    add(
        "password/change form",
        lambda o, n: entry(
            post=("application/json", json.dumps({"current": o, "old_password": o, "new_password": n, "confirm": n}))
        ),
        _draw(12),
        _draw(12),
    )
    add(
        "password/websocket stomp",
        lambda v: entry(
            "wss://app.files.example/ws",
            _webSocketMessages=[
                {"type": "send", "time": 1.5, "opcode": 1, "data": f"CONNECT\nlogin:kim\npasscode:{v}\n\n\0"}
            ],
        ),
        _draw(14),
    )
    add(
        "token/socket.io",
        lambda v: entry(
            "wss://app.files.example/ws",
            _webSocketMessages=[
                {"type": "send", "time": 1.5, "opcode": 1, "data": "42" + json.dumps(["authenticate", {"token": v}])}
            ],
        ),
        _draw(34),
    )
    add(
        "token/batch multipart",
        lambda v: entry(
            post=(
                "multipart/mixed; boundary=b",
                f"--b\r\nContent-Type: application/http\r\n\r\nGET /a HTTP/1.1\r\nAuthorization: Bearer {v}\r\n\r\n\r\n--b--\r\n",
            )
        ),
        _draw(40),
    )
    add(
        "token/double base64",
        lambda v: entry(
            post=(
                "application/json",
                json.dumps({"d": base64.b64encode(base64.b64encode(json.dumps({"token": v}).encode())).decode()}),
            )
        ),
        _draw(34),
    )
    add(
        "token/percent twice",
        lambda v: entry(
            "https://login.files.example/?next="
            + quote(
                "https://app.files.example/?u=" + quote(f"https://x.files.example/?access_token={v}", safe=""), safe=""
            )
        ),
        _draw(30),
    )
    add("session/query", lambda v: entry(f"https://app.files.example/report?PHPSESSID={v}"), _draw(26))
    add("session/own cookie name", lambda v: entry(headers={"cookie": f"_fb_s={v}"}), _draw(30))
    add("session/header of a framework", lambda v: entry(headers={"X-Amzn-Oidc-Data": v}), _jwt())
    add("session/response header", lambda v: entry(answer_headers={"X-Auth-Token": v}), _draw(32))
    add(
        "session/link header",
        lambda v: entry(
            answer_headers={"Link": f'<https://app.files.example/p?cursor=2&access_token={v}>; rel="next"'}
        ),
        _draw(32),
    )
    add(
        "cookie/two lines",
        lambda v: entry(answer_headers={"set-cookie": f"lang=en; Path=/\nsess={v}; Path=/"}),
        _draw(32),
    )
    add(
        "cookie/document.cookie",
        lambda v: entry(answer=("text/html", f"<script>document.cookie='auth={v}; path=/'</script>")),
        _draw(32),
    )
    add(
        "aws/credential in a form",
        lambda v: entry(
            post=(
                form,
                urlencode({"key": "up/a", "x-amz-credential": f"{v}/20261120/eu/s3/aws4_request", "policy": "e30="}),
            )
        ),
        "AKIA" + _draw(16, string.ascii_uppercase + "234567"),
    )
    add(
        "signature/cloudfront",
        lambda s, k: entry(f"https://d1.cloudfront.net/a.pdf?Expires=1795000000&Signature={s}&Key-Pair-Id={k}"),
        _draw(60) + "~",
        "APKA" + _draw(16, string.ascii_uppercase + "234567"),
    )
    add(
        "signature/aliyun",
        lambda v: entry(
            f"https://b.oss-cn.aliyuncs.com/a?OSSAccessKeyId=LTAI5tExample&Expires=1795000000&Signature={v}%3D"
        ),
        _draw(27),
    )
    add("invite/short path", lambda v: entry(f"https://app.files.example/invite/{v}"), _draw(10))
    add("meeting/password in query", lambda v: entry(f"https://meet.files.example/j/98765432101?pwd={v}"), _draw(30))
    add("capability/fragment path", lambda v: entry(f"https://app.files.example/#/reset/{v}"), _draw(32))
    add(
        "saml/redirect binding",
        lambda v: entry("https://idp.files.example/sso?SAMLRequest=" + quote(v)),
        base64.b64encode(b"deflated?" + _draw(60).encode()).decode(),
    )
    add(
        "oidc/nonce and hint",
        lambda v: entry(f"https://login.files.example/authorize?client_id=web&id_token_hint={v}"),
        _jwt(),
    )
    add(
        "oauth1/header",
        lambda t, s: entry(
            headers={"Authorization": f'OAuth oauth_consumer_key="ck", oauth_token="{t}", oauth_signature="{s}"'}
        ),
        _draw(30),
        _draw(28),
    )
    add(
        "webauthn/assertion",
        lambda v: entry(post=("application/json", json.dumps({"response": {"clientDataJSON": "e30", "signature": v}}))),
        _draw(90),
    )
    add(
        "push/subscription",
        lambda v: entry(
            post=(
                "application/json",
                json.dumps({"endpoint": "https://push.example/a", "keys": {"auth": v, "p256dh": _draw(80)}}),
            )
        ),
        _draw(22),
    )
    add(
        "firebase/refresh",
        lambda v: entry(
            "https://securetoken.googleapis.com/v1/token?key=x",
            post=(form, f"grant_type=refresh_token&refresh_token={v}"),
        ),
        "AMf-" + _draw(120),
    )
    add(
        "azure/connection string",
        lambda v: entry(
            answer=(
                "application/json",
                json.dumps(
                    {
                        "cs": f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={v};EndpointSuffix=core.windows.net"
                    }
                ),
            )
        ),
        base64.b64encode(_draw(64).encode()).decode(),
    )
    add(
        "database/address",
        lambda v: entry(answer=("text/plain", f"DATABASE_URL=postgres://app:{v}@db.internal:5432/app")),
        _draw(16),
    )
    add(
        "ssh/key",
        lambda v: entry(
            answer=("text/plain", f"-----BEGIN OPENSSH PRIVATE KEY-----\n{v}\n-----END OPENSSH PRIVATE KEY-----")
        ),
        _draw(70),
    )
    add("card/form", lambda v: entry(post=(form, f"cardNumber={v}&exp=12%2F29")), "4111111111111111")
    add("card/check digits", lambda v: entry(post=("application/json", json.dumps({"cvc": v}))), "739x")
    add(
        "email/first-party form",
        lambda v: entry(post=(form, urlencode({"email": v, "remember": "1"}))),
        "aino.virtanen@mailbox.example",
    )
    add(
        "email/html",
        lambda v: entry(answer=("text/html", f"<p>Signed in as <b>{v}</b></p>")),
        "tomas.novak@mailbox.example",
    )
    add(
        "email/path",
        lambda v: entry(f"https://app.files.example/users/{quote(v)}/avatar"),
        "lea.moreau@mailbox.example",
    )
    add(
        "phone/json",
        lambda v: entry(answer=("application/json", json.dumps({"contact": {"mobile": v}}))),
        "+442079460958",
    )
    add(
        "person/members",
        lambda a, b: entry(
            answer=(
                "application/json",
                json.dumps(
                    {"members": [{"id": 1, "name": a, "avatar": "/a.png"}, {"id": 2, "name": b, "avatar": "/b.png"}]}
                ),
            )
        ),
        "Oluwaseun Adeyemi",
        "Marta Kowalczyk",
    )
    add(
        "file/listing",
        lambda v: entry(
            answer=(
                "application/json",
                json.dumps({"files": [{"name": v, "size": 48211, "modified": "2026-10-02T10:00:00Z"}]}),
            )
        ),
        "Divorce settlement draft.docx",
    )
    add(
        "address/client in json",
        lambda v: entry(answer=("application/json", json.dumps({"clientIp": v}))),
        "93.184.217.99",
    )
    add("token/trailer of an unknown member", lambda v: entry(_priv={"auth": {"bearerToken": v}}), _draw(40))
    add(
        "token/cache entry",
        lambda v: {
            **entry(),
            "cache": {
                "beforeRequest": {
                    "lastAccess": "2026-11-20T10:00:00Z",
                    "eTag": "x",
                    "hitCount": 1,
                    "comment": f"sid={v}",
                }
            },
        },
        _draw(32),
    )
    add("token/name of a header", lambda v: entry(headers={f"X-Trace-{v}": "1"}), "ghp_" + _draw(36))
    return made


def last() -> list[Plant]:
    """A third set, in the manner of the second."""
    made: list[Plant] = []

    def add(name: str, make: Callable[..., Entry], *secrets: str) -> None:
        made.append(Plant(name, secrets, make(*secrets)))

    form = "application/x-www-form-urlencoded"
    add("token/toml answer", lambda v: entry(answer=("text/plain", f"[registry]\ntoken = '{v}'\n")), _draw(36))
    add("token/dotenv", lambda v: entry(answer=("text/plain", f"export STRIPE_SECRET={v}\nDEBUG=1\n")), _draw(40))
    add(
        "token/kubernetes config",
        lambda v: entry(answer=("application/json", json.dumps({"users": [{"user": {"client-key-data": v}}]}))),
        base64.b64encode(_draw(90).encode()).decode(),
    )
    add(
        "token/vue state",
        lambda v: entry(
            answer=(
                "text/html",
                f"<script>window.__INITIAL_STATE__=JSON.parse('{{\\u0022jwtToken\\u0022:\\u0022{v}\\u0022}}')</script>",
            )
        ),
        _draw(36),
    )
    add(
        "token/php session answer",
        lambda v: entry(answer=("text/html", f'<a href="list.php?PHPSESSID={v}">List</a>')),
        _hex(26),
    )
    add(
        "token/rails form",
        lambda v: entry(
            post=(
                "multipart/form-data; boundary=R",
                f'--R\r\nContent-Disposition: form-data; name="user[reset_password_token]"\r\n\r\n{v}\r\n--R--\r\n',
            )
        ),
        _draw(20),
    )
    add(
        "token/asp.net",
        lambda v: entry(post=(form, urlencode({"__VIEWSTATE": v, "btn": "Go"}))),
        base64.b64encode(_draw(60).encode()).decode(),
    )
    add("token/grpc-web header", lambda v: entry(headers={"x-grpc-auth": v}), _draw(40))
    add("token/x-goog-iap", lambda v: entry(headers={"X-Goog-IAP-JWT-Assertion": v}), _jwt())
    add(
        "token/server-timing",
        lambda v: entry(answer_headers={"X-Debug-Token-Link": f"https://app.files.example/_profiler/{v}"}),
        _draw(24),
    )
    add(
        "token/refresh header",
        lambda v: entry(answer_headers={"Refresh": f"0; url=https://app.files.example/in?ticket={v}"}),
        "ST-42-" + _draw(24),
    )
    add("token/cas ticket", lambda v: entry(f"https://app.files.example/?ticket={v}"), "ST-1856339-" + _draw(20))
    add(
        "token/telegram path",
        lambda v: entry(f"https://api.telegram.org/bot{v}/sendMessage"),
        "5123456789:AA" + _draw(33),
    )
    add(
        "token/matrix room",
        lambda v: entry(f"https://matrix.files.example/_matrix/client/v3/sync?access_token={v}"),
        "syt_" + _draw(40),
    )
    add(
        "token/event source message",
        lambda v: entry(
            _eventSourceMessages=[
                {"time": 1.5, "eventName": "auth", "eventId": "1", "data": json.dumps({"sessionKey": v})}
            ]
        ),
        _draw(32),
    )
    add(
        "token/request timing comment",
        lambda v: {**entry(), "timings": {"send": 0, "wait": 1, "receive": 1, "comment": f"auth_token={v}"}},
        _draw(32),
    )
    add(
        "password/vault answer",
        lambda v: entry(answer=("application/json", json.dumps({"data": {"username": "app", "password": v}}))),
        _draw(20),
    )
    add(
        "password/letters in an answer",
        lambda v: entry(answer=("application/json", json.dumps({"wifi": {"ssid": "guest", "passphrase": v}}))),
        "bluebird carousel",
    )
    add(
        "password/basic in json",
        lambda v: entry(
            answer=(
                "application/json",
                json.dumps({"auths": {"registry.example": {"auth": base64.b64encode(f"kim:{v}".encode()).decode()}}}),
            )
        ),
        _draw(16),
    )
    add(
        "password/ldap form", lambda v: entry(post=(form, urlencode({"j_username": "kim", "j_password": v}))), _draw(11)
    )
    add(
        "password/german form",
        lambda v: entry(post=(form, urlencode({"benutzer": "kim", "kennwort": v}))),
        "Sommer" + _draw(5),
    )
    add(
        "password/xhr text",
        lambda v: entry(post=("text/plain;charset=UTF-8", json.dumps({"creds": {"pass": v}}))),
        _draw(12),
    )
    add(
        "recovery codes/json",
        lambda a, b: entry(answer=("application/json", json.dumps({"recovery_codes": [a, b]}))),
        f"{_draw(5)}-{_draw(5)}",
        f"{_draw(5)}-{_draw(5)}",
    )
    add(
        "totp/uri",
        lambda v: entry(
            answer=("application/json", json.dumps({"uri": f"otpauth://totp/Files:kim?secret={v}&issuer=Files"}))
        ),
        _draw(32, string.ascii_uppercase + "234567"),
    )
    add(
        "seed phrase/json",
        lambda v: entry(answer=("application/json", json.dumps({"mnemonic": v}))),
        "ribbon cactus velvet orbit lantern puzzle maple drift anchor pepper spoon tiger",
    )
    add(
        "iban/json",
        lambda v: entry(answer=("application/json", json.dumps({"account": {"iban": v}}))),
        "DE89370400440532013000",
    )
    add(
        "birthday/json",
        lambda v: entry(answer=("application/json", json.dumps({"user": {"email": "x@y.example", "birthdate": v}}))),
        "1987-04-23",
    )
    add(
        "address/json",
        lambda v: entry(
            answer=(
                "application/json",
                json.dumps({"customer": {"name": "Ines Duarte", "street": v, "zip": "10115", "city": "Berlin"}}),
            )
        ),
        "Lindenallee 47b",
    )
    return made


def capture(planted: list[Plant]) -> tuple[bytes, list[Plant]]:
    """A capture as bytes, with the entries of a set, the innocent ones and a secret in the title of its page; and all that
    was planted."""
    planted = list(planted)
    title = _draw(30)
    planted.append(Plant("token/page title", (title,), {}))
    pages = [
        {
            "startedDateTime": "2026-11-20T10:00:00.000Z",
            "id": "page_1",
            "title": f"https://app.files.example/?access_token={title}",
            "pageTimings": {"onLoad": 500},
        }
    ]
    entries = [plant.entry for plant in planted if plant.entry] + innocent()
    log = {
        "version": "1.2",
        "creator": {"name": "WebInspector", "version": "537.36"},
        "pages": pages,
        "entries": entries,
    }
    return json.dumps({"log": log}, indent=2).encode(), planted


def innocent() -> list[Entry]:
    """Entries that hold nothing to take out; pictures apart."""
    labels = {
        "password": "Password",
        "passwordHint": "At least 8 characters",
        "login.forgotPassword": "Forgot your password?",
        "token": "Token",
        "state": "California",
        "code": "Code",
    }
    return [
        entry("https://app.files.example/i18n/en.json", answer=("application/json", json.dumps(labels))),
        entry("https://app.files.example/static/app.4f3a9c1e.js", answer=("application/javascript", _SCRIPT)),
        entry(
            "https://app.files.example/static/site.css",
            answer=("text/css", ".token{color:red}\n.password-field::before{content:'*'}\n" * 40),
        ),
        entry(
            "https://app.files.example/products?state=open&sort=price&code=EUR&key=name",
            answer=(
                "application/json",
                json.dumps(
                    {
                        "items": [{"id": n, "sku": f"AB-{n}", "price": 9.5, "key": "value"} for n in range(200)],
                        "next_page_token": None,
                        "tokens": 512,
                    }
                ),
            ),
        ),
        entry(
            "https://app.files.example/home",
            answer=(
                "text/html",
                "<!doctype html><title>Home</title>"
                + "<p class='lead'>Opening hours and prices of our shop.</p><a href='/help?topic=tokens'>Help</a>" * 60,
            ),
        ),
        entry("https://cdn.example/lib.min.js", answer=("text/javascript", _SCRIPT * 3)),
        entry(
            "https://app.files.example/api/v2/metrics",
            answer=(
                "application/json",
                json.dumps(
                    {"series": [[1795000000 + n, n * 1.25] for n in range(300)], "unit": "ms", "session_count": 41}
                ),
            ),
        ),
        entry(
            "https://app.files.example/schema",
            answer=(
                "application/json",
                json.dumps(
                    {"properties": {"password": {"type": "string", "minLength": 8}, "token": {"type": "string"}}}
                ),
            ),
        ),
    ]


_SCRIPT = (
    "!function(e){var t={};function n(r){if(t[r])return t[r].exports;var o=t[r]={i:r,l:!1,exports:{}};return o.exports}"
    "n.m=e;n.getToken=function(){return this.token||null};n.auth={token:e.token,password:e.password,type:'password'};"
    "var labels={password:'Password',apiKey:'API key',secret:void 0};document.cookie='consent=1;path=/';"
    "fetch('/api?sort=name&page='+n.page,{headers:{'X-CSRF-Token':n.csrf()}})}([]);\n"
)
