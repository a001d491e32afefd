"""What a kiosk asks in passing, answered as of now."""

from datetime import UTC, datetime

from cloud.club import redeeming
from cloud.collector import pages
from cloud.voice import conversations
from mqtt.down import Ask, MemberRow, Reply
from mqtt.vocabulary import GroupId, KioskId


def answer(kiosk: KioskId, group: GroupId, ask: Ask, generation: str) -> Reply:
    """The reply to an ask: points are set aside before the row is read, so that it counts them in."""
    holder, now = pages.find(group, ask.cards), datetime.now(UTC)
    # a card that is lost buys nothing
    spender = holder if holder is not None and not holder.blocked else None
    granted = None if ask.spend is None else _granted(kiosk, spender, ask, now)
    lent = redeeming.lend(kiosk, ask.lend, spender.member, now) if ask.lend and spender is not None else None
    row = pages.find(group, ask.cards) if ask.spend is not None or lent is not None else holder
    return Reply(
        id=ask.id,
        row=row,
        answer=conversations.reply(row.member, ask.ticket) if row is not None and ask.ticket else None,
        lent=lent,
        granted=granted,
        generation=generation,
    )


def _granted(kiosk: KioskId, spender: MemberRow | None, ask: Ask, now: datetime) -> bool:
    return (
        spender is not None and ask.spend is not None and redeeming.ask(kiosk, spender.member, ask.spend, now)
    )
