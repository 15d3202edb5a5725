"""How the tables came to be, step by step; Alembic runs these when an older database is opened.

A new step: change `schema.py`, copy the newest file of `versions`, give it the next number as `revision` and its
predecessor's as `down_revision`, and name it in `schema.REVISION`. The tests say where tables and steps differ.
"""
