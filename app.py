"""Entry point of the dashboard: `streamlit run app.py`, or `make run`.

Streamlit imports this file once, for the server, and runs it for each visitor.
"""

from streamlit import App

from odviz.ui import class_server, navigation, warm_up
from odviz.ui.access import MIDDLEWARE

if __name__ == "__main__":
    navigation.run()
else:
    app = App(__file__, middleware=MIDDLEWARE)
    class_server.start()
    warm_up.start_server()
