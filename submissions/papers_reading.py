"""A file of a questionnaire read, and refused with a sentence for each mistake. Pure: bytes in, data out."""

import json
import re
from collections.abc import Mapping
from typing import Any

from submissions.models import Choice, ChoiceSet, Question, Questionnaire, Section, Statement
from submissions.papers import ChoiceData, ChoiceSetData, ConditionData, Paper, QuestionData, SectionData, StatementData

LARGEST_FILE = 1_000_000  # bytes
MOST_PROBLEMS = 20  # told at once
IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
IDENTIFIER_RULE = "small letters, digits and single hyphens, such as stop-and-search"
RESERVED = frozenset(["csrfmiddlewaretoken"])  # what every form sends beside its answers


class Refused(Exception):
    """It is no questionnaire; `problems` has a sentence for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        more = len(problems) - MOST_PROBLEMS
        self.problems = [*problems[:MOST_PROBLEMS], *([f"And {more} more."] if more > 0 else [])]
        super().__init__(" ".join(self.problems))


def load(raw: bytes) -> Paper:
    """What a file of JSON holds. Raises Refused, with a sentence for each mistake."""
    if len(raw) > LARGEST_FILE:
        raise Refused([f"The file is larger than {LARGEST_FILE:,} bytes."])
    try:
        data = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError as problem:
        raise Refused(["The file is no text in UTF-8."]) from problem
    except json.JSONDecodeError as problem:
        raise Refused([f"The file is no JSON: look at line {problem.lineno}, column {problem.colno}."]) from problem
    except (ValueError, RecursionError) as problem:  # a number of thousands of digits, a name twice, nested without end
        raise Refused([f"The file is no JSON that can be read: {str(problem)[:100]}."]) from problem
    return read(data)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def read(data: object) -> Paper:
    """What was read from JSON, complete and of the right types. Raises Refused, with a sentence for each mistake."""
    reader = _Reader()
    paper = reader.paper(data)
    if reader.problems:
        raise Refused(reader.problems)
    return paper


def _most(model: Any, field: str) -> int:
    """How many characters a column holds."""
    return int(model._meta.get_field(field).max_length)


class _Reader:
    """Reads each part and notes what is wrong with it; what it returns is of use only where nothing was noted."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.sets: dict[str, ChoiceSetData] = {}
        self.asked: dict[str, QuestionData] = {}

    def paper(self, data: object) -> Paper:
        where = "The questionnaire"
        known = self.thing(data, where, {"title", "summary", "audience", "choice_sets", "sections"})
        title = self.text(known, "title", where, _most(Questionnaire, "title"), needed=True)
        summary = self.text(known, "summary", where, _most(Questionnaire, "summary"))
        audience = self.text(known, "audience", where, _most(Questionnaire, "audience"))
        sets = self.thing(known.get("choice_sets", {}), "“choice_sets”", None)
        for name, each in sets.items():
            self.sets[name] = self.choice_set(name, each)
        sections: list[SectionData] = []
        for number, each in enumerate(self.rows(known, "sections", where, 60), start=1):
            sections.append(self.section(each, f"Section {number}"))
        self.unlike([each["identifier"] for each in sections], where, "sections")
        return {
            "title": title,
            "summary": summary,
            "audience": audience,
            "choice_sets": self.sets,
            "sections": sections,
        }

    def choice_set(self, name: str, data: object) -> ChoiceSetData:
        where = f"Choice set “{name[:60]}”"
        self.identifier({"identifier": name}, where, _most(ChoiceSet, "identifier"))
        known = self.thing(data, where, {"name", "choices"})
        choices: list[ChoiceData] = []
        for number, each in enumerate(self.rows(known, "choices", where, 200), start=1):
            here = f"{where}, choice {number}"
            row = self.thing(each, here, {"identifier", "label", "asks_what", "stands_alone"})
            choices.append(
                {
                    "identifier": self.identifier(row, here, _most(Choice, "identifier")),
                    "label": self.text(row, "label", here, _most(Choice, "label"), needed=True),
                    "asks_what": self.flag(row, "asks_what", here),
                    "stands_alone": self.flag(row, "stands_alone", here),
                }
            )
        self.unlike([each["identifier"] for each in choices], where, "choices")
        return {"name": self.text(known, "name", where, _most(ChoiceSet, "name"), needed=True), "choices": choices}

    def section(self, data: object, where: str) -> SectionData:
        known = self.thing(data, where, {"identifier", "title", "intro", "theme", "shown_if", "questions"})
        identifier = self.identifier(known, where, _most(Section, "identifier"))
        condition = self.condition(known, where)  # before its own questions: they do not count
        questions: list[QuestionData] = []
        for number, each in enumerate(self.rows(known, "questions", where, 100), start=1):
            questions.append(self.question(each, f"{where}, question {number}"))
        return {
            "identifier": identifier,
            "title": self.text(known, "title", where, _most(Section, "title"), needed=True),
            "intro": self.text(known, "intro", where, 20_000),
            "theme": self.name(known, "theme", where),
            "shown_if": condition,
            "questions": questions,
        }

    def question(self, data: object, where: str) -> QuestionData:
        known = self.thing(data, where, set(QuestionData.__annotations__))
        question: QuestionData = {
            "identifier": self.identifier(known, where, _most(Question, "identifier")),
            "kind": self.text(known, "kind", where, 60, needed=True),
            "text": self.text(known, "text", where, _most(Question, "text"), needed=True),
            "help_text": self.text(known, "help_text", where, _most(Question, "help_text")),
            "is_required": self.flag(known, "is_required", where),
            "choice_set": self.name(known, "choice_set", where),
            "statements": self.statements(known, where),
            "max_length": self.whole(known, "max_length", where, 1, 1_000_000) or 10_000,
            "smallest": self.whole(known, "smallest", where, -1_000_000_000, 1_000_000_000),
            "largest": self.whole(known, "largest", where, -1_000_000_000, 1_000_000_000),
            "shown_if": self.condition(known, where),
        }
        self.fitting(question, where)
        if question["identifier"] in self.asked:
            self.wrong(where, f"the identifier “{question['identifier']}” stands twice: give each its own")
        elif question["identifier"] in RESERVED:
            self.wrong(where, f"the identifier “{question['identifier']}” is taken by the portal: give it another")
        self.asked[question["identifier"]] = question
        return question

    def statements(self, known: Mapping[str, Any], where: str) -> list[StatementData]:
        found: list[StatementData] = []
        for number, each in enumerate(self.rows(known, "statements", where, 60), start=1):
            here = f"{where}, statement {number}"
            row = self.thing(each, here, {"identifier", "text"})
            identifier = self.identifier(row, here, _most(Statement, "identifier"))
            text = self.text(row, "text", here, _most(Statement, "text"), needed=True)
            found.append({"identifier": identifier, "text": text})
        self.unlike([each["identifier"] for each in found], where, "statements")
        return found

    def fitting(self, question: QuestionData, where: str) -> None:
        """What does not go together in one question."""
        kind, offered = question["kind"], question["choice_set"]
        if kind and kind not in Question.Kind.values:
            self.wrong(where, f"there is no kind “{kind}”. Kinds are: {', '.join(Question.Kind.values)}")
        if offered is None and kind in Question.WITH_CHOICES:
            self.wrong(where, "say which choice set it offers")
        if offered is not None and offered not in self.sets:
            self.wrong(where, f"there is no choice set “{offered}”")
        smallest, largest = question["smallest"], question["largest"]
        if smallest is not None and largest is not None and largest < smallest:
            self.wrong(where, "“largest” is below “smallest”")

    def condition(self, known: Mapping[str, Any], where: str) -> ConditionData | None:
        if known.get("shown_if") is None:
            return None
        here = f"{where}, “shown_if”"
        row = self.thing(known["shown_if"], here, {"question", "answers"})
        name = self.text(row, "question", here, 60, needed=True)
        answers = row.get("answers")
        if not isinstance(answers, list) or not answers or not all(isinstance(each, str) for each in answers):
            self.wrong(here, "“answers” must be a list of identifiers of choices")
            return None
        before = self.asked.get(name)
        if before is None:
            self.wrong(here, f"no question before it is called “{name}”")
        elif before["kind"] not in Question.BRANCHING:
            self.wrong(here, f"nothing can depend on “{name}”: it is not one of choices")
        else:
            self.offered(before, answers, here)
        if len(" ".join(answers)) > _most(Question, "shown_for"):
            self.wrong(here, "too many answers: turn it round, or ask everybody")
        return {"question": name, "answers": answers}

    def offered(self, before: QuestionData, answers: list[str], where: str) -> None:
        choices = self.sets.get(before["choice_set"] or "", {"name": "", "choices": []})["choices"]
        missing = sorted(set(answers) - {each["identifier"] for each in choices})
        if missing:
            self.wrong(where, f"“{before['identifier']}” has no choice “{missing[0][:60]}”")

    # --- values -------------------------------------------------------------------------------------

    def wrong(self, where: str, what: str) -> None:
        # What is repeated of the file may hold characters that no page can show.
        self.problems.append(f"{where}: {what}.".encode(errors="replace").decode().replace("\0", "?"))

    def thing(self, data: object, where: str, names: set[str] | None) -> Mapping[str, Any]:
        """An object with no names but these; None allows any."""
        if not isinstance(data, dict):
            self.wrong(where, "must be an object in braces")
            return {}
        for name in sorted(set(data) - names) if names is not None else []:
            self.wrong(where, f"“{name[:60]}” means nothing here")
        return data

    def rows(self, known: Mapping[str, Any], name: str, where: str, most: int) -> list[object]:
        found = known.get(name, [])
        if not isinstance(found, list):
            self.wrong(where, f"“{name}” must be a list in brackets")
            return []
        if len(found) > most:
            self.wrong(where, f"“{name}” has {len(found)} entries, more than {most}")
            return []
        return found

    def text(self, known: Mapping[str, Any], name: str, where: str, most: int, *, needed: bool = False) -> str:
        found = known.get(name, "")
        if not isinstance(found, str):
            self.wrong(where, f"“{name}” must be a text")
        elif needed and not found.strip():
            self.wrong(where, f"“{name}” is missing")
        elif len(found) > most:
            self.wrong(where, f"“{name}” has {len(found):,} characters: shorten it to {most:,}")
        elif "\0" in found or any("\ud800" <= each <= "\udfff" for each in found):
            self.wrong(where, f"“{name}” holds a character that cannot be kept")
        else:
            return found
        return ""

    def name(self, known: Mapping[str, Any], name: str, where: str) -> str | None:
        return None if known.get(name) is None else self.text(known, name, where, 200, needed=True)

    def identifier(self, known: Mapping[str, Any], where: str, most: int) -> str:
        found = self.text(known, "identifier", where, most, needed=True)
        if found and not IDENTIFIER.match(found):
            self.wrong(where, f"“{found}” is no identifier: use {IDENTIFIER_RULE}")
        return found

    def flag(self, known: Mapping[str, Any], name: str, where: str) -> bool:
        found = known.get(name, False)
        if not isinstance(found, bool):
            self.wrong(where, f"“{name}” must be true or false")
        return found is True

    def whole(self, known: Mapping[str, Any], name: str, where: str, low: int, high: int) -> int | None:
        found = known.get(name)
        if found is None:
            return None
        if type(found) is not int or not low <= found <= high:  # True is an int, and no number
            self.wrong(where, f"“{name}” must be a whole number from {low:,} to {high:,}")
            return None
        return found

    def unlike(self, identifiers: list[str], where: str, what: str) -> None:
        for name in sorted({each for each in identifiers if each and identifiers.count(each) > 1}):
            self.wrong(where, f"two {what} have the identifier “{name}”")
