"""Import: people from a CSV file, in three steps at one address: the file, what it would do, and that done."""

from typing import Final

import streamlit as st

from components.frame.page import open_page
from components.imports import wizard
from components.kit import elements, feedback, markup
from data.core.permissions import Permission

actor = open_page("Import people", requires=Permission.CREATE_USERS)
import_id: Final = st.query_params.get("id", "")

with elements.header("Import people", back=("Users", "users")):
    if import_id:
        st.button("Another file", icon=":material/upload_file:", key="another_file", on_click=wizard.again)
    else:
        template = markup.link("Template", "/assets/people-template.csv", class_="button second", download="people.csv")
        st.html(template, width="content")

with feedback.explained():
    if import_id:
        wizard.follow(actor, import_id)
    else:
        wizard.choose()
