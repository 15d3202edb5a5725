"""Bad texts and numbers that every surface is tried with."""

TEXTS = (
    *("", " ", "\t", "\n", "-", "--", "%", "_", "..", "../..", "/etc/passwd", "C:\\x", "nul", "None", "true"),
    *("\x00", "\x07", "\x1b[31m", "\x1b]0;t\x07", "\x7f", "\x85", "\x9b2J", "\u200b", "\u202e", "\u2066", "\ufeff"),
    *("\udcff", "\U000e0041", "٣", "３", "é" * 3, "🦊", "x" * 3000, "x" * 60_000, "é" * 60_000, "a/" * 5000),
    *("'; DROP TABLE benchmark; --", "$(id)", "`id`", "%s%n%x", "{0.__class__}", "{{7*7}}", "<script>", "[x](y)"),
    *("=1+1", "@x", "a=b=c", "a,b", "a:b", "a+b", "*", "?", "~", "~nobody9", "\\", '"', "'", "#", "&", "|", ";"),
)
"""None of them names anything, and none can be shown or stored as it is without care."""

NUMBERS = (
    *("nan", "NaN", "-nan", "inf", "-inf", "Infinity", "1e999", "-1e999", "1e-400", "-5", "-0.0001", "9" * 30),
    *("1_0", "1_000.5", "٣", "３", "²", "½", "0x10", "0b1", "1e", "e5", ".", "--1", "+-1", "1 0", "1.2.3", "five"),
    *("1\x00", "1\x1b", "1\u202e", "1\u200b", "true", "None", "[]", "{}", "1j", "1/2", "1e1e1", "9" * 5000, "." * 3000),
)
"""None of them is a number that somebody can have measured."""
