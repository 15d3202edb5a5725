"""`handle(request, worker)` returns the reply: one module a request, named like its class, and one for model files."""
