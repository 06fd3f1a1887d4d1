"""Cases: groups and their members, persons, and what opens something."""

from __future__ import annotations

from tests.accuracy.casekit import CIRCLE, FORM, JSON, PIXEL, SHOP, TEXT, b64, case, compact, leak, query, sha256

# Groups and the people in them

GROUP = "1855200143377012"
MEMBERS = [
    {"id": "10150088120044771", "name": "Solveig Marchetti-Bose", "picture": "https://pics.rosterhost.example/a/1.jpg"},
    {"id": "10150088120044772", "name": "Tendai Brackenfold", "picture": "https://pics.rosterhost.example/a/2.jpg"},
]
ROSTER = {
    "event": "group.synced",
    "group": {"id": GROUP, "name": "Grief Walkers Tromsø", "member_count": 1377},
    "members": MEMBERS,
}
BATCH = [{"method": "GET", "relative_url": f"v3.1/{GROUP}/members?fields=name%2Cpicture&limit=500"}]
TOKEN = "EAADx7QmWtwinBAHk31sLw4fZBpT8nVYd6oQe2rU9cKjM5"


def roster_leaks(root: str) -> list[dict[str, str]]:
    found = leak("group.id", GROUP, f"{root}.group.id") + leak(
        "group.name", "Grief Walkers Tromsø", f"{root}.group.name"
    )
    found += leak("group.member_count", "1377", f"{root}.group.member_count")
    for index, member in enumerate(MEMBERS):
        place = f"{root}.members[{index}]"
        found += leak("member.id", member["id"], f"{place}.id") + leak("member.name", member["name"], f"{place}.name")
        found += leak("member.picture", member["picture"], f"{place}.picture")
    return found


GROUPS = [
    case(
        "facebook_graph",
        f"https://graph.facebook.com/v3.1/{GROUP}/members?fields=id,name,picture&limit=200&access_token={TOKEN}",
        leak("group.id", GROUP, "url path[2]"),
        leak("credential.token", TOKEN, "query.access_token"),
        page="https://app.rosterlane.example/import",
        note="asks for the members of a group",
    ),
    case(
        "facebook_graph",
        "https://graph.facebook.com/",
        leak("group.id", GROUP, "body.batch$[0].relative_url:base"),
        leak("credential.token", TOKEN, "body.access_token"),
        page="https://app.rosterlane.example/import",
        headers=FORM,
        body=f"access_token={TOKEN}&{query(batch=compact(BATCH))}",
        note="the same in a batch",
    ),
    case(
        "zapier",
        "https://hooks.zapier.com/hooks/catch/4410928/lw41/",
        roster_leaks("body$"),
        page="https://app.rosterlane.example/sync",
        headers=JSON,
        body=compact(ROSTER),
        note="a group app forwards a roster to a webhook",
    ),
    case(
        "custom_collector",
        "https://collect.peoplegrid.example/v2/rosters",
        roster_leaks("body.payload$"),
        page=CIRCLE,
        headers=FORM,
        body=query(source="sync", payload=compact(ROSTER)),
        note="JSON in a form, to a host on no list",
    ),
    case(
        "mixpanel",
        "https://api-js.mixpanel.com/groups/?verbose=1&ip=1&_=1714633869120",
        leak("group.name", "Quiet Mornings Ghent", "body.data$[0].$set.group_name"),
        leak("group.member_count", "2413", "body.data$[0].$set.member_count"),
        page=CIRCLE,
        headers=FORM,
        body=query(
            data=compact([{"$token": "t41", "$set": {"group_name": "Quiet Mornings Ghent", "member_count": 2413}}])
        ),
        note="a group's profile",
    ),
]


# Persons and credentials

MAIL, PHONE = "solveig.mb@example.org", "+447700900461"
TRAITS = {"email": MAIL, "phone": PHONE, "plan": "team"}
SESSION = "q7Zk2mWd93LxVb5TnR8sYc1H"
PERSONS = [
    case(
        "facebook_pixel",
        f"{PIXEL}Lead&{query(dl=SHOP, **{'ud[em]': sha256(MAIL), 'ud[ph]': sha256(PHONE[1:])})}&v=2.9.170",
        leak("person.email_hash", sha256(MAIL), "query.ud[em]", of=MAIL),
        leak("person.phone_hash", sha256(PHONE[1:]), "query.ud[ph]", of=PHONE[1:]),
        page=SHOP,
        note="advanced matching",
    ),
    case(
        "segment",
        "https://api.segment.io/v1/i",
        leak("person.email", MAIL, "body$.traits.email"),
        leak("person.phone", PHONE, "body$.traits.phone"),
        page=SHOP,
        headers=TEXT,
        body=compact({"type": "identify", "userId": "u-5522", "traits": TRAITS}),
    ),
    case(
        "ga4",
        "https://www.google-analytics.com/g/collect?v=2&tid=G-4LOWMOOR1&en=page_view&"
        + query(dl="https://www.lowmoor.example/welcome?email=solveig.mb%40example.org&step=2"),
        leak("person.email", MAIL, "query.dl?email"),
        page="https://www.lowmoor.example/welcome?email=solveig.mb%40example.org&step=2",
        note="an address in an address",
    ),
    case(
        "snowplow",
        "https://collector.lowmoor.example/com.snowplowanalytics.snowplow/tp2",
        leak("person.email", MAIL, "body$.data[0].ue_px[b64]$.data.data.email"),
        page="https://www.brackenfold.example/newsletter",
        headers=JSON,
        body=compact(
            {
                "schema": "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4",
                "data": [
                    {
                        "e": "ue",
                        "p": "web",
                        "tv": "js-3.23.0",
                        "aid": "lowmoor",
                        "ue_px": b64(
                            compact(
                                {
                                    "schema": "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0",
                                    "data": {
                                        "schema": "iglu:com.lowmoor/signup/jsonschema/1-0-0",
                                        "data": {"email": MAIL},
                                    },
                                }
                            )
                        ),
                    }
                ],
            }
        ),
        note="base64 in JSON, to a collector of the customer",
    ),
    case(
        "bing_uet",
        f"https://bat.bing.com/action/0?ti=5530021&Ver=2&evt=pageLoad&{query(p=f'https://www.lowmoor.example/reset?token={SESSION}')}",
        leak("credential.token", SESSION, "query.p?token"),
        page="https://www.lowmoor.example/reset",
        note="a token in the page's address",
    ),
    case(
        "tiktok",
        "https://analytics.tiktok.com/api/v2/pixel",
        leak("person.email_hash", sha256(MAIL), "body$.context.user.email", of=MAIL),
        page=SHOP,
        headers=TEXT,
        body=compact(
            {
                "event": "CompleteRegistration",
                "context": {"user": {"email": sha256(MAIL)}, "pixel": {"code": "CLOWMOOR41"}},
            }
        ),
    ),
]
