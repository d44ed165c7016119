"""What a link to an online meeting says by itself."""

import re
import unicodedata
from urllib.parse import parse_qs, urlsplit

ZOOM_HOST = re.compile(r"(?:[\w-]+\.){0,4}(?:zoom\.(?:us|com|com\.cn)|zoomgov\.com)")
ID = re.compile(
    r"https?://(?:(?:[\w-]+\.){0,4}(?:zoom\.(?:us|com|com\.cn)|zoomgov\.com)/(?:j|w|s|wc/join|wc)/(\d{9,12})"
    r"|teams\.(?:microsoft|live)\.com/meet/(\d{9,16}))(?!\d)",
    re.IGNORECASE,
)
# The path of a link that opens a meeting. Others on the same hosts are for help, registering, recordings, numbers.
JOINS = {
    "zoom": re.compile(r"/(?:(?:j|w|s|wc/join|wc)/\d{9,12}(?!\d)|my/[\w.-]+)", re.IGNORECASE),
    "teams": re.compile(r"/(?:l/meetup-join/|meet/|dl/launcher/|_#/(?:l/meetup-join|pre-join)).", re.IGNORECASE),
    "meet": re.compile(r"/(?:lookup/.|[a-z]{3}-?[a-z]{4}-?[a-z]{3}(?![a-z]))", re.IGNORECASE),
    "webex": re.compile(r"/(?:meet/.|join/.|m/.|webappng/sites/.|[\w.-]+/(?:j|e|onstage/g)\.php|wbxmjs/joinservice/.)"),
}
OTHER_HOSTS = re.compile(
    r"(?:[\w-]+\.){0,4}(?:meet\.jit\.si|8x8\.vc|whereby\.com|meet\.goto\.com|gotomeeting\.com|gotomeet\.me"
    r"|gotowebinar\.com"
    r"|bluejeans\.com|join\.skype\.com|meet\.lync\.com|chime\.aws|livestorm\.co|streamyard\.com|starleaf\.com)"
)


def id_in_link(url: str) -> str:
    """The meeting ID that a Zoom or short Teams link carries, as digits; empty for any other link."""
    match = ID.match(url)
    return (match[1] or match[2]) if match else ""


def only_digits(text: str) -> str:
    """A meeting ID as people write it (`815 4586 9151`) without blanks, dashes and marks that nobody sees."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in {"Pd", "Cf"})


def service_of(url: str) -> str:
    """Whose host a link names: `zoom`, `teams`, `meet`, `webex`, `other` (a known meeting service); else empty."""
    host = _host(url)
    if ZOOM_HOST.fullmatch(host):
        return "zoom"
    if host in {"teams.microsoft.com", "teams.live.com", "gov.teams.microsoft.us"}:
        return "teams"
    if host == "meet.google.com":
        return "meet"
    if host == "webex.com" or host.endswith(".webex.com"):
        return "webex"
    return "other" if OTHER_HOSTS.fullmatch(host) else ""


def joins(url: str) -> bool:
    """Whether a link opens a meeting, as against one that registers, lists numbers, plays a recording or helps."""
    service = service_of(url)
    if service == "other":
        return len(_split(url)[1].strip("/")) > 1
    return bool(service) and bool(JOINS[service].match(_split(url)[1]))


def unwrapped(url: str) -> str:
    """The link inside one that a mail filter wrapped around it (Outlook Safe Links, Google, Proofpoint)."""
    host, path, query = _split(url)
    if host.endswith(".safelinks.protection.outlook.com"):
        return _parameter(query, "url") or url
    if host in {"www.google.com", "google.com"} and path == "/url":
        return _parameter(query, "q") or _parameter(query, "url") or url
    if host == "urldefense.com":
        inside = re.search(r"__(https?:/{1,2}.+?)__;", url)
        return re.sub(r"^(https?:/)(?!/)", r"\1/", inside[1]) if inside else url
    return url


def _host(url: str) -> str:
    return _split(url)[0]


def _split(url: str) -> tuple[str, str, str]:
    """Host in lower case, path with its fragment, query. Empty for what is no address at all."""
    try:
        parts = urlsplit(url)
        return (
            (parts.hostname or "").lower(),
            parts.path + ("#" + parts.fragment if parts.fragment else ""),
            parts.query,
        )
    except ValueError:  # `https://[broken`
        return "", "", ""


def _parameter(query: str, name: str) -> str:
    try:
        return parse_qs(query, max_num_fields=50).get(name, [""])[0]
    except ValueError:  # more fields than any honest link has
        return ""
