"""The page: `streamlit run app.py`, or `make run`."""

import streamlit as st

st.navigation(
    [
        st.Page("pages/explore.py", title="Explore", default=True),
        st.Page("pages/benchmark.py", title="Benchmark"),
        st.Page("pages/devices.py", title="Devices"),
        st.Page("pages/runs.py", title="Measurements"),
        st.Page("pages/machine.py", title="This machine"),
    ],
    position="top",
).run()
