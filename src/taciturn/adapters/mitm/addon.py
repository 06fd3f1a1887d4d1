"""The hooks. Deny by default, and every hook's failure leaves the denial in place.

mitmproxy lets a flow go on when a hook raises, so nothing here relies on code being reached:

 1. `requestheaders` presets a denial as the response. A flow with a response never contacts its origin.
 2. `request` takes the denial away after an explicit allow, and only that very object: an answer that somebody else
    has set (407 of the proxy's own authentication) is left alone.
 3. `server_connect` refuses every connection that no allow verdict was given for, whatever asked for it.
 4. `configure` vetoes options that would stream, pass through or connect early.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from mitmproxy import connection, ctx, exceptions, http, tls
from mitmproxy.proxy import server_hooks

from taciturn.adapters.mitm import answers, convert
from taciturn.adapters.mitm.agreement import disagreement, normal_host
from taciturn.adapters.mitm.exchange import Exchange, Stage
from taciturn.adapters.mitm.gate import Gate, LearnedProtocols
from taciturn.adapters.mitm.judge import Judge, Later
from taciturn.adapters.mitm.options import vetoes
from taciturn.adapters.mitm.selftest import SelfTest
from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.adapters.mitm.sidechannels import strip_side_channels

# Bodies up to this size are not worth a question about the head alone: they are buffered and inspected once.
_ASK_ABOUT_HEAD = 64 << 10
_BODYLESS = (b"GET", b"HEAD", b"OPTIONS")


class TaciturnAddon:
    """Always the last addon, so that it judges the request that would really leave."""

    name = "taciturn"

    def __init__(self, judge: Judge, gate: Gate, settings: ProxySettings) -> None:
        self.judge = judge
        self.gate = gate
        self.settings = settings
        self.selftest = SelfTest(settings)
        self.learned = LearnedProtocols()
        # Not in flow.metadata: that is saved with flows, by those who save them.
        self.exchanges: WeakKeyDictionary[http.HTTPFlow, Exchange] = WeakKeyDictionary()
        self.open_exchanges: dict[str, str] = {}  # flow -> client connection, both by id
        self._tunnels: dict[str, str] = {}  # client connection -> host that may pass unopened

    # Options and connections

    def configure(self, updated: set[str]) -> None:
        """Any other exception than OptionsError would mean: change accepted."""
        try:
            wrong = vetoes(ctx.options, self.settings)
        except Exception as error:
            raise exceptions.OptionsError("taciturn could not check the options") from error
        if wrong:
            raise exceptions.OptionsError(f"taciturn refuses this option: {', '.join(wrong)}")

    def client_disconnected(self, client: connection.Client) -> None:
        self.gate.forget(client.id)
        self._tunnels.pop(client.id, None)
        for flow_id in [flow for flow, owner in self.open_exchanges.items() if owner == client.id]:
            del self.open_exchanges[flow_id]  # a flow that mitmproxy broke off without a word

    def http_connect(self, flow: http.HTTPFlow) -> None:
        if flow.response is not None:
            return
        flow.response = answers.refusal(403, "no-verdict")
        host = normal_host(flow.request.data.host)
        verdict = self.judge.connect(flow, host, flow.request.data.port)
        if verdict.action == "refuse":
            flow.response = answers.refusal(403, verdict.reason)
        else:
            if verdict.action == "tunnel":
                self._tunnels[flow.client_conn.id] = host
            flow.response = None

    def tls_clienthello(self, data: tls.ClientHelloData) -> None:
        client, address = data.context.client, data.context.server.address
        tunnel = self._tunnels.pop(client.id, "")
        if address is None:
            return
        if tunnel and normal_host(data.client_hello.sni or "") == tunnel:
            self.gate.grant(client.id, address[0], address[1])
            data.ignore_connection = True
        elif self.learned.is_http1(address) and b"http/1.1" in data.client_hello.alpn_protocols:
            client.alpn = b"http/1.1"

    def tls_established_server(self, data: tls.TlsData) -> None:
        if isinstance(data.conn, connection.Server) and data.conn.address is not None:
            self.learned.saw(data.conn.address, b"h2" in data.conn.alpn_offers, data.conn.alpn == b"h2")

    def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        refusal = "no verdict"
        try:
            refusal = self.gate.refusal(data.client.id, data.server.address)
        finally:
            if refusal and data.server.error is None:
                data.server.error = f"taciturn: {refusal}"

    def http_connect_upstream(self, flow: http.HTTPFlow) -> None:
        data = flow.request.data
        if not self.gate.granted(flow.client_conn.id, data.host, data.port):
            data.authority = b"refused.invalid:443"  # there is no way to stop this CONNECT, only to empty it
            data.headers.fields = ((b"Host", b"refused.invalid:443"),)

    # Requests

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        if flow.response is None:
            exchange = Exchange(answers.denied())
            flow.response = exchange.denial
            self.exchanges[flow] = exchange
            self.open_exchanges[flow.id] = flow.client_conn.id
            self._judge_head(flow, exchange)

    def request(self, flow: http.HTTPFlow) -> Later:
        exchange = self.exchanges.get(flow)
        if exchange is None:
            flow.response = flow.response or answers.denied()  # the first hook has not run
        elif exchange.stage is Stage.STREAMED:
            flow.request.data.trailers = None
        elif exchange.stage is Stage.SELFTEST:
            self.selftest.answer(flow, exchange, self.judge.engine)
        elif exchange.stage is Stage.PENDING and flow.response is exchange.denial:
            return self.judge.request(flow, exchange)
        return None

    def _judge_head(self, flow: http.HTTPFlow, exchange: Exchange) -> None:
        try:
            data = flow.request.data
            to_upstream = bool(self.settings.upstream) and data.scheme == b"http"
            head = convert.read_head(data.headers.fields, to_upstream)
            status, word = _ill_formed(flow, head)
            if status:
                exchange.answer_with(flow, answers.refusal(status, word))
                self.judge.refused(flow, word)
            elif self.selftest.owns(flow):
                exchange.stage = Stage.SELFTEST
            else:
                if head.strip:
                    data.headers.fields = convert.without(data.headers.fields, *head.strip)
                self._ask_about_head(flow, exchange, head.length)
        except Exception as error:
            self.judge.failed(flow, exchange, error)

    def _ask_about_head(self, flow: http.HTTPFlow, exchange: Exchange, length: int | None) -> None:
        data = flow.request.data
        if length == 0 and data.method not in _BODYLESS and data.http_version[:6] != b"HTTP/1":
            length = None  # HTTP/2 frames a body without announcing it
        if length is None or length > _ASK_ABOUT_HEAD:
            self.judge.head(flow, exchange, length)

    # Responses and the end

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        exchange = self.exchanges.get(flow)
        if flow.response is None or exchange is None or exchange.stage not in (Stage.ALLOWED, Stage.STREAMED):
            return
        data = flow.response.data
        data.headers.fields = strip_side_channels(data.headers.fields, flow.request.data.host)
        if data.status_code == 101:  # an extension that was not asked for would inflate messages without a limit
            data.headers.fields = convert.without(data.headers.fields, b"sec-websocket-extensions")
        else:
            self.judge.response_head(flow, exchange)

    def response(self, flow: http.HTTPFlow) -> Later:
        self.open_exchanges.pop(flow.id, None)
        exchange = self.exchanges.get(flow)
        return self.judge.response(flow, exchange) if exchange is not None and exchange.reads_response else None

    def error(self, flow: http.HTTPFlow) -> None:
        self.open_exchanges.pop(flow.id, None)
        exchange = self.exchanges.get(flow)
        if flow.error and flow.error.msg.startswith("taciturn:") and exchange and exchange.stage is Stage.PENDING:
            self.judge.refused(flow, "oversize", self.settings.body_limit)

    # WebSocket

    def websocket_message(self, flow: http.HTTPFlow) -> Later:
        if flow.websocket is None:
            return None
        message = flow.websocket.messages[-1]
        flow.websocket.messages.clear()  # mitmproxy would keep them all for the life of the flow
        if not message.from_client:
            return None
        message.drop()
        exchange = self.exchanges.get(flow)
        return self.judge.websocket(flow, exchange, message) if exchange is not None else None

    def done(self) -> None:
        self.judge.close()


def _ill_formed(flow: http.HTTPFlow, head: convert.Head) -> tuple[int, str]:
    """What needs no engine: names that disagree, framing with two readings -> (status, word), or (0, "")."""
    data = flow.request.data
    word = disagreement(
        normal_host(data.host),
        data.port,
        head.hosts,
        data.authority,
        flow.client_conn.sni or "" if data.scheme == b"https" else "",
        data.http_version == b"HTTP/1.1",
    )
    if word:
        return 421, word
    if head.codings and head.codings != [b"chunked"]:
        return 400, "transfer-coding"
    return (400, "illegal-bytes") if convert.has_illegal_bytes(data) else (0, "")
