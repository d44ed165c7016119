"""The ways in which meetings take place, and what is provided at them."""

from django.db import models


class Format(models.TextChoices):
    ONLINE = "online", "Online"
    IN_PERSON = "in_person", "In person"
    HYBRID = "hybrid", "In person and online"


class Provision(models.TextChoices):
    """What is provided so that everybody can take part."""

    STEP_FREE = "step_free", "Step-free access"
    BSL = "bsl", "British Sign Language interpreter"
    CAPTIONS = "captions", "Live captions"
    HEARING_LOOP = "hearing_loop", "Hearing loop"
    QUIET_ROOM = "quiet_room", "Quiet room"
    CHILDCARE = "childcare", "Childcare"
    EXPENSES = "expenses", "Travel expenses paid"
    INTERPRETER = "interpreter", "Interpreters for other languages"
    FOOD = "food", "Food and drink"
