from submissions.models.choices import Choice, ChoiceSet
from submissions.models.equality import EqualityProfile
from submissions.models.questionnaire import Question, Questionnaire, Section, Statement, Version
from submissions.models.submission import Answer, Contact, Decision, Draft, Submission

__all__ = [
    "Answer", "Choice", "ChoiceSet", "Contact", "Decision", "Draft", "EqualityProfile", "Question", "Questionnaire",
    "Section", "Statement", "Submission", "Version",
]  # fmt: skip
