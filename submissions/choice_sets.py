"""Choices that come with the portal, and the questions about the person. Pure: words, and where they come from.

A migration puts the sets into the database. A word changed here needs a new migration, and a new set where the old one
was asked already.
"""

from consult.boroughs import BOROUGHS

Choices = list[tuple[str, str]]  # identifier and label

NOT_SAID = ("prefer-not-to-say", "Prefer not to say")

AGREEMENT: Choices = [
    ("strongly-agree", "Strongly agree"),
    ("agree", "Agree"),
    ("neither", "Neither agree nor disagree"),
    ("disagree", "Disagree"),
    ("strongly-disagree", "Strongly disagree"),
    ("dont-know", "Don’t know"),
]

# The questions are those of the harmonised standards of the Government Statistical Service, read at
# https://analysisfunction.civilservice.gov.uk/government-statistical-service-and-statistician-group/harmonisation/
# (sex; gender identity; ethnicity; religion; long-lasting health conditions and illness; activity restriction; sexual
# orientation). Different from them on purpose: "Prefer not to say" stands last in each; nobody is asked to write in
# what "other" is, and age is asked in the groups of their tables, since words and years could tell who somebody is.
AGES: Choices = [
    ("under-16", "Under 16"),
    ("16-to-24", "16 to 24"),
    ("25-to-34", "25 to 34"),
    ("35-to-44", "35 to 44"),
    ("45-to-54", "45 to 54"),
    ("55-to-64", "55 to 64"),
    ("65-to-74", "65 to 74"),
    ("75-or-over", "75 or over"),
    NOT_SAID,
]
SEXES: Choices = [("female", "Female"), ("male", "Male"), NOT_SAID]
YES_OR_NO: Choices = [("yes", "Yes"), ("no", "No"), NOT_SAID]
# England's, with Roma as in the Census of 2021 (https://www.ethnicity-facts-figures.service.gov.uk/style-guide/ethnic-groups/).
ETHNIC_GROUPS: Choices = [
    ("white-british", "White: English, Welsh, Scottish, Northern Irish or British"),
    ("white-irish", "White: Irish"),
    ("white-gypsy-or-traveller", "White: Gypsy or Irish Traveller"),
    ("white-roma", "White: Roma"),
    ("white-other", "White: any other background"),
    ("mixed-white-black-caribbean", "Mixed or multiple: White and Black Caribbean"),
    ("mixed-white-black-african", "Mixed or multiple: White and Black African"),
    ("mixed-white-asian", "Mixed or multiple: White and Asian"),
    ("mixed-other", "Mixed or multiple: any other background"),
    ("asian-indian", "Asian or Asian British: Indian"),
    ("asian-pakistani", "Asian or Asian British: Pakistani"),
    ("asian-bangladeshi", "Asian or Asian British: Bangladeshi"),
    ("asian-chinese", "Asian or Asian British: Chinese"),
    ("asian-other", "Asian or Asian British: any other background"),
    ("black-caribbean", "Black, Black British, Caribbean or African: Caribbean"),
    ("black-african", "Black, Black British, Caribbean or African: African"),
    ("black-other", "Black, Black British, Caribbean or African: any other background"),
    ("arab", "Arab"),
    ("other", "Any other ethnic group"),
    NOT_SAID,
]
RELIGIONS: Choices = [
    ("none", "No religion"),
    ("christian", "Christian (all denominations)"),
    ("buddhist", "Buddhist"),
    ("hindu", "Hindu"),
    ("jewish", "Jewish"),
    ("muslim", "Muslim"),
    ("sikh", "Sikh"),
    ("other", "Any other religion"),
    NOT_SAID,
]
RESTRICTIONS: Choices = [
    ("a-lot", "Yes, a lot"),
    ("a-little", "Yes, a little"),
    ("not-at-all", "Not at all"),
    NOT_SAID,
]
ORIENTATIONS: Choices = [
    ("heterosexual", "Heterosexual or straight"),
    ("gay-or-lesbian", "Gay or lesbian"),
    ("bisexual", "Bisexual"),
    ("other", "Other"),
    NOT_SAID,
]

HEALTH = (
    "Do you have any physical or mental health conditions or illnesses lasting or expected to last 12 months or more?"
)

# Asked after sending; each may be left out: identifier, question, choices.
EQUALITY: list[tuple[str, str, Choices]] = [
    ("age", "How old are you?", AGES),
    ("sex", "What is your sex?", SEXES),
    ("gender-identity", "Is the gender you identify with the same as your sex registered at birth?", YES_OR_NO),
    ("ethnic-group", "What is your ethnic group?", ETHNIC_GROUPS),
    ("religion", "What is your religion?", RELIGIONS),
    (
        "health",
        HEALTH,
        YES_OR_NO,
    ),
    (
        "restriction",
        "Do any of your conditions or illnesses reduce your ability to carry out day-to-day activities?",
        RESTRICTIONS,
    ),
    (
        "sexual-orientation",
        "Which of the following options best describes how you think of yourself?",
        ORIENTATIONS,
    ),
]

# Put into the database for questions of staff: identifier, name, choices.
FIXED: list[tuple[str, str, Choices]] = [
    ("agreement", "Agreement, five points and don’t know", AGREEMENT),
    ("boroughs", "London boroughs", BOROUGHS),
    ("yes-or-no", "Yes, no, prefer not to say", YES_OR_NO),
    ("age-groups", "Age groups", AGES),
    ("sexes", "Sex", SEXES),
    ("ethnic-groups", "Ethnic groups", ETHNIC_GROUPS),
    ("religions", "Religions", RELIGIONS),
    ("restrictions", "How much a condition restricts", RESTRICTIONS),
    ("sexual-orientations", "Sexual orientation", ORIENTATIONS),
]
