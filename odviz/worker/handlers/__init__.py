"""One module a request, named like its class in snake case: `handle(request, worker)` returns the reply."""
