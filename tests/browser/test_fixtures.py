"""The doors of the browser tests are really shut."""

import pytest

pytestmark = pytest.mark.browser

PAGE = "<!doctype html><html lang=en><title>t</title><main><h1>One</h1>%s</main></html>"


def serve(page, body, status=200):
    page.route("**/under-test", lambda route: route.fulfill(status=status, content_type="text/html", body=PAGE % body))


def test_a_clean_page_passes(page, visit, axe):
    serve(page, "<p>Good.</p>")
    axe(visit(page, "/under-test"))


def test_axe_names_what_is_wrong(page, visit, axe):
    serve(page, '<input type="text"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">')
    visit(page, "/under-test")
    with pytest.raises(AssertionError, match=r"(?s)image-alt.*label \(critical\)"):
        axe(page)


def test_an_error_page_is_not_taken_for_a_page(page, visit, axe):
    serve(page, "<p>Missing.</p>", status=404)
    with pytest.raises(AssertionError, match="answered 404"):
        visit(page, "/under-test")
    with pytest.raises(AssertionError, match="answered 404"):
        axe(page)
    axe(visit(page, "/under-test", status=404), status=404)


def test_requests_to_other_hosts_are_stopped_and_told(page, watch, visit):
    serve(page, '<img alt="" src="https://cdn.example/x.png">')
    visit(page, "/under-test")
    assert watch.problems[0] == "a request to another host: https://cdn.example/x.png"
    page.evaluate("0")
    watch.problems.clear()


def test_errors_of_scripts_and_console_are_told(page, watch, visit):
    serve(page, "<script>console.error('broken'); setTimeout(() => { throw new Error('thrown') })</script>")
    visit(page, "/under-test")
    page.wait_for_timeout(200)
    assert any("console: broken" in problem for problem in watch.problems)
    assert any("thrown" in problem for problem in watch.problems)
    watch.problems.clear()


def test_scripts_are_off_where_asked(no_js, visit):
    serve(no_js, "<p id=p>before</p><script>document.getElementById('p').textContent = 'after'</script>")
    visit(no_js, "/under-test")
    assert no_js.locator("#p").text_content() == "before"


def test_the_phone_is_320_pixels_wide(phone, visit):
    serve(phone, '<meta name="viewport" content="width=device-width"><p>Small.</p>')
    visit(phone, "/under-test")
    assert phone.evaluate("innerWidth") == 320
