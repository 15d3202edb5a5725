"""The pages before the dashboard: a form for the code of a class and a name, and one for the teacher's link."""

from __future__ import annotations

from html import escape

from odviz.domain.lesson import LONGEST_NAME
from odviz.report.paper.html import shell

_STYLE = """
:root { color-scheme: light dark }
body { font: 1.05rem/1.5 system-ui, sans-serif; margin: 0; display: grid; place-items: center; min-height: 100vh }
main { width: min(22rem, calc(100vw - 2rem)); padding: 1rem 0 }
h1 { font-size: 1.5rem } label { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
input, button { font: inherit; box-sizing: border-box; width: 100%; padding: .7rem; border-radius: .4rem }
input { border: 1px solid #767c86 } #code { letter-spacing: .15em; text-transform: lowercase }
button { margin-top: 1.25rem; border: 0; background: #0072B2; color: #fff; font-weight: 600 }
.problem { border-left: 4px solid #C05000; padding: .4rem .75rem; margin: 1rem 0 }
small { display: block; margin-top: 1.25rem; color: GrayText }
"""
_CODE_OF_LINK = """
<script>
const code = document.getElementById("code"), name = document.getElementById("name")
if (location.hash.length > 1) { code.value = decodeURIComponent(location.hash.slice(1)); name.focus() }
</script>
"""
_KEY_OF_LINK = """
<script>
const key = document.getElementById("key")
key.value = location.hash.slice(1)
history.replaceState(null, "", location.pathname)
if (key.value && !document.querySelector(".problem")) key.form.submit()
</script>
"""
"""The secret stands behind a #, which browsers do not send: no log and no other server learns it."""


def join_page(problem: str = "") -> str:
    """The page where a pupil joins.

    Args:
        problem: why the last try failed; empty for the first one.
    """
    form = f"""
<form method="post" action="/join">
<label for="code">Code of the class</label>
<input id="code" name="code" required maxlength="20" autocomplete="off" autocapitalize="none" spellcheck="false">
<label for="name">Your name or nickname</label>
<input id="name" name="name" required maxlength="{LONGEST_NAME}" autocomplete="off">
<button>Join</button>
</form>
<small>Your teacher sees your name and your predictions. Nothing leaves the teacher's computer.</small>"""
    return _page("Join the class", problem, form + _CODE_OF_LINK)


def teacher_page(problem: str = "") -> str:
    """The page where the teacher comes in from another computer, by a secret link."""
    form = """
<form method="post" action="/teacher">
<label for="key">Secret of the teacher's link</label>
<input id="key" name="key" type="password" required maxlength="100" autocomplete="off">
<button>Come in</button>
</form>"""
    return _page("For the teacher", problem, form + _KEY_OF_LINK)


def _page(title: str, problem: str, body: str) -> str:
    note = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    return shell(title, _STYLE, f"<main><h1>{title}</h1>{note}{body}</main>")
