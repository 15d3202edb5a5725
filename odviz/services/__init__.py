"""One function per thing a person can ask for; the terminal and the page call the same ones."""
