"""The small widgets that screens share; importing the package gives their names to kv."""

from pathlib import Path

from kivy.lang import Builder

from ui.widgets.chip import Chip
from ui.widgets.heading import Heading
from ui.widgets.icon import Disc, Icon
from ui.widgets.key import Key
from ui.widgets.label import Text
from ui.widgets.listing import Item, List
from ui.widgets.offers import Offers
from ui.widgets.ring import BusyRing, Ring, Timer
from ui.widgets.row import Row
from ui.widgets.scale import AnswerScale
from ui.widgets.slip import Slip

__all__ = [
    "AnswerScale",
    "BusyRing",
    "Chip",
    "Disc",
    "Heading",
    "Icon",
    "Item",
    "Key",
    "List",
    "Offers",
    "Ring",
    "Row",
    "Slip",
    "Text",
    "Timer",
]

Builder.load_file(str(Path(__file__).with_name("widgets.kv")))
