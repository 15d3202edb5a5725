"""The dashboard: Streamlit views that show results computed by the layers below."""
