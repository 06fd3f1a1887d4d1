"""Cases without a leak: what only looks like one."""

from __future__ import annotations

from tests.accuracy.casekit import JSON, PIXEL, SHOP, TEXT, case, click, compact, envelope, packed, query, sha256

FRAME = {"filename": "https://shop.lowmoor.example/static/main.8f3c2a1b.js", "lineno": 1, "colno": 88213}
CLEAN = [
    case("facebook_pixel", f"{PIXEL}PageView&{query(dl=SHOP)}&rl=&if=false&ts=1735318681230&v=2.9.170", page=SHOP),
    case(
        "facebook_pixel",
        f"{PIXEL}SubscribedButtonClick&{query(dl='https://www.lowmoor.example/pricing.html')}&"
        + query(**{"cd[buttonFeatures]": click("Team\n2 TB\nStart for free")})
        + "&v=2.9.33",
        page="https://www.lowmoor.example/pricing.html",
        trap="size_in_price",
    ),
    case(
        "facebook_pixel",
        f"{PIXEL}Purchase&"
        + query(dl=SHOP, **{"cd[order_id]": "4479002213", "cd[value]": "41.90", "cd[currency]": "EUR"}),
        page=SHOP,
        trap="phone_like_order_number",
    ),
    case(
        "sentry",
        "https://o4401.ingest.sentry.io/api/77120/envelope/?sentry_key=5c0e9f1a44b24c1d8e3f7a6b90d21c55",
        page=SHOP,
        headers=TEXT,
        body=envelope(
            [("event", {"release": "shop@5.12.0", "exception": {"values": [{"stacktrace": {"frames": [FRAME]}}]}})]
        ),
        trap="stack_trace_files",
    ),
    case(
        "segment",
        "https://api.segment.io/v1/t",
        page=SHOP,
        headers=TEXT,
        body=compact(
            {
                "event": "Product Viewed",
                "properties": {"name": "Oak desk", "size": "120 x 60", "sku": "OD-120", "price": 249},
            }
        ),
        trap="product_size",
    ),
    case(
        "amplitude",
        "https://api2.amplitude.com/2/httpapi",
        page=SHOP,
        headers=JSON,
        body=compact(
            {
                "api_key": "k41",
                "events": [{"event_type": "Exposure", "event_properties": {"group": "control", "ad_group": "spring"}}],
            }
        ),
        trap="experiment_group",
    ),
    case(
        "pinterest",
        "https://ct.pinterest.com/v3/?tid=2611004417999&event=pagevisit&"
        + query(pd=compact({"em": ""}), ad=compact({"loc": SHOP})),
        page=SHOP,
        trap="empty_pii_slot",
    ),
    case(
        "datadog",
        "https://browser-intake-datadoghq.eu/api/v2/logs?ddsource=browser&dd-api-key=pub3f0e9a1c5b7d2846ffab1",
        page=SHOP,
        headers=TEXT,
        body=compact({"status": "info", "message": "agent 10.4.0.17 ready", "version": "10.4.0.17"}),
        trap="version_like_address",
    ),
    case(
        "ga4",
        "https://www.google-analytics.com/g/collect?v=2&tid=G-4LOWMOOR1&en=page_view&"
        + query(dl="https://about.lowmoor.example/", dt="About us"),
        page="https://about.lowmoor.example/",
        trap="plain_title",
    ),
    case(
        "matomo",
        f"https://lowmoor.matomo.cloud/matomo.php?idsite=4&rec=1&{query(url='https://www.lowmoor.example/index.html')}&pdf=1&h=18&m=9&s=32",
        page="https://www.lowmoor.example/index.html",
        trap="page_named_html",
    ),
    case(
        "custom_collector",
        "https://widgets.parcelworks.example/v2/load?"
        + query(cfg=compact({"theme": "dark", "version": "4.2.1", "members": 50})),
        page=SHOP,
        trap="plan_limit",
    ),
    case(
        "clarity",
        "https://h.clarity.ms/collect",
        page=SHOP,
        note="gzip, numbers only",
        **packed(
            "gzip",
            compact({"e": ["0.7.31", 1, 4411, 18, "lw41", "1x8k", "9q2m", 1, 0, 0], "a": [[4412, 25, 12, 118, 3]]}),
        ),
    ),
    case(
        "snapchat",
        "https://tr.snapchat.com/p",
        page=SHOP,
        headers=JSON,
        body=compact({"pid": "7c1f0a52-5b4e-4f6a-8d0b-2f7c9e1a6d34", "ev": "PAGE_VIEW", "u_hem": sha256("")}),
        trap="hash_of_nothing",
    ),
    case(
        "facebook_pixel",
        f"{PIXEL}ViewContent&{query(dl=SHOP, **{'cd[image]': 'https://cdn.lowmoor.example/img/oak-desk@2x.webp'})}",
        page=SHOP,
        trap="product_image",
    ),
]
