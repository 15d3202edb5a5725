"""Entry point of the dashboard: `streamlit run app.py`, or `make run`.

Streamlit imports this file once, for the server, and runs it for each visitor.
"""

from streamlit import App

from odviz.ui import navigation, warm_up
from odviz.ui.access import MIDDLEWARE

if __name__ == "__main__":
    navigation.run()
else:
    warm_up.start()
    app = App(__file__, middleware=MIDDLEWARE)
