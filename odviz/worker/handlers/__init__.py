"""One request each: `handle(request, worker)` in the module named like the word in "do"."""
