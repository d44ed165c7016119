"""What staff do to questionnaires. Each verb is atomic and leaves an audit entry.

What is published never changes: a change is a new version, copied from it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from consult import audit
from consult.actions import CannotBeDone
from consult.models import Consultation, User
from submissions import branching, papers, papers_reading
from submissions.models import Choice, ChoiceSet, Question, Questionnaire, Section, Statement, Submission, Version

GENERAL = ("anything-else", "Anything else", "What else do you want to say?")
LONGEST = 60  # characters of an identifier or an address


@transaction.atomic
def ask_about_themes(*, version: Version, by: User) -> list[Section]:
    """Add the usual sections where missing: one about each theme, one in general. Returns the new ones.

    Raises CannotBeDone unless the version is in the making.
    """
    version = _in_the_making(version)
    themes = version.questionnaire.consultation.themes.all()
    usual: list[tuple[Any, ...]] = [
        (
            theme.slug[:LONGEST].strip("-"),
            theme.title,
            theme.question or f"What do you think about: {theme.title}?",
            theme,
        )
        for theme in themes
    ]
    last = version.sections.order_by("-position").values_list("position", flat=True).first() or 0
    made = []
    for identifier, title, text, theme in [*usual, (*GENERAL, None)]:
        if version.sections.filter(identifier=identifier).exists():
            continue
        last += 1
        section = Section.objects.create(
            version=version, identifier=identifier, title=title[:200], theme=theme, position=last
        )
        Question.objects.create(section=section, identifier=_free_question(version, identifier), text=text[:300])
        audit.record(by=by, verb="ask", target=section)
        made.append(section)
    return made


@transaction.atomic
def start_version(*, questionnaire: Questionnaire, by: User) -> Version:
    """Begin the next version: a copy of the newest, or an empty first one.

    Raises CannotBeDone where one is in the making.
    """
    questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    newest = questionnaire.versions.with_questions().last()
    if newest and not newest.is_published:
        raise CannotBeDone(f"Version {newest.number} is in the making: change that one, or publish it first.")
    version = Version.objects.create(questionnaire=questionnaire, number=newest.number + 1 if newest else 1)
    if newest:
        _write(version, papers.paper_of(newest))
    audit.record(by=by, verb="start-version", target=version)
    return version


@transaction.atomic
def publish_version(*, version: Version, by: User | None) -> Version:
    """Ask it from now on. Who has begun an earlier one stays with that. `by` is None for the portal itself.

    Raises CannotBeDone with all that is wrong with it, or where it is published.
    """
    version = _in_the_making(version)
    if problems := branching.problems(Version.objects.with_questions().get(pk=version.pk)):
        raise CannotBeDone(" ".join(problems))
    version.published_at, version.published_by = timezone.now(), by
    version.save(update_fields=["published_at", "published_by"])
    audit.record(by=by, verb="publish", target=version)
    return version


@transaction.atomic
def take_back(*, version: Version, by: User) -> Version:
    """Put a version that nobody has begun to answer back into the making.

    Raises CannotBeDone where somebody has, or another version is in the making.
    """
    version = _locked(version)
    if not version.is_published:
        raise CannotBeDone("It is in the making.")
    if version.is_frozen or version.drafts.filter(is_test=False).exists():
        raise CannotBeDone("Somebody has begun to answer it: start a new version instead.")
    if version.questionnaire.versions.filter(number__gt=version.number).exists():
        raise CannotBeDone("There is a newer version: change that one.")
    version.published_at = version.published_by = None
    version.save(update_fields=["published_at", "published_by"])
    audit.record(by=by, verb="take-back", target=version)
    return version


@transaction.atomic
def forget_tests(*, version: Version, by: User) -> int:
    """Delete what staff sent and began to try a version out. Returns how many were deleted."""
    tests = Submission.objects.filter(version=version, is_test=True)
    drafts, _ = version.drafts.filter(is_test=True).delete()
    found = tests.count() + drafts
    tests.update(current_decision=None)  # a decision about a test goes with it
    tests.delete()
    audit.record(by=by, verb="forget-tests", target=version, count=found)
    return found


@transaction.atomic
def copy_questionnaire(
    *, questionnaire: Questionnaire, consultation: Consultation, by: User
) -> tuple[Questionnaire, list[str]]:
    """The newest version of a questionnaire as the first of a new one, here or in another consultation.

    Returns it and what could not come along. Raises CannotBeDone where there is nothing whole to copy.
    """
    newest = questionnaire.versions.with_questions().last()
    if newest is None:
        raise CannotBeDone("It has no version to copy.")
    try:
        paper = papers_reading.read(papers.paper_of(newest))
    except papers_reading.Refused as problem:
        raise CannotBeDone(f"Put this right first. {problem}") from problem
    made, notes = _make(consultation, paper, asks_about_you=questionnaire.asks_about_you)
    audit.record(by=by, verb="copy", target=made, source=questionnaire.pk)
    return made, notes


@transaction.atomic
def import_paper(
    *, consultation: Consultation, paper: papers.Paper, by: User | None
) -> tuple[Questionnaire, list[str]]:
    """A new questionnaire, not published, with what `papers_reading.load` read. Returns it and what was left out."""
    made, notes = _make(consultation, paper)
    audit.record(by=by, verb="import", target=made)
    return made, notes


@transaction.atomic
def copy_choice_set(*, choice_set: ChoiceSet, by: User) -> ChoiceSet:
    """The same choices as a set of its own, to be changed."""
    data = papers.choice_set_data(choice_set)
    data["name"] = f"Copy of {data['name']}"[:120]
    taken = set(ChoiceSet.objects.values_list("identifier", flat=True))
    made = _new_set(next(name for name in _names(choice_set.identifier) if name not in taken), data)
    audit.record(by=by, verb="copy", target=made, source=choice_set.pk)
    return made


def _locked(version: Version) -> Version:
    """The version, after whoever else works on its questionnaire is done."""
    Questionnaire.objects.select_for_update().get(pk=version.questionnaire_id)
    return Version.objects.select_related("questionnaire__consultation").get(pk=version.pk)


def _in_the_making(version: Version) -> Version:
    version = _locked(version)
    if not version.can_change:
        raise CannotBeDone("It is published, and stays as it is: start a new version.")
    return version


def _names(base: str) -> Iterator[str]:
    """The name itself, then with a number behind it, never too long."""
    yield base[:LONGEST].strip("-")
    for number in range(2, 10_000):
        end = f"-{number}"
        yield base[: LONGEST - len(end)].strip("-") + end


def _free_question(version: Version, wanted: str) -> str:
    taken = set(Question.objects.filter(section__version=version).values_list("identifier", flat=True))
    return next(name for name in _names(wanted) if name not in taken)


# --- from data to rows ------------------------------------------------------------------------------


def _make(consultation: Consultation, paper: papers.Paper, **fields: Any) -> tuple[Questionnaire, list[str]]:
    Consultation.objects.select_for_update().get(pk=consultation.pk)  # its addresses are given out one by one
    taken = list(consultation.questionnaires.values_list("slug", "position"))
    slugs = {slug for slug, _ in taken}
    questionnaire = Questionnaire.objects.create(
        consultation=consultation,
        title=paper["title"],
        slug=next(name for name in _names(slugify(paper["title"]) or "survey") if name not in slugs),
        summary=paper["summary"],
        audience=paper["audience"],
        position=max([0, *(position for _, position in taken)]) + 1,
        **fields,
    )
    version = Version.objects.create(questionnaire=questionnaire, number=1)
    return questionnaire, _write(version, paper)


def _write(version: Version, paper: papers.Paper) -> list[str]:
    """Write all that a paper asks into an empty version. Returns what was left out, as sentences."""
    known = {row.identifier: row for row in ChoiceSet.objects.prefetch_related("choices")}
    sets = {name: _choice_set(name, data, known) for name, data in paper["choice_sets"].items()}
    themes = {theme.slug: theme for theme in version.questionnaire.consultation.themes.all()}
    asked: dict[str, Question] = {}
    notes = []
    for position, data in enumerate(paper["sections"], start=1):
        slug = data["theme"]
        if slug and slug not in themes:
            notes.append(f"Section “{data['title']}”: this consultation has no theme “{slug}”. It is general now.")
        section = Section.objects.create(
            version=version,
            identifier=data["identifier"],
            title=data["title"],
            intro=data["intro"],
            theme=themes.get(slug or ""),
            position=position,
            **_condition(data["shown_if"], asked),
        )
        for place, question in enumerate(data["questions"], start=1):
            asked[question["identifier"]] = _question(section, place, question, sets, asked)
    return notes


def _question(
    section: Section,
    position: int,
    data: papers.QuestionData,
    sets: Mapping[str, ChoiceSet],
    asked: Mapping[str, Question],
) -> Question:
    question = Question.objects.create(
        section=section,
        position=position,
        identifier=data["identifier"],
        kind=data["kind"],
        text=data["text"],
        help_text=data["help_text"],
        is_required=data["is_required"],
        choice_set=sets[data["choice_set"]] if data["choice_set"] else None,
        max_length=data["max_length"],
        smallest=data["smallest"],
        largest=data["largest"],
        **_condition(data["shown_if"], asked),
    )
    Statement.objects.bulk_create(
        Statement(question=question, identifier=each["identifier"], text=each["text"], position=place)
        for place, each in enumerate(data["statements"], start=1)
    )
    return question


def _condition(data: papers.ConditionData | None, asked: Mapping[str, Question]) -> dict[str, Any]:
    return {"shown_if": asked[data["question"]], "shown_for": " ".join(data["answers"])} if data else {}


def _choice_set(identifier: str, data: papers.ChoiceSetData, known: Mapping[str, ChoiceSet]) -> ChoiceSet:
    """The set of this name with these choices: the one that is there, or a new one beside it."""
    for name in _names(identifier):
        if name not in known:
            return _new_set(name, data)
        if papers.choice_set_data(known[name])["choices"] == data["choices"]:
            return known[name]
    raise CannotBeDone(f"There are too many choice sets called “{identifier}”.")


def _new_set(identifier: str, data: papers.ChoiceSetData) -> ChoiceSet:
    row = ChoiceSet.objects.create(identifier=identifier, name=data["name"])
    Choice.objects.bulk_create(
        Choice(choice_set=row, position=position, **each) for position, each in enumerate(data["choices"], start=1)
    )
    return row
