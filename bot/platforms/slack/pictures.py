"""Draws a post's picture and sends it to Slack, where it waits for the post that shows it."""

from __future__ import annotations

from slack_sdk import WebClient

from bot.domain.posts import Image
from bot.platforms.charts import png
from bot.platforms.slack.cutting import cut
from bot.platforms.slack.refusals import Refusal, again

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
