"""The views of who joins and of who leaves; pure."""

from kiosk import views
from kiosk.catalogue import Joining
from kiosk.stages import Becoming, State
from mqtt.tracking import spaced
from mqtt.vocabulary import ReceiptCode


def join(state: State, becoming: Becoming, joining: Joining, until: views.Countdown) -> views.Join:
    """On the way to a membership: what is kept and agreed to is told before anything is asked."""
    language = state.language
    if becoming.step != "about" or joining.keeps is None:
        return views.Join(
            language,
            becoming.step,
            until,
            typed=becoming.typed,
            wrong=becoming.wrong,
            number=becoming.number,
            look=state.look,
        )
    return views.Join(
        language,
        "about",
        until,
        joining.keeps[language],
        tuple(each.text[language] for each in joining.purposes) if "phone" in joining.ways else (),
        card="card" in joining.ways,
        phone="phone" in joining.ways,
        look=state.look,
    )


def leave(state: State, points: int, until: views.Countdown) -> views.Leave:
    """What is given up, to be confirmed; a debt is not."""
    return views.Leave(state.language, "confirm", until, max(0, points), look=state.look)


def leaving(state: State, until: views.Countdown) -> views.Leave:
    """It is on its way to the disk."""
    return views.Leave(state.language, "keeping", until, look=state.look)


def left(state: State, receipt: ReceiptCode, until: views.Countdown) -> views.Leave:
    """It is durable."""
    return views.Leave(state.language, "done", until, code=spaced(receipt), look=state.look)
