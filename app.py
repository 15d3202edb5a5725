"""Entry point of the dashboard: `streamlit run app.py`, or `make run`.

Streamlit imports this file once, for the server, and runs it for each visitor.
"""

from streamlit import App

from odviz.ui import class_server, nagle, navigation, warm_up
from odviz.ui.access import MIDDLEWARE

if __name__ == "__main__":
    navigation.run()
else:
    app = App(__file__, middleware=MIDDLEWARE)
    if invitation := class_server.start():
        from odviz.cli.serve import announce  # imports the whole terminal, which only a class needs

        announce(invitation)
    nagle.turn_off()  # Streamlit has made its socket before it imports this file
    warm_up.start_server()
