"""The form for a thank-you: the words, and who may read them."""

from __future__ import annotations

from bot.context import Context
from bot.domain.drafts import carried
from bot.domain.exchanges import Audience, Thanks
from bot.domain.posts import Field
from bot.storage.places import Person


def open_form(ctx: Context, person: Person, draft: Thanks) -> None:
    """Open the form for a thank-you to *person*."""
    labels = tuple(each.label for each in Audience)
    fields = (
        Field(name="words", value=draft.words, is_required=True, is_long=True),
        Field(name="audience", value=draft.audience.label, options=labels, is_required=True),
    )
    ctx.ask(
        "thanks/form", name="thanks.thanks", fields=fields, context=carried(draft), whom=person.name
    )
