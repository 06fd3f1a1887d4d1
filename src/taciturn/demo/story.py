"""What is planted. Every name, file, group, id and site is invented."""

from __future__ import annotations

from typing import NamedTuple

STORAGE = "secure.harbourbox.example"  # a storage service with a signed-in file browser
APP = "app.kinfolk.example"  # an app that a group's administrators let in
FOLDER = "Clients/Aldercroft Estate/Probate"
LISTING = f"https://{STORAGE}/browse.htm"
ORDERS = f"https://{STORAGE}/account/billing/"


class File(NamedTuple):
    name: str
    size: str  # as the page shows it
    length: int  # the same in bytes
    date: str


class Member(NamedTuple):
    id: str
    name: str
    picture: str


FILES = (
    File("Redundancy list Q2 (draft).xlsx", "412.7 KB", 422_605, "2021-03-11"),
    File("Biopsy results M Aldercroft.pdf", "1.3 MB", 1_363_149, "2021-03-14"),
    File("Adoption papers Wren", "88.4 KB", 90_522, "2021-03-19"),  # no extension: only its row says that it is a file
)
GROUP_ID = "1855200143377012"
GROUP_NAME = "Grief Walkers Northmoor"
GROUP_COUNT = 1377
POST = "Ninety days without Tomas, and I still set two plates."
MEMBERS = (
    Member("10150088120044771", "Solveig Marchetti-Bose", "https://pics.kinfolk-cdn.example/10150088120044771.jpg"),
    Member("10150088120044835", "Tendai Brackenfold", "https://pics.kinfolk-cdn.example/10150088120044835.jpg"),
    Member("10150088120044916", "Ines Hallworth", "https://pics.kinfolk-cdn.example/10150088120044916.jpg"),
)
GRAPH_TOKEN = "EAADx7QmWtwinBAHk31sLw4fZBpT8nVYd6oQe2rU9cKjM5"  # noqa: S105 - opens nothing

PLANTED: dict[str, str] = {
    **{file.name: "file name" for file in FILES},
    **{file.size: "file size" for file in FILES},
    **{str(file.length): "file size" for file in FILES[1:]},  # no tracker is sent the first one's
    **{file.date: "file date" for file in FILES},
    FOLDER: "folder",
    GROUP_ID: "group id",
    GROUP_NAME: "group name",
    str(GROUP_COUNT): "member count",
    POST: "post",
    **{member.id: "member id" for member in MEMBERS},
    **{member.name: "member name" for member in MEMBERS},
    **{member.picture: "member picture" for member in MEMBERS},
    GRAPH_TOKEN: "access token",
}
"""Every value that must not reach a receiver while the rules are enforced, and what it is."""
