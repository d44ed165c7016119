"""One draft for a meeting that a text mentions twice."""

from collections.abc import Sequence

from events.invitations.drafts import Draft


def merged(drafts: Sequence[Draft]) -> list[Draft]:
    """Of drafts of the same instant, and with no two different ways to join, the first, with the way of either. A day
    without a time goes where the same day has one, and no other way to join."""
    kept: list[Draft] = []
    by_start: dict[object, list[Draft]] = {}
    for draft in drafts:
        same = by_start.setdefault(draft.starts_at or draft.day, []) if draft.day else []
        twin = next((other for other in same[:5] if _agree(other, draft)), None)
        if twin is None:
            kept.append(draft)
            same.append(draft)
        elif not (twin.join_url or twin.meeting_id):
            _move_route(draft, twin)
    timed = {(draft.day, *way) for draft in kept if draft.starts_at for way in (_way_of(draft), (None, None))}
    return [draft for draft in kept if draft.starts_at or (draft.day, *_way_of(draft)) not in timed]


def _way_of(draft: Draft) -> tuple[str | None, str | None]:
    return draft.join_url, draft.meeting_id


def _agree(one: Draft, other: Draft) -> bool:
    return all(a == b or not a or not b for a, b in zip(_way_of(one), _way_of(other), strict=True))


def _move_route(source: Draft, target: Draft) -> None:
    for name in ("provider", "join_url", "meeting_id", "passcode"):
        setattr(target, name, getattr(source, name))
    target.phones = source.phones
    target.warnings = [n for n in target.warnings if n.kind != "no_join_link" or not source.join_url]
    for note in source.warnings:
        target.warn(note.kind, note.message)
