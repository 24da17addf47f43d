"""The inspector as people see it. Usage: browser.py LINQHOOK [FOLDER]"""
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from webdriver import Browser

HOSTILE = [
    "<img src=x onerror=\"window.broken=1\">", "\"><svg onload=\"window.broken=1\">", "<script>window.broken=1</script>",
    "javascript:window.broken=1", "'-window.broken-'", "<iframe srcdoc='<script>parent.broken=1</script>'>",
    "{{constructor.constructor('window.broken=1')()}}", "\u202egnp.exe\x1b[31m",
]
CONTRAST = """
const channel = v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
const parse = text => { const c = text.match(/[\\d.]+/g).map(Number); return c.length > 3 ? c : [...c, 1]; };
const light = c => .2126 * channel(c[0]) + .7152 * channel(c[1]) + .0722 * channel(c[2]);
const back = node => { for (; node; node = node.parentElement) { const c = parse(getComputedStyle(node).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
const found = [];
for (const node of document.querySelectorAll('body *')) {
  if (node.disabled || !node.checkVisibility({ opacityProperty: true })) continue;
  if (![...node.childNodes].some(x => x.nodeType === 3 && x.data.trim())) continue;
  const a = light(parse(getComputedStyle(node).color)), b = light(back(node));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) found.push(`${node.tagName}.${node.className}: ${ratio.toFixed(2)} ${node.textContent.slice(0, 40)}`);
}
return found;
"""
NAMELESS = """
return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter(node => node.checkVisibility())
  .filter(node => !(node.textContent.trim() && node.tagName !== 'SELECT' || node.getAttribute('aria-label') || node.labels?.length))
  .map(node => node.outerHTML.slice(0, 80));
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Receiver:
    def __init__(self, linqhook: str, folder: Path) -> None:
        self.linqhook, self.folder = linqhook, folder
        self.token, self.secret = secrets.token_hex(16), secrets.token_hex(16)
        self.port, self.admin = free_port(), free_port()
        (folder / "secret").write_text(self.secret)
        hook = folder / "hook"
        hook.write_text("#!/bin/sh\n[ -e open ] && exit 0\necho '<b onclick=alert(1)>no such customer</b>' >&2\nexit 65\n")
        hook.chmod(0o755)
        (folder / "linqhook.yaml").write_text(f"""
listen: 127.0.0.1:{self.port}
admin: {{listen: 127.0.0.1:{self.admin}, token: env:TOKEN}}
endpoints: [{{path: /webhooks/linq, secrets: [file:{folder}/secret]}}]
inbox: {{path: {folder}/inbox.db, durability: normal}}
handlers:
  - {{name: log, type: log, level: info}}
  - {{name: crm, type: shell, command: [{hook}], events: [message.received], working_directory: {folder}}}
""")
        self.start()

    def start(self) -> None:
        log = open(self.folder / "receiver.log", "ab")
        self.process = subprocess.Popen(
            [self.linqhook, "serve", "--config", self.folder / "linqhook.yaml"],
            env={**os.environ, "TOKEN": self.token}, stderr=log, stdout=log,
        )
        for _ in range(400):
            try:
                if urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/readyz", timeout=1).status == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            signal.sigtimedwait([], 0.05)
        raise SystemExit("the receiver did not start:\n" + (self.folder / "receiver.log").read_text())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def post(self, body: bytes, headers: dict[str, str], expected: int = 200) -> None:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/webhooks/linq", body, headers)
        try:
            status = urllib.request.urlopen(request, timeout=10).status
        except urllib.error.HTTPError as error:
            status = error.code
        assert status == expected, f"{status} instead of {expected}"

    def message(self, text: str, kind: str = "message.received", event_id: str | None = None) -> None:
        event = {
            "api_version": "v3", "webhook_version": "2026-02-03", "event_type": kind,
            "event_id": event_id or secrets.token_hex(8), "created_at": "2026-12-01T10:00:00Z",
            "data": {"id": secrets.token_hex(8), "direction": "inbound", "service": "iMessage",
                     "chat": {"id": "chat-1", "is_group": False, "owner_handle": {"handle": "+12025550100"}},
                     "sender_handle": {"handle": text if text in HOSTILE else "+12025550147"},
                     "parts": [{"type": "text", "value": text}, {"type": "media", "filename": text, "url": "https://x.invalid/" + text}]},
        }
        body = json.dumps(event).encode()
        signed = subprocess.run([self.linqhook, "sign", "--scheme", "v3", "--secret-file", self.folder / "secret", "-"],
                                input=body, capture_output=True, check=True).stdout.decode()
        headers = dict(line.split(": ", 1) for line in signed.splitlines() if ": " in line)
        self.post(body, {**headers, "Content-Type": "application/json"})


def check(browser: Browser, what: str) -> None:
    """What holds on every screen."""
    assert not browser.run("return window.broken"), f"{what}: a text of an event ran as a script"
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), f"{what}: scrolls sideways"
    for problem, found in (("contrast", browser.run(CONTRAST)), ("no name", browser.run(NAMELESS))):
        assert not found, f"{what}: {problem}: {found}"
    # A receiver that was killed cannot be reached, and a wrong token is refused, on purpose.
    said = [x["message"] for x in browser.log("browser") if x["level"] == "SEVERE"
            and not re.search("ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|status of 401", x["message"])]
    assert not said, f"{what}: {said}"


def only_own_requests(browser: Browser, own: str) -> None:
    for line in browser.log("performance"):
        message = json.loads(line["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            assert url.startswith((f"{own}/inspector/", f"{own}/api/", "data:", "chrome", "about:")), f"a request to {url}"


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="linqhook-browser-"))
    shots = Path(sys.argv[2] if len(sys.argv) > 2 else folder / "shots")
    shots.mkdir(parents=True, exist_ok=True)
    receiver = Receiver(sys.argv[1], folder)
    browser = Browser(str(folder))
    own = f"http://127.0.0.1:{receiver.admin}"
    page = f"{own}/inspector/"

    def go(hash_: str, expected: str, what: str) -> None:
        browser.run("location.hash = arguments[0]", hash_)
        browser.wait(expected, what)

    try:
        print("== a wrong token is refused, a right one opens and leaves the address bar")
        browser.open(page)
        browser.wait("document.getElementById('token')", "the sign-in")
        browser.open(f"{page}?again#token=wrong")
        browser.wait("document.body.innerText.includes('not right')", "the refusal")
        check(browser, "sign-in")
        browser.open(f"{page}#token={receiver.token}")
        browser.wait("document.querySelector('.verdict')", "the overview")
        assert receiver.token not in browser.run("return location.href + document.cookie + JSON.stringify(localStorage)")
        check(browser, "overview without events")

        print("== events come in live, and no text of theirs is markup")
        go("#/events", "document.querySelector('h1')?.textContent === 'Events'", "the events")
        for text in HOSTILE:
            receiver.message(text)
        browser.wait(f"document.querySelectorAll('#rows tr').length >= {len(HOSTILE)}", "the live events")
        check(browser, "events")
        listed = browser.run("return document.getElementById('rows').textContent")
        for text in HOSTILE[:-1]:
            assert text in listed, f"{text} is not in the list letter by letter"
        assert "U+202E" in listed and "U+001B" in listed
        receiver.message("plain", kind="message.<script>window.broken=1</script>", event_id='"><svg onload="window.broken=1">')
        browser.wait("document.getElementById('rows').textContent.includes('message.<script>')", "the odd type")

        print("== filters are in the address")
        go("#/events?handler=crm&state=dead", "[...document.querySelectorAll('#rows .t-state')].every(x => x.textContent.includes('dead')) && document.querySelectorAll('.chip').length === 2", "the dead ones")
        go("#/events?type=call.*", "document.body.innerText.includes('No event matches')", "nothing")
        check(browser, "no match")

        print("== each event opens")
        for number in range(1, len(HOSTILE) + 2):
            go(f"#/event/{number}", f"document.querySelector('h1')?.textContent.includes('#{number}') && document.querySelector('.json')", f"event {number}")
            check(browser, f"event {number}")

        print("== a refused request shows as it came")
        receiver.post(b"\xff\xfe{", {"Content-Type": "application/json", "X-Odd": HOSTILE[1]}, expected=401)
        receiver.post(HOSTILE[0].encode(), {"X-Webhook-Signature": "sha256=00", "X-Odd": HOSTILE[2]}, expected=401)
        for number in (1, 2):
            go(f"#/quarantine?sel={number}", f"document.querySelector('.event h2')?.textContent === 'Request {number}'", f"request {number}")
            check(browser, f"quarantine {number}")
        assert HOSTILE[2] in browser.run("return document.querySelector('.event').textContent")

        print("== a dead letter is found, read and retried")
        go("#/dead", "document.querySelector('.group')", "the dead letters")
        check(browser, "dead letters")
        assert "<b onclick" in browser.run("return document.querySelector('.group .error').textContent")
        (folder / "open").touch()
        browser.click_text("button", f"Retry {len(HOSTILE)}")
        browser.wait("document.querySelector('dialog[open] h2')", "the question")
        check(browser, "question")
        browser.click("dialog[open] button[value=go]")
        browser.wait("document.body.innerText.includes('No dead letters')", "the retried letters", 20)

        print("== a handler is paused and resumed")
        go("#/handlers", "document.querySelectorAll('.handler').length === 2", "the handlers")
        for verb, state in (("Pause", "paused"), ("Resume", "working")):
            browser.run("[...document.querySelectorAll('.handler')].find(x => x.textContent.startsWith('crm')).querySelector('.row:last-child button').click()")
            browser.click("dialog[open] button[value=go]")
            browser.wait(f"[...document.querySelectorAll('.handler')].find(x => x.textContent.startsWith('crm'))?.querySelector('.state').textContent === '{state}'", verb)
        check(browser, "handlers")

        print("== the receiver dies under the page and comes back")
        go("#/events?type=message.*", "document.querySelector('#rows tr')", "the events")
        receiver.kill()
        browser.wait("document.getElementById('notice').innerText.includes('Not connected')", "the banner", 10)
        check(browser, "not connected")
        receiver.start()
        browser.wait("!document.getElementById('notice').innerText && document.querySelector('#rows tr')", "the list again", 20)
        assert "type=message.*" in browser.run("return location.hash")
        receiver.message("after the restart")
        # The pointer may rest on the list; then rows wait until somebody asks for them.
        browser.wait("document.body.innerText.includes('after the restart') || document.querySelector('#pill button')", "a live event after it", 20)
        browser.keys("n")
        browser.wait("document.getElementById('rows').textContent.includes('after the restart')", "the new event")

        print("== keys alone")
        browser.run("document.activeElement.blur()")
        for key, title in (("d", "Dead letters"), ("q", "Quarantine"), ("h", "Handlers"), ("o", "Overview"), ("e", "Events")):
            browser.keys("g" + key)
            browser.wait(f"document.querySelector('h1')?.textContent === '{title}'", title)
        browser.keys("j")
        browser.wait("document.activeElement.closest('#rows')", "a row with the focus")

        print("== 1280 and 400 px, light and dark")
        screens = {"overview": ".verdict", "events": "#rows tr", "event/1": ".timeline", "dead": ".empty", "quarantine": ".qlist", "handlers": ".handler"}
        for width in (1280, 400):
            for scheme in ("light", "dark"):
                browser.look(width, 800, scheme)
                for screen, expected in screens.items():
                    go(f"#/{screen}", f"document.querySelector('{expected}') && location.hash === '#/{screen}'", screen)
                    check(browser, f"{screen} at {width} px, {scheme}")
                    (shots / f"{screen.replace('/', '-')}-{width}-{scheme}.png").write_bytes(browser.picture())
        only_own_requests(browser, own)

        print("== signing out")
        browser.look(1280, 800, "light")
        browser.click("#signout")
        browser.wait("document.getElementById('token') && !sessionStorage.length", "the sign-in")
        assert receiver.token not in (folder / "receiver.log").read_text()
        print(f"All is well. Screenshots: {shots}")
    finally:
        browser.close()
        receiver.kill()


main()
