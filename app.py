"""Entry point of the dashboard: `streamlit run app.py`, or `make run`."""

from odviz.ui import navigation

navigation.run()
