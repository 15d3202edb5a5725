import pytest

from odviz.report.markdown import host_of, link, plain, safe


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("4× Cortex-A72, 1.8 GHz", "4× Cortex-A72, 1.8 GHz"),
        ("<b>*a* _b_ `c` $d$</b>", "\\<b\\>\\*a\\* \\_b\\_ \\`c\\` \\$d\\$\\</b\\>"),
        ("![x](javascript:a)", "!\\[x\\]\\(javascript\\:a\\)"),
        (":red[x] :smile: &lt; ~~s~~ a|b", "\\:red\\[x\\] \\:smile\\: \\&lt; \\~\\~s\\~\\~ a\\|b"),
        ("# head\n===\n", "\\# head ==="),
        ("1. one", "1\\. one"),
        ("- dash", "\\- dash"),
        ("+ plus", "\\+ plus"),
        ("---", "\\---"),
        ("back\\slash", "back\\\\slash"),
        ("", ""),
    ],
)
def test_every_sign_stands_for_itself(text, written):
    assert plain(text) == written


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://www.example.org", True),
        ("javascript:alert(1)", False),
        ("https://example.org/a b", False),
        ("https://example.org/>)[x](javascript:a", False),
        ("https://example.org/\\", False),
        ("https://[", False),
        ("https://", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_are_followed(url, is_safe):
    assert safe(url) is is_safe
    assert ("](<" in link(url)) is is_safe


def test_a_link_is_called_by_where_it_leads():
    assert link("https://www.example.org/a/b") == "[example.org](<https://www.example.org/a/b>)"
    assert link("https://example.org", "a [b]") == "[a \\[b\\]](<https://example.org>)"
    assert host_of("nothing") == "nothing"
