import streamlit as st

from components.kit import elements, feedback, forms
from data.core.errors import InvalidInput

ZONES = {"UTC": "UTC", "Europe/London": "Europe/London", "Europe/Paris": "Europe/Paris"}
elements.header("Settings", "Northwind · changed by Ines Moreau, 9 November")
wrong = feedback.problems("settings")


def save():
    with feedback.attempt("settings"):
        mail = st.session_state.mail
        if "." not in mail:
            raise InvalidInput(
                {
                    "mail": "Add the part after the dot, for example ops@northwind.example.",
                    "zone": "Choose a zone in Europe.",
                }
            )
        feedback.done("The settings are saved.")


with st.form("settings", border=False):
    with forms.group("organisation", "Organisation", "Seen by everybody who signs in, and in e-mails."):
        forms.field("text", "name", "Name", value="Northwind", error=wrong.get("name"))
        forms.field("text", "mail", "Contact e-mail", value="ops@northwind", error=wrong.get("mail"))
        forms.field("select", "zone", "Time zone", value="UTC", options=ZONES, width=192, error=wrong.get("zone"))
        forms.field("area", "about", "About", value="", hint="At most 500 characters.", width=400)
    with forms.group("signin", "Password", "Ends your other sessions."):
        forms.field("password", "old", "Present password", value="", autocomplete="current-password")
        forms.field(
            "text",
            "domains",
            "Allowed e-mail domains",
            value="northwind.example",
            hint="Separate with commas.",
            disabled=True,
        )
    forms.form_end(len(wrong), on_save=save, on_discard=forms.forget, key="settings")
feedback.settled("settings", beside=("name", "mail", "zone"))
