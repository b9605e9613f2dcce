"""A page with a microphone, in Debian's Chromium, and the small web server it needs."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Page, sync_playwright

from sip.running_node import Door
from vigie.telephony.protocol import AttachBrowser, BrowserAnswered

_HTML = """<!doctype html><audio id=a autoplay></audio><script>
window.attach = async (replaces) => {
  const mic = await navigator.mediaDevices.getUserMedia(
    {audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false}});
  const pc = window.pc = new RTCPeerConnection({iceServers: []});
  mic.getTracks().forEach(track => pc.addTrack(track, mic));
  pc.ontrack = event => { window.remote = a.srcObject = event.streams[0] || new MediaStream([event.track]); };
  await pc.setLocalDescription(await pc.createOffer());
  const reply = await fetch('/offer', {method: 'POST',
    body: JSON.stringify({sdp: pc.localDescription.sdp, replaces: replaces || ''})});
  const {leg, sdp} = await reply.json();
  await pc.setRemoteDescription({type: 'answer', sdp});
  await new Promise((ok, ko) => {
    const look = () => pc.connectionState == 'connected' ? ok() : pc.connectionState == 'failed' && ko('failed');
    pc.onconnectionstatechange = look; look();
    setTimeout(() => ko('timeout ' + pc.connectionState + ' ' + pc.iceConnectionState), 8000); });
  const context = window.context = new AudioContext(); await context.resume();
  const ear = window.ear = context.createAnalyser(); ear.fftSize = 8192;
  context.createMediaStreamSource(window.remote).connect(ear);
  return leg;
};
window.purity = (hz) => {
  const x = new Float32Array(ear.fftSize); ear.getFloatTimeDomainData(x);
  const k = 2 * Math.cos(2 * Math.PI * hz / context.sampleRate);
  let a = 0, b = 0, power = 0;
  for (const v of x) { const t = v + k * a - b; b = a; a = t; power += v * v; }
  return power ? 2 * (a * a + b * b - k * a * b) / (x.length * power) : 0;
};
window.codec = async () => { let found = ''; (await pc.getStats()).forEach(
  s => { if (s.type == 'codec') found = s.mimeType; }); return found; };
window.remotes = async () => { const found = []; (await pc.getStats()).forEach(
  s => { if (s.type == 'remote-candidate') found.push(s.address); }); return found; };
</script>"""

_FLAGS = (
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)


@dataclass
class Desk:
    """The browser's page, reloaded at will."""

    page: Page
    url: str

    def attach(self, *, replaces: str = "") -> str:
        """Offer the page's audio; return its leg once it is connected."""
        return str(self.page.evaluate("replaces => attach(replaces)", replaces))

    def reload(self) -> None:
        self.page.goto(self.url)

    def share(self, frequency_hz: float) -> float:
        """Return which part of what the page hears at this moment is at `frequency_hz`."""
        return float(self.page.evaluate("hz => purity(hz)", frequency_hz))

    def hears(self, frequency_hz: float, *, within_s: float = 5.0) -> bool:
        """Say whether the page comes to hear that tone and little else; its jitter buffer may need a moment."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if self.share(frequency_hz) > 0.8:
                return True
            time.sleep(0.1)
        return False


@contextmanager
def desk(door: Door, *, microphone: str, flags: tuple[str, ...] = ()) -> Iterator[Desk]:
    """Open a page whose microphone is the 48 kHz WAV `microphone`, and whose offers go through `door`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, door))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    arguments = [*_FLAGS, f"--use-file-for-fake-audio-capture={microphone}", *flags]
    try:
        with sync_playwright() as tool:
            browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
            page = browser.new_context(permissions=["microphone"]).new_page()
            page.goto(url)
            yield Desk(page, url)
            browser.close()
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, door: Door, *args: Any) -> None:
        self._door = door
        super().__init__(*args)

    def do_GET(self) -> None:
        self._reply("text/html", _HTML)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        leg = uuid.uuid4().hex
        self._door.send(AttachBrowser(leg=leg, sdp=body["sdp"], replaces=body["replaces"]))
        answered = self._door.expect(BrowserAnswered, leg=leg)
        self._reply("application/json", json.dumps({"leg": leg, "sdp": answered.sdp}))

    def _reply(self, kind: str, body: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""
