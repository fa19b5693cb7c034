"""The path of each tone."""

from collections.abc import Mapping

from flows.core.model import Flow
from flows.leaving.departure import departure, quiet_departure
from flows.leaving.grieving import bereavement
from flows.leaving.kinds import Tone
from flows.leaving.staying import stepping_back

PATH_OF_TONE: Mapping[Tone, Flow] = {
    "warm": departure,
    "sober": quiet_departure,
    "bereaved": bereavement,
    "staying": stepping_back,
}
