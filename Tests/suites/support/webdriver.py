"""A few commands of W3C WebDriver, spoken to chromedriver with nothing but Python."""
import base64
import json
import subprocess
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    def __init__(self, folder: str) -> None:
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.driver.stdout
        port = None
        for line in self.driver.stdout:
            if "started successfully on port " in line:
                port = line.rstrip().rstrip(".").rsplit(" ", 1)[1]
                break
        if not port:
            raise SystemExit("chromedriver did not start")
        self.base = f"http://127.0.0.1:{port}"
        options = {
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     f"--user-data-dir={folder}/profile", "--window-size=1280,900"]
        }
        wanted = {"browserName": "chrome", "goog:chromeOptions": options,
                  "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        made = self.send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.base += f"/session/{made['sessionId']}"

    def send(self, method: str, path: str, body: object = None) -> object:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()[:600]) from None

    def open(self, url: str) -> None:
        self.send("POST", "/url", {"url": url})

    def run(self, script: str, *arguments: object) -> object:
        return self.send("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, script: str, what: str, seconds: float = 10) -> object:
        """Until the expression is true; its value."""
        end = time.monotonic() + seconds
        while True:
            value = self.run(f"return ({script})")
            if value:
                return value
            if time.monotonic() > end:
                page = self.run("return document.body.innerText")
                raise AssertionError(f"waited {seconds} s for {what}; the page says:\n{page}")
            time.sleep(0.05)

    def click(self, css: str) -> None:
        found = self.send("POST", "/element", {"using": "css selector", "value": css})
        self.send("POST", f"/element/{found[ELEMENT]}/click", {})

    def click_text(self, tag: str, text: str) -> None:
        path = f"//{tag}[starts-with(normalize-space(.), '{text}')]"
        found = self.send("POST", "/element", {"using": "xpath", "value": path})
        self.send("POST", f"/element/{found[ELEMENT]}/click", {})

    def keys(self, text: str) -> None:
        presses = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self.send("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": presses}]})

    def devtools(self, command: str, **parameters: object) -> object:
        return self.send("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def look(self, width: int, height: int, scheme: str) -> None:
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def log(self, kind: str) -> list[dict]:
        return self.send("POST", "/se/log", {"type": kind})

    def picture(self) -> bytes:
        return base64.b64decode(self.send("GET", "/screenshot"))

    def close(self) -> None:
        try:
            self.send("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(10)
