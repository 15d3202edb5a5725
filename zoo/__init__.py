"""How the trained networks under ``models/`` and the held-out data under ``data/`` were made.

Needs torch and the packages in ``zoo/requirements.in``; the application itself never imports it.
"""
