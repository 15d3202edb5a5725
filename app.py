"""The page: `streamlit run app.py`, or `make run`."""

from odviz.ui import navigation

navigation.run()
