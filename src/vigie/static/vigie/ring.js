// What a ringing call does besides showing: a tone, a notification when the page is hidden, a title that flashes.
(() => {
  const PERIOD_MS = 3000;
  const NOTES = [[660, 0], [880, 0.18], [660, 0.55], [880, 0.73]]; // Hz, seconds after the start of the period
  let timer = 0;
  let context = null;
  let title = "";
  let notification = null;

  function tone() {
    context ??= new AudioContext();
    context.resume().catch(() => {});
    for (const [pitch, after] of NOTES) {
      const start = context.currentTime + after;
      const oscillator = new OscillatorNode(context, { frequency: pitch, type: "triangle" });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(0.16, start + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(start);
      oscillator.stop(start + 0.32);
    }
  }

  function flash(text) {
    document.title = document.title === title ? `☎ ${text}` : title;
  }

  function start(text) {
    if (timer) return;
    title = document.title;
    tone();
    let beats = 0;
    timer = setInterval(() => {
      flash(text);
      beats += 1;
      if (beats % 3 === 0) tone();
    }, PERIOD_MS / 3);
    flash(text);
    if (document.hidden && window.Notification?.permission === "granted") {
      notification = new Notification("vigie", { body: text, tag: "vigie-ring", requireInteraction: true });
      notification.onclick = () => window.focus();
    }
  }

  function stop() {
    if (!timer) return;
    clearInterval(timer);
    timer = 0;
    document.title = title;
    notification?.close();
    notification = null;
  }

  window.vigieRing = { start, stop };
})();
