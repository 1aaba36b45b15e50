# SPDX-License-Identifier: BSD-2-Clause
"""browser - a headless Chromium, driven by chromedriver over loopback HTTP

No library is needed: WebDriver is JSON over HTTP. The browser has no network
but what the page's address says; tests give it files.
"""
import base64
import json
import re
import shutil
import subprocess
import tempfile
import urllib.request

START_S = 20
ANSWER_S = 30


def programs():
    """(chromedriver, chromium), or None where one is not installed"""
    found = [shutil.which("chromedriver"),
             shutil.which("chromium") or shutil.which("chromium-browser")]
    return tuple(found) if all(found) else None


class Browser:

    def __init__(self):
        driver, chromium = programs()
        self.folder = tempfile.TemporaryDirectory(prefix="alignd-browser.")
        self.process = subprocess.Popen(
            [driver, "--port=0"], stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL)
        self.session = None
        try:
            self.base = f"http://127.0.0.1:{self.read_port()}"
            self.session = self.open_session(chromium)
        except BaseException:
            self.close()
            raise

    def read_port(self):
        for line in self.process.stdout:
            found = re.search(r"started successfully on port (\d+)", line)
            if found:
                return int(found[1])
        raise RuntimeError("chromedriver did not start")

    def ask(self, method, path, value=None, wait_s=ANSWER_S):
        request = urllib.request.Request(
            self.base + path, method=method,
            data=None if value is None else json.dumps(value).encode(),
            headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=wait_s) as answer:
            return json.load(answer)["value"]

    def open_session(self, chromium):
        options = {
            "binary": chromium,
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu",
                     "--hide-scrollbars", "--no-first-run",
                     "--disable-dev-shm-usage",
                     "--disable-background-networking",
                     f"--user-data-dir={self.folder.name}"],
        }
        wanted = {"goog:chromeOptions": options,
                  "goog:loggingPrefs": {"browser": "ALL"}}
        made = self.ask("POST", "/session",
                        {"capabilities": {"alwaysMatch": wanted}}, START_S)
        return f"/session/{made['sessionId']}"

    def command(self, name, parameters):
        """One of Chromium's own (DevTools protocol)."""
        return self.ask("POST", self.session + "/goog/cdp/execute",
                        {"cmd": name, "params": parameters})

    def pose_as(self, width, height, scheme):
        """A phone below 500 pixels, a desk above; "light" or "dark"."""
        self.command("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "mobile": width < 500,
            "deviceScaleFactor": 2 if width < 500 else 1})
        self.command("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": scheme}]})

    def show(self, path):
        self.ask("POST", self.session + "/url", {"url": "file://" + path})

    def run(self, script, *arguments):
        """The value that the script returns; outside of the page's policy."""
        return self.ask("POST", self.session + "/execute/sync",
                        {"script": script, "args": arguments})

    def complaints(self):
        """What the console has, such as a refused style or request."""
        return [entry["message"] for entry in
                self.ask("POST", self.session + "/se/log",
                         {"type": "browser"})]

    def picture(self, path):
        """The whole page as PNG."""
        made = self.command("Page.captureScreenshot",
                            {"captureBeyondViewport": True})
        with open(path, "wb") as file:
            file.write(base64.b64decode(made["data"]))

    def close(self):
        if self.session is not None:
            try:
                self.ask("DELETE", self.session)
            except OSError:
                pass
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.folder.cleanup()
