"""How many letters others than its reader may cause to one address: counted for a day, without keeping the address."""

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from consult.models import Letter

DAY = timedelta(days=1)


def trace_of(address: str) -> str:
    """The address as a number that only this portal can make, and nobody can turn back.

    What stands behind a plus sign leads to the same letter box, so it is left out.
    """
    name, _, host = address.strip().lower().rpartition("@")
    return salted_hmac("consult.mail.trace", f"{name.split('+')[0]}@{host}").hexdigest()


def keys_of_the_day(address: str, now: datetime) -> list[str]:
    """The keys of the letters that anybody may have caused to this address within a day until `now`."""
    return list(Letter.objects.filter(trace=trace_of(address), created_at__gt=now - DAY).values_list("key", flat=True))


def forget_traces(now: datetime) -> int:
    """Leave nothing of what is older than a day; returns how many."""
    return Letter.objects.exclude(trace="").filter(created_at__lte=now - DAY).update(trace="")
