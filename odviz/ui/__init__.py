"""The page: the only place that knows Streamlit. Figures and words come from below; here they are laid out."""
