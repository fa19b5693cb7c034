"""The QVCT barometer: twelve items on Anact's six subjects, a recommendation, one open question. About three minutes."""

from flows.core.poll import Dimension, Item, Kind, Poll

WORK_ORGANISATION = "work_organisation"
HEALTH_PREVENTION = "health_prevention"
SKILLS_CAREER = "skills_career"
EQUALITY = "equality"
PROJECT_MANAGEMENT = "project_management"
DIALOGUE = "dialogue"

barometer = Poll(
    name="barometer",
    dimensions=tuple(
        Dimension(name)
        for name in (
            WORK_ORGANISATION,
            HEALTH_PREVENTION,
            SKILLS_CAREER,
            EQUALITY,
            PROJECT_MANAGEMENT,
            DIALOGUE,
        )
    ),
    items=(
        Item("means_for_quality", dimension=WORK_ORGANISATION),
        Item("bearable_load", dimension=WORK_ORGANISATION),
        Item("time_to_recover", dimension=HEALTH_PREVENTION),
        Item("risks_acted_on", dimension=HEALTH_PREVENTION),
        Item("learning_at_work", dimension=SKILLS_CAREER),
        Item("ways_forward", dimension=SKILLS_CAREER),
        Item("fair_treatment", dimension=EQUALITY),
        Item("every_voice_counts", dimension=EQUALITY),
        Item("sense_of_direction", dimension=PROJECT_MANAGEMENT),
        Item("useful_feedback", dimension=PROJECT_MANAGEMENT),
        Item("plain_speaking", dimension=DIALOGUE),
        Item("what_became_of_it", dimension=DIALOGUE),
        Item("recommendation", Kind.RECOMMENDATION),
        Item("keep_and_improve", Kind.OPEN),
    ),
)
"""The items of domain.md, section 10 (c), in its order. Our own: no validated scale, no benchmark, no clinical reading."""
