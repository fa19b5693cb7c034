"""The cooperator's passport: the steps of a parcours, stamped one by one and kept for ever."""

STAMPS = (
    "understood_coop",
    "met_buddies",
    "met_team",
    "open_time",
    "fresh_eyes_report",
    "general_meeting",
    "pass_1",
    "simulation",
    "applied",
    "first_vote",
    "thematic_cell",
    "pass_2",
    "inter_coop",
    "accompanied_someone",
    "mandate",
)
"""In the order of domain.md, section 10 (s). A name, once stamped, never changes its meaning."""

MET_TEAM_FROM = 0.8
"""The share of the members to have met before "met the team" is stamped (domain.md, section 4.1)."""
