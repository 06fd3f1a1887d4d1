"""The dictionary of fields: what the vendors' parameters carry, and that no receiver of visits is without an entry."""

from __future__ import annotations

import pytest

from taciturn.catalogue import Catalogue, load_catalogue
from taciturn.catalogue.types import Endpoint, Tracker
from taciturn.model.message import Message

# One vendor a row: method, address, and roles with the names of fields; `>` leads from an object to its member, `~` is a blank.
VENDORS = [
    (
        "GET https://www.facebook.com/tr/",
        (
            "page-url: dl rl; page-title: cd[pageFeatures]>title; search-query: cd[search_string];"
            "page-text: cd[buttonText] cd[buttonFeatures]>innerText cd[buttonFeatures]>destination cd[formFeatures]>name"
            " cd[OpenGraph]>og:title cd[DataLayer] cd[JSON-LD]; user-text: cd[content_name] cd[contents]>title;"
            "identity: cud[em] aud[ph]; identity-hash: ud[em] ud[fn] udff[ph]; id: fbp fbc eid"
        ),
    ),
    (
        f"POST https://x1.eu-west-1.awsapprunner.com/events/{'0f' * 32}",
        "page-url: website_context>location; user-text: custom_data>content_name; identity-hash: fb.advanced_matching>em",
    ),
    (
        "GET https://www.google-analytics.com/collect?v=1&tid=UA-1-1",
        "page-url: dl dr dp; page-title: dt; user-text: ea el cd3 exd; identity: uid; id: cid",
    ),
    (
        "POST https://region1.google-analytics.com/g/collect?v=2&tid=G-ABC",
        (
            "page-url: dl dr ep.link_url ep.form_destination; page-title: dt; page-text: ep.link_text ep.form_submit_text;"
            "user-text: ep.file_name ep.document_name up.team_name pr1; search-query: ep.search_term;"
            "identity: uid up.user_email; identity-hash: em; id: cid sid"
        ),
    ),
    (
        "POST https://www.google-analytics.com/mp/collect?measurement_id=G-ABC",
        (
            "page-url: events>params>page_location; page-title: events>params>page_title;"
            "user-text: events>params>file_name; identity: user_id; identity-hash: user_data>sha256_email_address"
        ),
    ),
    (
        "GET https://www.googleadservices.com/pagead/conversion/1/",
        "page-url: url ref; page-title: tiba; user-text: label u1 u100; identity-hash: em; id: auid",
    ),
    (
        "GET https://bat.bing.com/action/0",
        "page-url: p page_path r; page-title: tl; user-text: ea el ec; search-query: kw; identity-hash: pid pid>em",
    ),
    (
        "POST https://px.ads.linkedin.com/wa/",
        (
            "page-url: url href; page-title: pageTitle; page-text: domAttributes>innerText elementCrumbsTree>attributes>title;"
            "identity-hash: hem"
        ),
    ),
    (
        "POST https://analytics.tiktok.com/api/v2/pixel/act",
        (
            "page-url: context>page>url; page-text: auto_collected_properties>trigger_element>inner_text content_data>meta;"
            "user-text: properties>content_name; search-query: properties>query;"
            "identity-hash: context>user>email context>user>phone_number; id: context>user>anonymous_id"
        ),
    ),
    (
        "GET https://t.co/1/i/adsct",
        "page-url: tw_document_href; page-title: pt; user-text: event>content_name; identity-hash: email_address",
    ),
    (
        "GET https://ct.pinterest.com/v3/",
        (
            "page-url: ad>loc; user-text: ed>product_name ed>line_items>product_name; search-query: ed>search_query;"
            "identity-hash: pd>em pd[em]; id: pd>np"
        ),
    ),
    (
        "POST https://tr.snapchat.com/p",
        (
            "page-url: ctx>url pl rf; page-title: title; user-text: req>t>e_desc; search-query: e_ss;"
            "identity-hash: u_hem u_hpn u_hmem; identity: u_em"
        ),
    ),
    (
        "GET https://alb.reddit.com/rp.gif",
        "page-url: url; user-text: m.products>name m.customEventName; identity-hash: em m.conversionId",
    ),
    ("GET https://q.quora.com/_/ad/1/pixel", "page-url: u; identity-hash: em"),
    ("GET https://sslwidget.criteo.com/event", "page-url: fu; search-query: p0>kw p7>kw; identity-hash: p1>m p9>m"),
    (
        "GET https://trc.taboola.com/1/trc/3/json",
        "page-url: item-url data>u; page-title: data>title; user-text: data>qs; identity: orderid",
    ),
    ("GET https://tr.outbrain.com/unifiedPixel", "page-url: dl referrer; user-text: name; id: orderId"),
    (
        "GET https://shop.sc.omtrdc.net/b/ss/shop/1/JS-2/s1",
        (
            "page-url: g -g r pev1; page-title: pageName; page-text: pev2 c>a>activitymap>link region;"
            "user-text: c12 v250 h1 products; identity: cid; id: mid"
        ),
    ),
    (
        "POST https://edge.adobedc.net/ee/v1/interact?configId=x",
        (
            "page-url: events>xdm>web>webPageDetails>URL webInteraction>URL; page-title: webPageDetails>name;"
            "page-text: webInteraction>name; user-text: events>data>__adobe>analytics>eVar7; identity: identityMap>Email>id"
        ),
    ),
    ("POST https://shop.tt.omtrdc.net/rest/v1/delivery", "page-url: context>address>url; identity: thirdPartyId"),
    ("GET https://shop.demdex.net/event", "page-url: c_pageURL; user-text: c_section p_tier; identity: d_cid"),
    (
        "POST https://content.hotjar.io/?site_id=1&gzip=1",
        "page-text: children>textContent children>attributes>aria-label",
    ),
    ("POST https://rs.fullstory.com/rec/bundle", "page-url: Url; page-title: Title; recording: Evts>Args"),
    (
        "GET https://heapanalytics.com/h",
        "page-url: h q r; page-title: t; page-text: n i y; user-text: k sp; identity: identity",
    ),
    (
        "GET https://stats.test/matomo.php?idsite=1&rec=1",
        (
            "page-url: url urlref link download; page-title: action_name; page-text: c_p c_n fa_fp hsr_ev;"
            "user-text: e_n e_c ma_ti dimension1 _cvar; search-query: search; identity: uid; id: _id"
        ),
    ),
    (
        "POST https://shop.piwik.pro/ppms.php",
        "page-url: url link download; page-title: action_name; page-text: c_p; user-text: e_n; search-query: search",
    ),
    (
        "POST https://mc.yandex.ru/watch/1",
        (
            "page-url: page-url page-ref; page-title: browser-info>t; page-text: site-info>anything;"
            "identity: site-info>__ym>user_id; user-text: site-info>__ymu>name; checksum: wv-check"
        ),
    ),
    ("POST https://m.clarity.ms/collect", "page-url: e; recording: p a"),
    ("POST https://o2.mouseflow.com/dom", "page-url: uri; page-title: title; page-text: html; user-text: keystrokes"),
    ("GET https://c.contentsquare.net/pageview", "page-url: url dr; page-text: dv"),
    ("POST https://ingest.quantummetric.com/horizon/shop", "page-url: u r"),
    (
        "POST https://sdk.iad-01.braze.com/api/v3/data/",
        "identity: attributes>email attributes>custom>team; page-url: events>data>u",
    ),
    (
        "GET https://a.klaviyo.com/api/track",
        (
            "page-url: data>properties>page; user-text: data>properties>ProductName; identity: customer_properties>$email"
            " $email data>attributes>profile>data>attributes>email"
        ),
    ),
    (
        "POST https://forms.hubspot.com/collected-forms/submit/form",
        "page-url: pageUrl; page-title: pageTitle; user-text: formValues>comment; identity: contactFields>email",
    ),
    ("GET https://track.hubspot.com/__ptq.gif", "page-url: pu r rcu; page-title: t; identity: i"),
    (
        "POST https://api-iam.intercom.io/messenger/web/ping",
        (
            "page-url: referer; page-title: page_title; user-text: metadata>plan blocks>text;"
            "identity: user_data>email user_data>companies>name; checksum: user_data>user_hash"
        ),
    ),
    (
        "POST https://event.api.drift.com/track",
        "page-url: context>page>url; page-title: context>page>title; identity: attributes>email",
    ),
    ("GET https://pi.pardot.com/analytics", "page-url: url referrer; page-title: title"),
    ("GET https://1.mktoresp.com/webevents/visitWebPage", "page-url: _mchHr _mchRu _mchQp; identity: Email"),
    (
        "GET https://x.evergage.com/api2/event/d",
        "page-url: event>source>url; user-text: event>action; identity: event>user>attributes>emailAddress",
    ),
    ("GET https://ping.chartbeat.net/ping", "page-url: p r d; page-title: i; user-text: g0 g1"),
    ("GET https://p1.parsely.com/px/", "page-url: url metadata>link; page-title: metadata>title; user-text: data>plan"),
    ("GET https://sb.scorecardresearch.com/b", "page-url: c7 c9; page-title: c8; user-text: c3"),
    (
        "GET https://pixel.quantserve.com/pixel",
        "page-url: url ref; page-title: ogl; user-text: labels; identity-hash: uht",
    ),
    ("GET https://secure-us.imrworldwide.com/cgi-bin/m", "page-url: si rp; page-title: tl; user-text: c3"),
    ("GET https://insight.adsrvr.org/track/up", "page-url: ref; user-text: td1 td10; opaque: uid2_token"),
    ("GET https://api.rlcdn.com/api/identity/v2/envelope", "page-url: pu; identity-hash: iv; opaque: envelope"),
    ("GET https://tags.srv.stackadapt.com/saq_pxl", "page-url: landing_url; page-title: t"),
    ("GET https://ib.adnxs.com/pixie", "page-url: u"),
    ("GET https://flask.nextdoor.com/pixel", "page-url: pl rf"),
    ("GET https://1.siteimproveanalytics.io/image.aspx", "page-url: url ref; page-title: title"),
    (
        "POST https://us.i.posthog.com/e/",
        (
            "page-url: properties>$current_url $set_once>$initial_current_url; page-title: properties>title;"
            "page-text: properties>$elements_chain $el_text; user-text: $survey_response_2; recording: $snapshot_data;"
            "identity: $set>email group_properties>name"
        ),
    ),
    (
        "POST https://api-js.mixpanel.com/track/",
        "page-url: $current_url; page-text: $el_text $elements>$attr-title; identity: $email",
    ),
    (
        "POST https://api2.amplitude.com/2/httpapi",
        (
            "page-text: event_properties>[Amplitude]~Element~Text; user-text: event_properties>[Amplitude]~File~Name;"
            "page-url: [Amplitude]~Page~URL [Amplitude]~Link~URL; page-title: [Amplitude]~Page~Title; identity: user_properties>role"
        ),
    ),
    (
        "GET https://c.test/i?e=pv&p=web&tv=js-3",
        "page-url: url refr; page-title: page; page-text: elementContent; user-text: se_la ti_nm; identity: uid; id: cx",
    ),
    (
        "POST https://api.segment.io/v1/t",
        "page-url: context>page>url; page-title: context>page>title; identity: context>traits>name traits>team",
    ),
    (
        "POST https://o1.ingest.us.sentry.io/api/1/envelope/",
        "page-url: request>url; page-text: breadcrumbs>message; user-text: exception>values>value extra>row; identity: user>email",
    ),
    (
        "POST https://browser-intake-datadoghq.eu/api/v2/rum",
        "page-url: view>url; page-text: action>target>name; identity: usr>name",
    ),
    (
        "POST https://bam.nr-data.net/jserrors/1/NRJS-a",
        "page-url: ref; user-text: params>message; identity: enduser.id",
    ),
    ("POST https://notify.bugsnag.com/", "page-url: request>url; user-text: exceptions>message; identity: user>email"),
    (
        "POST https://api.rollbar.com/api/1/item/",
        "page-url: request>url; user-text: exception>message; identity: person>email",
    ),
    ("POST https://api.raygun.io/entries", "page-text: Details>Breadcrumbs>Message; identity: User>Email"),
    (
        "POST https://capture.trackjs.com/capture",
        "page-url: url; user-text: console>message; identity: customer>userId",
    ),
    ("POST https://r.lr-in.com/i", "page-url: url; page-text: mutations; identity: userTraits>email"),
    ("POST https://plausible.io/api/event", "page-url: u p>url; user-text: p>plan props>author"),
    ("POST https://cloud.umami.is/api/send", "page-url: payload>url; page-title: payload>title"),
    ("GET https://shop.goatcounter.com/count", "page-url: p r; page-title: t"),
    ("GET https://cdn.usefathom.com/", "page-url: p h; user-text: qs"),
    ("POST https://queue.simpleanalyticscdn.com/post", "page-url: path; user-text: metadata>plan"),
    (
        "POST https://shop.count.ly/i",
        "page-url: events>segmentation>view; user-text: segmentation>input:email; identity: user_details",
    ),
    ("POST https://vitals.vercel-insights.com/v1/view", "page-url: o r; user-text: ed>plan"),
    ("POST https://static.cloudflareinsights.com/cdn-cgi/rum", "page-url: location referrer"),
    ("GET https://hm.baidu.com/hm.gif", "page-url: u su; page-title: tt; user-text: ep; id: cc ct et"),
    ("GET https://z1.cnzz.com/stat.htm", "page-url: p r; page-title: t; user-text: ei"),
    ("GET https://vk.com/rtrg", "page-url: metatag_url; page-title: metatag_title"),
    ("GET https://top-fwz1.mail.ru/counter", "page-url: u r; page-title: t; user-text: goal"),
    ("GET https://wcs.naver.com/b", "page-url: u e"),
    ("GET https://bc.ad.daum.net/bc", "page-url: d>props>url; page-title: d>props>title"),
]

VISITS = ("advertising", "analytics", "session-replay", "customer-data", "marketing", "support-chat")
WITHOUT = {
    "yahoo-flurry": "apps report to it: there are no pages, and its messages are binary",
    "aptabase": "an event has a name and numbers; it is built to take neither addresses nor texts of pages",
    "tinybird": "the customer names every column",
    "wix-bi": "its parameters are numbered and differ by event",
    "iovation": "it takes a sealed description of the device",
    "threatmetrix": "it takes a sealed description of the device",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(("request_line", "expected"), VENDORS, ids=[line.split("/")[2] for line, _ in VENDORS])
def test_field_of_the_vendor_has_its_role(catalogue: Catalogue, request_line: str, expected: str) -> None:
    method, url = request_line.split(" ")
    message = Message.from_url(method, url)
    match = catalogue.match(message.host, method, message.target, "page.test")
    assert match is not None
    wanted = {}
    for entry in expected.split(";"):
        role, _, names = entry.partition(": ")
        for name in names.split():
            wanted[name.replace("~", " ")] = role.strip()
    assert {name: match.role(name.split(">")) for name in wanted} == wanted


def test_table_of_vendors_is_not_cut_short() -> None:
    assert len(VENDORS) == 78


def test_receiver_of_visits_has_a_field_for_the_page(catalogue: Catalogue) -> None:
    """Or a reason why not."""
    without = set()
    for tracker in catalogue.trackers.values():
        roles = {*tracker.params.values(), *(role for e in tracker.endpoints for role in e.params.values())}
        if tracker.category in VISITS and not roles & {"page-url", "page-text", "recording"}:
            without.add(tracker.id)
    assert without == WITHOUT.keys()


def test_field_with_an_explanation_has_words_for_it(catalogue: Catalogue) -> None:
    holders: list[Tracker | Endpoint] = []
    for tracker in catalogue.trackers.values():
        holders += [tracker, *tracker.endpoints]
    explained = [why for holder in holders for why in holder.why.values()]
    assert len(explained) > 100
    assert all(len(why.split()) > 2 for why in explained)
