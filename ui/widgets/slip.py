"""A code to take along: to be read, typed and photographed, with what it is good for beside it."""

from kivy.properties import BooleanProperty, StringProperty

from ui.widgets.qr import QrCode
from ui.widgets.row import Row

__all__ = ["QrCode", "Slip"]


class Slip(Row):
    """`worth` is the largest, if there is any; `caption` names the `code`, `note` says what to do with it.

    `code` is shown as it is, in Latin letters and digits, and its QR code says `content`.
    """

    worth = StringProperty("")
    caption = StringProperty("")
    code = StringProperty("")
    content = StringProperty("")
    note = StringProperty("")
    steep = BooleanProperty(defaultvalue=False)
