"""What was understood of a question: the record that the composer and the threads work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Intent(StrEnum):
    """What is wanted of the thing asked for."""

    LATEST = "latest"
    FIRST = "first"
    VALUE_AT = "value_at"  # the value of a day; nearest to it with the tag "near"
    VALUES = "values"  # every value, of a window or of all time
    TREND = "trend"
    CHANGE = "change"  # between the last two, or across the window
    HIGHEST = "highest"
    LOWEST = "lowest"
    AVERAGE = "average"
    COUNT = "count"
    STARTED = "started"  # when it began, was first recorded, prescribed or diagnosed
    STOPPED = "stopped"  # when it ended, was stopped or resolved
    LAST_DONE = "last_done"  # when it was last done, given or recorded
    DURATION = "duration"  # how long it has lasted or lasted
    LIST = "list"
    PRESENCE = "presence"  # yes or no
    DOSE = "dose"
    WHY = "why"
    REPORT = "report"  # what a report, an examination or a note said
    SUMMARY = "summary"
    COMPARE = "compare"  # two periods
    UNKNOWN = "unknown"  # left to retrieval


class Relation(StrEnum):
    """How a window lies to the event it is anchored on."""

    BEFORE = "before"
    AFTER = "after"
    DURING = "during"


@dataclass(frozen=True, slots=True)
class Anchor:
    """An event that a window hangs on ("before the surgery", "at the last admission"): words for it, and where the window lies.

    ``kind`` is the fact kind the words speak of (``encounter``, ``procedure``, ``condition``, ``medication``) or empty; ``which`` is
    ``last``, ``first`` or empty (the words do not say). ``words`` is empty where the whole kind is meant ("at the last visit").
    ``event`` is ``start``, ``stop`` or empty: which end of a medication, a stay or a disease is meant ("after stopping warfarin").
    ``window`` narrows the event itself ("the 2019 hysterectomy"). ``span_days`` bounds a window that lies before or after: "in the month
    before" is 30, None where the question sets no bound. ``margin_days`` are days added on either side of a window that lies during the
    event ("around the delivery"). ``offset_days`` moves such a window: the third day after
    an operation is 3 from its day. ``inclusive`` says that a window before or after holds the
    event's own days too ("from arrival on").
    """

    words: str
    relation: Relation
    kind: str = ""
    which: str = "last"
    event: str = ""
    window: Window | None = None
    span_days: int | None = None
    margin_days: int = 0
    inclusive: bool = False
    offset_days: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A time window in the question's own calendar. ``start`` and ``end`` are ISO days, inclusive, None where open.

    ``words`` is how the question put it. ``finest`` is ``year``, ``month`` or ``day``: how fine a date it takes to decide it; ``relative``
    says that it was counted back from the as-of date ("the last six months").
    """

    start: str | None
    end: str | None
    words: str
    finest: str = "year"
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Threshold:
    """A comparison asked for: ``operator`` is one of < <= > >= = ; for a pair like 140/90 ``second`` holds the other limit.

    ``upper`` is the other end of a range ("between 7 and 9"), inclusive, with ``>=``.
    """

    operator: str
    value: Decimal
    unit: str | None = None
    second: Decimal | None = None
    upper: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """One part of a question.

    ``phrase`` is the thing asked for in the question's own words, frame and time words taken out ("hemoglobin a1c"), empty where the
    question names a whole kind ("medications"). ``kinds`` are the fact kinds the wording allows (empty: any). ``status`` is ``current``,
    ``past`` or empty. ``experiencer`` is ``patient`` or a relative's word ("mother", "family"). ``polar`` asks for yes or no,
    ``negative`` is phrased with a negation. ``limit`` is the number of values wanted ("the last three"), None for the intent's own.
    ``windows`` has two members for COMPARE, else none or one. ``guideline`` says that the institution's guideline is asked beside the
    chart. ``cues`` are the words each part was read from, for the interpretation shown.
    ``tags`` are finer roles of those words that a composer may act on: ``before_that``, ``after_that``, ``previous``, ``normal``,
    ``range``, ``worst``, ``age_at``, ``reaction``, ``died``, ``for`` (the phrase is what a drug is taken for), ``start``, ``stop``,
    ``done``, ``admitted``, ``discharged``, ``follow_up`` and the like. ``respelled`` are words of the phrase as written and as read.
    """

    text: str
    intent: Intent
    phrase: str
    kinds: frozenset[str] = frozenset()
    windows: tuple[Window, ...] = ()
    anchor: Anchor | None = None
    at: str | None = None
    threshold: Threshold | None = None
    status: str = ""
    experiencer: str = "patient"
    polar: bool = False
    negative: bool = False
    limit: int | None = None
    unit: str | None = None
    guideline: bool = False
    cues: tuple[str, ...] = field(default=())
    tags: frozenset[str] = frozenset()
    respelled: tuple[tuple[str, str], ...] = ()
