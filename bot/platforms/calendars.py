"""Writes an appointment as a calendar file, which any calendar opens (RFC 5545).

Times are in UTC, so that every calendar shows them by its own clock and no clock change moves them.
"""

from __future__ import annotations

from datetime import UTC

from bot.domain.appointments import Appointment

OURS = "-//Animateur//Animateur//EN"


def ics(appointment: Appointment) -> bytes:
    """The file: a new entry, a change of one, or the word that it is off.

    https://datatracker.ietf.org/doc/html/rfc5546: a change bears the same UID and a higher
    SEQUENCE, and CANCEL takes the entry out.
    """
    from icalendar import Calendar, Event, vCalAddress

    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.made.astimezone(UTC))
    event.add("dtstart", appointment.starts.astimezone(UTC))
    event.add("dtend", appointment.ends.astimezone(UTC))
    event.add("summary", appointment.title)
    if appointment.about:
        event.add("description", appointment.about)
    event.add("status", "CANCELLED" if appointment.is_off else "CONFIRMED")
    organizer = vCalAddress("mailto:noreply@animateur.invalid")
    organizer.params["CN"] = "Animateur"
    event.add("organizer", organizer)
    calendar = Calendar()
    calendar.add("prodid", OURS)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if appointment.is_off else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
