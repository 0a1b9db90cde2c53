"""Sends Slack what isn't words: a picture before the post that shows it, a file below its post."""

from __future__ import annotations

import structlog
from slack_sdk import WebClient

from bot.domain.posts import Attachment, Image
from bot.platforms.calendars import ics
from bot.platforms.charts import png
from bot.platforms.slack.cutting import cut
from bot.platforms.slack.refusals import Refusal, again
from bot.ports import DeliveryError

log = structlog.get_logger()

LONGEST_ALT = 1_000


def send(client: WebClient, image: Image) -> str:
    """Slack's id of *image*, or "" where its words must do: nobody waits for a picture alone.

    Raises:
        DeliveryError: Slack is out of reach, or wants a pause; nothing was said yet.
    """
    content = png(image.chart)
    alt = cut(" ".join(image.alt.split()), LONGEST_ALT)
    try:
        answer = again(
            lambda: client.files_upload_v2(
                filename="picture.png", content=content, title="Picture", alt_txt=alt or None
            )
        )
    except Refusal as refusal:
        if refusal.retry_in is not None:
            raise
        return ""
    files = answer.get("files")
    first = files[0] if isinstance(files, list) and files else None
    found = first.get("id") if isinstance(first, dict) else None
    return found if isinstance(found, str) else ""


def attach(client: WebClient, attachment: Attachment, *, message: str) -> bool:
    """Put a file below *message* ("<channel>/<ts>"); False where its words must do.

    The message is said by then: that its file is missing is no reason to say it again. In a
    channel the file stands in the message's thread.
    """
    channel, _, ts = message.partition("/")
    content = ics(attachment.appointment)
    try:
        again(
            lambda: client.files_upload_v2(
                filename=attachment.name,
                content=content,
                title=attachment.appointment.title,
                channel=channel,
                thread_ts=ts if channel[:1] in ("C", "G") else None,
            )
        )
    except DeliveryError as error:
        log.warning("slack.unattached", why=str(error))
        return False
    return True
