"""The shipped catalogue: real request shapes find their endpoint, ordinary requests find nothing."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from taciturn.catalogue import CATEGORIES, ROLES, Catalogue, data, load_catalogue
from taciturn.catalogue.types import KINDS, SOURCES, SURROGATE_NAMES
from taciturn.model.message import Message
from taciturn.surrogates import NAMES

HEX64 = "0f" * 32
SHAPES = [
    ("GET", "https://www.facebook.com/tr/?id=100200300&ev=PageView&dl=https%3A%2F%2Fa.example", "meta.pixel.tr"),
    ("POST", "https://www.facebook.com/tr/", "meta.pixel.tr"),
    ("GET", "https://relay.shop.example/tr?id=100200300&ev=Lead&dl=https%3A%2F%2Fa.example", "meta.pixel.tr"),
    ("GET", "https://www.facebook.com/privacy_sandbox/topics/registration/?id=1", "meta.pixel.privacy-sandbox"),
    ("GET", "https://connect.facebook.net/en_US/fbevents.js", "meta.pixel.script"),
    ("GET", "https://connect.facebook.net/signals/config/100200300?domain=a.example", "meta.pixel.config"),
    ("POST", f"https://x1.eu-west-1.awsapprunner.com/events/{HEX64}", "meta.openbridge.events"),
    ("GET", "https://graph.facebook.com/v3.1/100200/members?fields=id,name&limit=5", "meta.graph.group"),
    ("GET", "https://graph.facebook.com/100200/members", "meta.graph.group"),
    ("GET", "https://graph.facebook.com/v3.0/100200?fields=name%2Cmember_count", "meta.graph.group"),
    ("GET", "https://graph.facebook.com/v2.12/100_200/comments?fields=from{name}", "meta.graph.group"),
    ("POST", "https://graph.facebook.com/", "meta.graph.group"),
    ("GET", "https://graph.facebook.com/v12.0/100200/insights?metric=page_views", "meta.graph.api"),
    ("GET", "https://graph.facebook.com/v15.0/?ids=https%3A%2F%2Fa.example&fields=engagement", "meta.graph.api"),
    ("POST", "https://www.google-analytics.com/g/collect?v=2&tid=G-ABC&dl=x", "google.ga4.collect"),
    ("POST", "https://region1.google-analytics.com/g/collect?v=2&tid=G-ABC", "google.ga4.collect"),
    ("POST", "https://sgtm.shop.example/any/path?v=2&tid=G-ABC&cid=1.2", "google.ga4.collect"),
    ("GET", "https://www.google-analytics.com/collect?v=1&tid=UA-1-1", "google.ga-universal.collect"),
    ("POST", "https://www.google-analytics.com/j/collect?v=1&tid=UA-1-1", "google.ga-universal.collect"),
    ("GET", "https://4001002.fls.doubleclick.net/activityi;src=4001002;u1=a/b;ord=1?", "google.ads.floodlight"),
    ("POST", "https://www.google.com/ccm/collect?en=page_view&dl=x", "google.ads.conversion"),
    ("GET", "https://www.google.com.au/pagead/1p-conversion/100/?label=x", "google.ads.conversion"),
    ("GET", "https://googleads.g.doubleclick.net/pagead/viewthroughconversion/100/?url=x", "google.ads.conversion"),
    ("GET", "https://securepubads.g.doubleclick.net/gampad/ads?iu_parts=1", "google.ads.request"),
    ("GET", "https://www.googletagmanager.com/gtag/js?id=G-ABC", "google.tag.script"),
    ("GET", "https://bat.bing.com/action/0?ti=1&Ver=2&p=x", "bing.uet.action"),
    ("GET", "https://px.ads.linkedin.com/collect?v=2&fmt=js&pid=1&url=x", "linkedin.insight.collect"),
    ("POST", "https://px.ads.linkedin.com/wa/", "linkedin.insight.website-actions"),
    ("GET", "https://www.linkedin.com/px/li_sync?redirect=x", "linkedin.insight.sync"),
    ("POST", "https://analytics.tiktok.com/api/v2/pixel/act", "tiktok.pixel.act"),
    ("GET", "https://t.co/1/i/adsct?p_id=Twitter&event=x", "twitter.pixel.adsct"),
    ("GET", "https://ct.pinterest.com/v3/?tid=1&event=init", "pinterest.tag.event"),
    ("POST", "https://tr.snapchat.com/p", "snap.pixel.event"),
    ("GET", "https://alb.reddit.com/rp.gif?id=t2_x&event=PageVisit", "reddit.pixel.event"),
    ("GET", "https://sslwidget.criteo.com/event?a=1&v=5&p0=e%3Dexd", "criteo.event"),
    ("GET", "https://trc.taboola.com/1000/trc/3/json?data=%7B%7D", "taboola.trc.json"),
    ("POST", "https://mc.yandex.ru/webvisor/1000?wv-check=1", "yandex.metrica.webvisor"),
    ("GET", "https://metrics.shop.example/b/ss/shopprod/1/JS-2.22.4/s01?AQB=1", "adobe.analytics.hit"),
    ("POST", "https://edge.shop.example/ee/v1/interact?configId=x&requestId=y", "adobe.experience.interact"),
    ("POST", "https://us.i.posthog.com/i/v0/e/?ip=0", "posthog.capture"),
    ("POST", "https://shop.example/ingest/i/v0/e/?ip=0", "posthog.capture"),
    ("POST", "https://us.i.posthog.com/flags/?v=2", "posthog.flags"),
    ("POST", "https://us.i.posthog.com/s/", "posthog.replay"),
    ("POST", "https://api-js.mixpanel.com/track/?verbose=1&ip=1", "mixpanel.track"),
    ("POST", "https://api2.amplitude.com/2/httpapi", "amplitude.http"),
    ("GET", "https://heapanalytics.com/h?a=1&u=2&t=x", "heap.pixel"),
    ("POST", "https://plausible.io/api/event", "plausible.event"),
    ("POST", "https://stats.shop.example/matomo.php?idsite=1&rec=1&action_name=x", "matomo.track"),
    ("GET", "https://shop.example/t/x.php?action_name=x&idsite=4&rec=1", "matomo.track"),
    ("POST", "https://c.shop.example/com.snowplowanalytics.snowplow/tp2", "snowplow.post"),
    ("GET", "https://c.shop.example/i?e=pv&p=web&tv=js-3.1.0&url=x", "snowplow.get"),
    ("POST", "https://events.shop.example/ahoy/events", "ahoy.events"),
    ("POST", "https://ackee.shop.example/api", "ackee.graphql"),
    ("POST", "https://replay.rrweb.shop.example/api/events", "rrweb.events"),
    ("WEBSOCKET", "wss://ws.hotjar.com/api/v2/client/ws?v=7&site_id=1", "hotjar.socket"),
    ("POST", "https://content.hotjar.io/?site_id=1&gzip=1", "hotjar.content"),
    ("POST", "https://rs.fullstory.com/rec/bundle?OrgId=1&SessionId=2", "fullstory.bundle"),
    ("POST", "https://m.clarity.ms/collect", "microsoft.clarity.collect"),
    ("POST", "https://pub.highlight.io/", "highlight.graphql"),
    ("POST", "https://o1.ingest.us.sentry.io/api/100/envelope/?sentry_key=x", "sentry.envelope"),
    ("POST", "https://shop.example/monitoring?sentry_key=x&sentry_version=7", "sentry.envelope"),
    ("POST", "https://browser-intake-datadoghq.eu/api/v2/replay?ddsource=browser", "datadog.replay"),
    ("POST", "https://shop.example/proxy?ddforward=%2Fapi%2Fv2%2Frum", "datadog.rum"),
    ("POST", "https://bam.nr-data.net/jserrors/1/NRJS-abc?a=1", "newrelic.events"),
    ("POST", "https://notify.bugsnag.com/", "bugsnag.notify"),
    ("POST", "https://a.in.applicationinsights.azure.com/v2/track", "appinsights.track"),
    ("POST", "https://x.apm.eu.cloud.es.io/intake/v2/rum/events", "elastic.apm.rum"),
    ("POST", "https://otel.shop.example/v1/traces", "opentelemetry.traces"),
    ("POST", "https://api.honeycomb.io/v1/traces", "honeycomb.traces"),
    ("POST", "https://api.segment.io/v1/t", "segment.ingest"),
    ("POST", "https://data.rudder.shop.example/v1/track", "rudderstack.ingest"),
    ("POST", "https://d.shop.example/api/s/track", "jitsu.ingest"),
    ("GET", "https://app.launchdarkly.com/sdk/evalx/0f0f/contexts/eyJrIjoxfQ", "launchdarkly.evalx"),
    ("POST", "https://prodregistryv2.org/v1/rgstr?k=x", "statsig.log"),
    ("POST", "https://sdk.iad-01.braze.com/api/v3/data/", "braze.data"),
    ("GET", "https://a.klaviyo.com/api/track?data=e30", "klaviyo.track"),
    ("GET", "https://track.hubspot.com/__ptq.gif?k=1&t=x", "hubspot.analytics.pixel"),
    ("POST", "https://forms.hubspot.com/collected-forms/submit/form", "hubspot.forms.collected"),
    ("POST", "https://api-iam.intercom.io/messenger/web/ping", "intercom.ping"),
    ("GET", "https://in1.clevertap-prod.com/a?t=1&d=x", "clevertap.a"),
    ("POST", "https://hooks.zapier.com/hooks/catch/100/abc/", "zapier.hook"),
    ("POST", "https://rest.ably.io/channels/support%3A4/messages", "ably.messages"),
    ("POST", "https://data.gosquared.com/event", "gosquared.data"),
    ("POST", "https://api.gosquared.com/tracking/v1/pageview?site_token=GSN-1", "gosquared.tracking"),
    ("GET", "https://vk.com/rtrg?p=VK-RTRG-1-a&event=order", "vk.retargeting.pixel"),
    ("POST", "https://in-otel.hyperdx.io/v1/logs", "hyperdx.intake"),
    ("POST", "https://in.hyperdx.io/", "hyperdx"),
    ("POST", "https://shop.datasink.sensorsdata.cn/sa?project=production", "sensors.data.track"),
    ("GET", "https://sc.shop.example/sa.gif?data=e30%3D&ext=crc%3D1", "sensors.data.track"),
    ("POST", "https://api.growingio.com/v2/0f0f/web/action", "growingio.collect"),
    ("POST", "https://collect-v6.51.la/v6/collect?dt=4", "51la.collect"),
    ("POST", "https://mcs.zijieapi.com/v1/list", "volcengine.datarangers.list"),
    ("POST", "https://proj.cn-hangzhou.log.aliyuncs.com/logstores/web/track", "aliyun.sls.track"),
    ("POST", "https://report.appmetrica.yandex.net/report?deviceid=1", "appmetrica.report"),
    ("POST", "https://api.mindbox.ru/v3/operations/async?operation=x", "mindbox.operations"),
    ("GET", "https://kraken.rambler.ru/cnt/v2/?pid=1", "rambler.top100.count"),
    ("POST", "https://t.karte.io/track", "karte.track"),
    ("POST", "https://core.airbridge.io/api/v4/apps/shop/events/web/9161", "airbridge.events"),
    ("GET", "https://pageview-notify.rdstation.com.br/?token=x", "rd.station.pageview"),
    ("POST", "https://rc.vtex.com/api/events", "vtex.analytics.events"),
    ("GET", "https://api.boxever.com/v1.2/event/create.json?message=%7B%7D", "boxever.event"),
    ("POST", "https://analytics.cloud.coveo.com/rest/ua/v15/analytics/click", "coveo.analytics"),
    ("POST", "https://mautic.shop.example/mtc/event", "mautic.event"),
    ("POST", "https://gtm.shop.example/data?v=2&event_name=page_view", "stape.data"),
    ("GET", "https://siape.veta.naver.com/fxview?eu=x", "naver-ads"),
    ("GET", "https://c.seznam.cz/retargeting?id=1", "seznam-sklik"),
    ("GET", "https://c.elsewhere.test/beacon?session_id=1&event=x&page_url=y", "generic.collector.parameters"),
    ("POST", "https://telemetry.elsewhere.test/ingest", "generic.collector.named-host"),
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def found(catalogue: Catalogue, method: str, url: str, page_site: str = "") -> str | None:
    message = Message.from_url(method, url)
    match = catalogue.match(message.host, message.method, message.target, page_site)
    return None if match is None else match.ref.endpoint or match.tracker.id


@pytest.mark.parametrize(("method", "url", "endpoint"), SHAPES, ids=[f"{e}-{i}" for i, (_, _, e) in enumerate(SHAPES)])
def test_request_of_a_tracker_finds_its_endpoint(catalogue: Catalogue, method: str, url: str, endpoint: str) -> None:
    assert found(catalogue, method, url, "page.example") == endpoint


def test_table_of_shapes_is_not_cut_short() -> None:
    assert len(SHAPES) == 108


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "https://www.facebook.com/groups/1/members"),
        ("GET", "https://www.facebook.com/track"),
        ("GET", "https://notfacebook.com/tr/?id=1&ev=x"),
        ("GET", "https://facebook.com.evil.test/tr/"),
        ("GET", "https://www.google.com/search?q=x"),
        ("GET", "https://maps.google.com/maps?q=x"),
        ("GET", "https://www.linkedin.com/feed/"),
        ("GET", "https://vk.com/feed"),
        ("GET", "https://www.gosquared.com/docs/tracking/event/"),
        ("GET", "https://www.youtube.com/watch?v=x"),
        ("GET", "https://fonts.googleapis.com/css?family=x"),
        ("GET", "https://cdn.jsdelivr.net/npm/x"),
        ("GET", "https://discord.com/channels/1/2"),
        ("POST", "https://api.shop.example/v1/events"),
        ("POST", "https://api.shop.example/v1/track"),
        ("POST", "https://api.shop.example/v1/group"),
        ("POST", "https://api.shop.example/v1/logs"),
        ("POST", "https://api.shop.example/api/event"),
        ("POST", "https://api.shop.example/api"),
        ("POST", "https://api.shop.example/events"),
        ("GET", "https://api.shop.example/events?from=2026-01-01&to=2026-02-01&calendar=work"),
        ("GET", "https://shop.example/track?order=1001&zip=00000"),
        ("GET", "https://shop.example/collect"),
        ("GET", "https://shop.example/i?id=7"),
        ("GET", "https://shop.example/e/?page=2"),
        ("GET", "https://shop.example/s/?q=shoes"),
        ("GET", "https://shop.example/tr/?lang=tr"),
        ("GET", "https://shop.example/?v=2&tid=4"),
        ("GET", "https://shop.example/a?idsite=4"),
        ("POST", "https://shop.example/events/abc123"),
        ("GET", "https://events.tickets.test/api/events?from=2026-01-01"),
        ("GET", "https://stats.league.test/api/stats?season=2026"),
        ("POST", "https://api.mail-sender.test/v3/messages"),
        ("GET", "https://shop.example/data?v=2"),
        ("GET", "https://shop.example/sa?project=7"),
        ("GET", "https://www.rokt.test/api"),
        ("GET", "https://vimeo.com/1"),
        ("GET", "https://player.vimeo.com/video/1"),
    ],
)
def test_ordinary_request_is_nobodys(catalogue: Catalogue, method: str, url: str) -> None:
    assert found(catalogue, method, url, "page.example") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://telemetry.shop.example/ingest",
        "https://api.shop.example/beacon?session_id=1&event=x&page_url=y",
        "https://otlp-gateway.shop.example/v1/traces",
    ],
)
def test_unnamed_collector_on_the_pages_own_site_is_left_alone(catalogue: Catalogue, url: str) -> None:
    assert found(catalogue, "POST", url, "shop.example") is None


@pytest.mark.parametrize(
    ("method", "url", "names", "role"),
    [
        ("GET", "https://www.facebook.com/tr/", ["dl"], "page-url"),
        ("GET", "https://www.facebook.com/tr/", ["cd[buttonFeatures]", "innerText"], "page-text"),
        ("GET", "https://www.facebook.com/tr/", ["ud[em]"], "identity-hash"),
        ("GET", "https://www.facebook.com/tr/", ["fbp"], "id"),
        ("GET", "https://www.facebook.com/tr/", ["cd[currency]"], None),
        ("GET", "https://sslwidget.criteo.com/event", ["bundle"], "opaque"),
        ("POST", "https://www.google-analytics.com/g/collect", ["ep.link_text"], "page-text"),
        ("POST", "https://www.google-analytics.com/g/collect", ["dt"], "page-title"),
        ("POST", "https://notify.bugsnag.com/", ["bugsnag-integrity"], "checksum"),
        ("POST", "https://mc.yandex.ru/webvisor/1", ["wv-check"], "checksum"),
        ("POST", "https://api.segment.io/v1/t", ["context", "page", "url"], "page-url"),
        ("POST", "https://api.segment.io/v1/t", ["properties", "plan"], None),
        ("POST", "https://px.ads.linkedin.com/wa/", ["domAttributes", "innerText"], "page-text"),
    ],
)
def test_parameter_has_its_role(
    catalogue: Catalogue, method: str, url: str, names: list[str], role: str | None
) -> None:
    message = Message.from_url(method, url)
    match = catalogue.match(message.host, method, message.target)
    assert match is not None
    assert match.role(names) == role


def test_containers_and_names_of_events_are_no_text(catalogue: Catalogue) -> None:
    """What has a text role is replaced on private pages, with all it holds: the receiver must still take the event."""
    frame = {
        "properties",
        "event_properties",
        "event",
        "event_name",
        "event_type",
        "eventName",
        "context",
        "payload.data",
    }
    wrong = [
        (tracker.id, name)
        for tracker in catalogue.trackers.values()
        for params in (tracker.params, *(endpoint.params for endpoint in tracker.endpoints))
        for name, role in params.items()
        if role in ("user-text", "page-text", "page-title", "search-query") and name in frame
    ]
    assert wrong == []


def test_vocabulary_holds_for_all_entries(catalogue: Catalogue) -> None:
    assert len(catalogue.trackers) > 800
    assert len(catalogue.endpoint_ids) > 350
    for tracker in catalogue.trackers.values():
        assert tracker.category in CATEGORIES
        assert tracker.source in SOURCES
        assert tracker.name, tracker.id
        assert tracker.owner, tracker.id
        for endpoint in tracker.endpoints:
            assert endpoint.kind in KINDS
            assert endpoint.ways


def test_stand_ins_that_entries_may_wish_are_those_of_the_manifest() -> None:
    assert frozenset(SURROGATE_NAMES) == NAMES


def test_every_endpoint_of_its_own_hosts_can_be_reached(catalogue: Catalogue) -> None:
    """No other endpoint hides one completely: a sample of its first glob leads back to it."""
    sample = {"**": "x", "*": "x", "<n>": "7", "<hex>": "0f" * 8, "<hex64>": HEX64}
    for tracker in catalogue.trackers.values():
        for endpoint in tracker.endpoints:
            way = endpoint.ways[0]
            if way.shape.query or way.shape.some or way.shape.labels or way.hosts == ("*",):
                continue
            host = (way.hosts or tracker.hosts)[0]
            path = way.paths[0]
            for token, text in sample.items():
                path = path.replace(token, text)
            match = catalogue.match(host, next(iter(way.methods), "GET"), path.encode())
            assert match is not None
            assert match.ref.endpoint == endpoint.id


@given(
    prefix=st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20),
    tail=st.sampled_from(["evil.test", "example", "co.test"]),
)
def test_tracker_host_as_a_part_of_another_never_matches(catalogue: Catalogue, prefix: str, tail: str) -> None:
    assert catalogue.match(f"{prefix}.facebook.net.{tail}", "GET", b"") is None
    assert catalogue.match(f"{prefix}connect.facebook.net", "GET", b"") is None
    assert catalogue.match(f"{prefix}.connect.facebook.net", "GET", b"") is not None


@pytest.mark.parametrize("loader", [yaml.CBaseLoader, yaml.CSafeLoader], ids=["as-text", "as-editors-see-it"])
def test_shipped_files_fit_the_schema(loader: type) -> None:
    schema = json.loads((data.rules_dir() / "schema" / "catalogue.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    files = sorted(data.catalogue_dir().glob("*.yaml"))
    assert len(files) >= 10
    for file in files:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
        assert [f"{file.name}: {list(e.path)}: {e.message}" for e in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "document",
    [
        {"version": 2},
        {"version": 1, "tracker": []},
        {"version": 1, "trackers": [{"id": "a", "catgory": "analytics"}]},
        {"version": 1, "trackers": [{"id": "a", "endpoints": {"a.b": {"path": "/x", "pth": "/y"}}}]},
        {"version": 1, "trackers": [{"id": "a", "roles": {"page_url": "dl"}}]},
        {"version": 1, "trackers": [{"id": "a", "endpoints": {"a.b": {"path": "/x", "or": [{"query": "a"}]}}}]},
    ],
)
def test_schema_refuses_what_the_loader_refuses(document: dict[str, object], root: Path) -> None:
    schema = json.loads((root / "rules" / "schema" / "catalogue.schema.json").read_text(encoding="utf-8"))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document))


def test_schema_names_the_vocabulary_of_the_code(root: Path) -> None:
    defs = json.loads((root / "rules" / "schema" / "catalogue.schema.json").read_text(encoding="utf-8"))["$defs"]
    assert defs["category"]["enum"] == list(CATEGORIES)
    assert list(defs["roles"]["properties"]) == list(ROLES)
    assert defs["answer"]["enum"] == list(SURROGATE_NAMES)
    assert defs["kind"]["enum"] == list(KINDS)
    assert defs["source"]["enum"] == list(SOURCES)
