"""What of a questionnaire is asked of somebody, given what they answered so far; and whether that can be. Pure.

A question or section may depend on the answer to one earlier question. Since only earlier ones count, what is asked
follows in one pass from front to back; `problems` finds what staff got wrong before anybody is asked.
"""

import itertools
import re
from collections.abc import Iterator, Mapping

from submissions.kinds import choices_of
from submissions.models import Question, Section, Version
from submissions.models.questionnaire import Conditional

Chosen = Mapping[str, frozenset[str]]  # identifier of a question -> identifiers of the choices made
Needs = Mapping[int, list[frozenset[str]]]  # question -> for each condition on it, the choices that meet it
# Underscores and double dashes stand between a question and its parts (kinds.py), and two names must never meet.
IDENTIFIER = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
TAKEN = "csrfmiddlewaretoken"  # what every page sends beside its questions


def asked(version: Version, chosen: Chosen) -> list[tuple[Section, list[Question]]]:
    """The sections and questions that apply, in order, given all that was chosen; none without a question.

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
        if questions:
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
    needs: dict[int, Needs] = {}  # question -> what must have been chosen before it is asked
    names: dict[str, str] = {}
    for section in sections:
        where = f"Section “{section.title}”"
        to_come_here = _and_so(section, {}, needs)
        found += _of_condition(where, section, seen, to_come_here)
        questions = list(section.questions.all())
        if not any(question.kind != Question.Kind.INFORMATION for question in questions):
            found.append(f"{where} asks nothing: add a question, or remove the section.")
        if section.theme and section.theme.consultation_id != version.questionnaire.consultation_id:
            found.append(f"{where} is about a theme of another consultation.")
        for question in questions:
            here = f"Question “{question.text}”"
            needs[question.pk] = _and_so(question, to_come_here, needs)
            found += _of_condition(here, question, seen, needs[question.pk])
            found += _of_question(here, question)
            if question.identifier in names:
                found.append(f"{here} has the identifier of “{names[question.identifier]}”. Give each its own.")
            names[question.identifier] = question.text
            seen[question.pk] = question
    return found


def _and_so(thing: Conditional, needs: Needs, known: Mapping[int, Needs]) -> Needs:
    """All that must have been chosen for it: `needs`, its own condition, and all that leads to that."""
    if thing.shown_if_id is None:
        return needs
    both: dict[int, list[frozenset[str]]] = {pk: list(sets) for pk, sets in needs.items()}
    for pk, sets in known.get(thing.shown_if_id, {}).items():
        both[pk] = [*both.get(pk, []), *sets]
    both[thing.shown_if_id] = [*both.get(thing.shown_if_id, []), thing.wanted]
    return both


def _of_condition(where: str, thing: Conditional, seen: Mapping[int, Question], needs: Needs) -> Iterator[str]:
    if thing.shown_if_id is None:
        return
    before = seen.get(thing.shown_if_id)
    if before is None:
        yield f"{where} depends on a question that does not come before it."
    elif before.kind not in Question.BRANCHING:
        yield f"{where} depends on “{before.text}”, which offers no choices to depend on."
    elif missing := sorted(thing.wanted - {each.identifier for each in choices_of(before)}):
        yield f"{where} depends on an answer that “{before.text}” does not offer: {', '.join(missing)}."
    elif clash := next((seen[pk] for pk, sets in needs.items() if pk in seen and not _can_be(seen[pk], sets)), None):
        yield f"{where} is never asked: nobody can answer “{clash.text}” in all the ways that lead to it."


def _can_be(question: Question, sets: list[frozenset[str]]) -> bool:
    """Whether one answer to it can have a choice out of each of these sets."""
    choices = choices_of(question)
    if any(all(each.identifier in wanted for wanted in sets) for each in choices):
        return True
    if question.kind != Question.Kind.CHOICES:
        return False
    together = [each.identifier for each in choices if not each.stands_alone]
    most = min(len(set(sets)), len(together), question.largest or len(together))
    return any(all(wanted & set(made) for wanted in sets) for made in itertools.combinations(together, most))


def _of_question(where: str, question: Question) -> Iterator[str]:
    choices = choices_of(question)
    if not IDENTIFIER.fullmatch(question.identifier):
        yield f"{where} needs an identifier of letters and digits, with single dashes between them at most."
    if question.identifier == TAKEN:
        yield f"{where} cannot have the identifier {TAKEN}: the page itself uses it."
    if question.kind in Question.WITH_CHOICES and len(choices) < 2:
        yield f"{where} needs at least two choices."
    if question.kind == Question.Kind.MATRIX and not question.statements.all():
        yield f"{where} needs statements."
    if question.kind in {Question.Kind.CHOICES, Question.Kind.RANKING}:
        is_ranking = question.kind == Question.Kind.RANKING
        most = len([each for each in choices if is_ranking or not each.stands_alone])
        if (question.smallest or 0) > most:
            yield f"{where} asks for more choices than there are."
        if any(limit is not None and limit < 1 for limit in (question.smallest, question.largest)):
            yield f"{where} has limits that are no numbers of choices: enter 1 or more, or leave them empty."
