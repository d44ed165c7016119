"""What of a questionnaire is asked of somebody, given what they answered so far; and whether that can be. Pure.

A question or section may depend on the answer to one earlier question. Since only earlier ones count, what is asked
follows in one pass from front to back; `problems` finds what staff got wrong before anybody is asked.
"""

from collections.abc import Iterable, Iterator, Mapping

from submissions.models import Question, Section, Version
from submissions.models.questionnaire import Conditional

Chosen = Mapping[str, frozenset[str]]  # identifier of a question -> identifiers of the choices made


def asked(version: Version, chosen: Chosen) -> list[tuple[Section, list[Question]]]:
    """The sections and questions that apply, in order, given all that was chosen.

    What was chosen in a question that does not apply itself counts for nothing.
    """
    counts: dict[int, frozenset[str]] = {}
    found = []
    for section in version.sections.all():
        if not _applies(section, counts):
            continue
        questions = []
        for question in section.questions.all():
            if _applies(question, counts):
                counts[question.pk] = chosen.get(question.identifier, frozenset())
                questions.append(question)
        found.append((section, questions))
    return found


def _applies(thing: Conditional, counts: Mapping[int, frozenset[str]]) -> bool:
    if thing.shown_if_id is None:
        return True
    return bool(thing.wanted & counts.get(thing.shown_if_id, frozenset()))


def problems(version: Version) -> list[str]:
    """What keeps a version from being asked, as sentences for staff; empty where nothing does."""
    sections = list(version.sections.all())
    found = [] if sections else ["Add a section with a question."]
    seen: dict[int, Question] = {}
    names: dict[str, str] = {}
    for section in sections:
        where = f"Section “{section.title}”"
        found += _of_condition(where, section, seen)
        questions = list(section.questions.all())
        if not any(question.kind != Question.Kind.INFORMATION for question in questions):
            found.append(f"{where} asks nothing: add a question, or remove the section.")
        if section.theme and section.theme.consultation_id != version.questionnaire.consultation_id:
            found.append(f"{where} is about a theme of another consultation.")
        for question in questions:
            here = f"Question “{question.text}”"
            found += _of_condition(here, question, seen)
            found += _of_question(here, question)
            if question.identifier in names:
                found.append(f"{here} has the identifier of “{names[question.identifier]}”. Give each its own.")
            names[question.identifier] = question.text
            seen[question.pk] = question
    return found


def _of_condition(where: str, thing: Conditional, seen: Mapping[int, Question]) -> Iterator[str]:
    if thing.shown_if_id is None:
        return
    before = seen.get(thing.shown_if_id)
    if before is None:
        yield f"{where} depends on a question that does not come before it."
    elif before.kind not in Question.BRANCHING:
        yield f"{where} depends on “{before.text}”, which offers no choices to depend on."
    elif missing := sorted(thing.wanted - choices_of(before)):
        yield f"{where} is never asked for: “{before.text}” has no choice called {', '.join(missing)}."


def _of_question(where: str, question: Question) -> Iterator[str]:
    if question.kind in Question.WITH_CHOICES and len(choices_of(question)) < 2:
        yield f"{where} needs at least two choices."
    if question.kind == Question.Kind.MATRIX and not question.statements.all():
        yield f"{where} needs statements."
    if question.kind in {Question.Kind.CHOICES, Question.Kind.RANKING}:
        most = len(choices_of(question))
        if (question.smallest or 0) > most:
            yield f"{where} asks for more choices than there are."


def choices_of(question: Question) -> frozenset[str]:
    """The identifiers of what it offers."""
    return (
        frozenset(each.identifier for each in question.choice_set.choices.all()) if question.choice_set else frozenset()
    )


def dependents(question: Question, among: Iterable[Conditional]) -> list[Conditional]:
    """Those that depend on it."""
    return [each for each in among if each.shown_if_id == question.pk]
