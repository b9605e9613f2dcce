// The agent's telephone: one peer connection per shift, kept open between calls, found again after a reload.
(() => {
  const HEARTBEAT_MS = 5000; // the node itself says within three seconds that a page in a call has died
  const GRACE_MS = 2000; // a network that stutters is given this long before a new offer
  const STALLED_MS = 3000;
  const RETRIES_MS = [300, 1000, 2000, 4000, 5000];
  const OPEN = "vigie-audio-open";
  const MUTED = "vigie-audio-muted";
  const TAB = "vigie-tab";
  const RAW = "vigie-microphone"; // "raw": the headset cleans the sound by itself
  const DEVICE = { audioinput: "vigie-audioinput", audiooutput: "vigie-audiooutput" };

  const audio = { pc: null, leg: "", state: "off", stream: null, muted: false, tab: "" };
  window.vigieAudio = audio;
  let box, sound, attempt = 0, failures = 0, meter = null;

  // --- what the page shows

  function show(state) {
    if (audio.state !== state) box.dispatchEvent(new CustomEvent("audio:state", { bubbles: true, detail: state }));
    audio.state = state;
    box.dataset.state = state;
    beat();
  }

  function showMuted() {
    const button = box.querySelector("[data-audio-mute]");
    button.setAttribute("aria-pressed", String(audio.muted));
    box.classList.toggle("is-muted", audio.muted);
  }

  audio.setMuted = (muted) => {
    audio.muted = muted;
    sessionStorage.setItem(MUTED, muted ? "yes" : "");
    audio.stream?.getAudioTracks().forEach((track) => { track.enabled = !muted; });
    showMuted();
  };

  // --- the microphone

  async function openMicrophone() {
    if (audio.stream?.getAudioTracks().some((track) => track.readyState === "live")) return audio.stream;
    const cleaned = localStorage.getItem(RAW) !== "raw";
    const wanted = { echoCancellation: cleaned, noiseSuppression: cleaned, autoGainControl: cleaned, channelCount: 1 };
    const device = localStorage.getItem(DEVICE.audioinput);
    if (device) wanted.deviceId = { ideal: device };
    audio.stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
    for (const track of audio.stream.getAudioTracks()) {
      track.addEventListener("ended", microphoneLost);
      track.addEventListener("mute", beat);
      track.addEventListener("unmute", beat);
    }
    audio.setMuted(audio.muted);
    measure(audio.stream);
    listDevices();
    return audio.stream;
  }

  async function listDevices() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    for (const select of box.querySelectorAll("[data-audio-device]")) {
      const kind = select.dataset.audioDevice;
      const chosen = localStorage.getItem(DEVICE[kind]);
      const options = devices.filter((device) => device.kind === kind && device.deviceId);
      select.replaceChildren(...options.map((device) => new Option(device.label, device.deviceId, false, device.deviceId === chosen)));
    }
    const earphones = localStorage.getItem(DEVICE.audiooutput);
    if (earphones && sound.setSinkId) sound.setSinkId(earphones).catch(() => {});
  }

  async function changeMicrophone() {
    audio.stream?.getTracks().forEach((track) => {
      track.removeEventListener("ended", microphoneLost);
      track.stop();
    });
    await microphoneLost();
  }

  function choose(event) {
    const kind = event.target.dataset.audioDevice;
    if (kind) localStorage.setItem(DEVICE[kind], event.target.value);
    else localStorage.setItem(RAW, event.target.checked ? "raw" : "");
    if (kind === "audiooutput") listDevices();
    else changeMicrophone();
  }

  function microphone() {
    const [track] = audio.stream?.getAudioTracks() ?? [];
    if (!track) return audio.state === "denied" ? "revoked" : "none";
    return track.readyState === "live" && !track.muted ? "ok" : "revoked";
  }

  async function microphoneLost() {
    audio.stream = null;
    beat();
    try {
      const [track] = (await openMicrophone()).getAudioTracks();
      await audio.pc?.getSenders()[0]?.replaceTrack(track);
      beat();
    } catch {
      denied();
    }
  }

  function denied() {
    close();
    show("denied");
    const dialog = document.getElementById("microphone-dialog");
    if (!dialog.open) dialog.showModal();
  }

  function measure(stream) {
    meter?.context.close();
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(stream).connect(analyser);
    meter = { context, analyser, samples: new Float32Array(analyser.fftSize) };
  }

  function showLevel() {
    if (!meter || document.hidden) return;
    meter.analyser.getFloatTimeDomainData(meter.samples);
    const power = meter.samples.reduce((sum, sample) => sum + sample * sample, 0) / meter.samples.length;
    const decibels = 10 * Math.log10(power + 1e-7); // -70 dB is silence, -10 dB is loud
    box.querySelector("[data-audio-level]").value = Math.max(0, Math.min(100, ((decibels + 60) / 50) * 100));
  }

  // --- the connection

  async function send(address, body, { keepalive = false } = {}) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": window.vigie.cookie("csrftoken") };
    const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(body), keepalive });
    if (response.status === 401) window.vigie.askToSignIn();
    return response;
  }

  function close() {
    attempt += 1;
    if (!audio.pc) return;
    audio.pc.onconnectionstatechange = null;
    audio.pc.close();
    audio.pc = null;
  }

  function newPeer(stream) {
    const pc = new RTCPeerConnection({ iceServers: [] });
    const transceiver = pc.addTransceiver(stream.getAudioTracks()[0], { direction: "sendrecv", streams: [stream] });
    // The telephone speaks G.711; left alone, the browser would choose Opus and every call would be transcoded.
    const { codecs } = RTCRtpReceiver.getCapabilities("audio");
    const wanted = ["audio/PCMU/8000", "audio/telephone-event/8000"];
    transceiver.setCodecPreferences(codecs.filter((codec) => wanted.includes(`${codec.mimeType}/${codec.clockRate}`)));
    pc.ontrack = ({ track, streams }) => {
      sound.srcObject = streams[0] || new MediaStream([track]);
      sound.play().catch(() => {});
    };
    return pc;
  }

  async function connect({ takeover = false } = {}) {
    close();
    const mine = attempt;
    show("connecting");
    try {
      await openMicrophone();
    } catch {
      if (mine === attempt) denied();
      return;
    }
    if (mine !== attempt) return;
    const pc = audio.pc = newPeer(audio.stream);
    pc.onconnectionstatechange = () => connectionChanged(pc);
    try {
      await pc.setLocalDescription();
      const response = await send(box.dataset.offer, { sdp: pc.localDescription.sdp, tab: audio.tab, takeover });
      if (mine !== attempt) return;
      if (response.status === 409) return elsewhere();
      if (!response.ok) throw new Error(`offer: ${response.status}`);
      const answer = await response.json();
      audio.leg = answer.leg;
      await pc.setRemoteDescription({ type: "answer", sdp: answer.sdp });
      sessionStorage.setItem(OPEN, "yes");
    } catch (error) {
      if (mine === attempt) again(error);
    }
  }

  function connectionChanged(pc) {
    if (pc !== audio.pc) return;
    if (pc.connectionState === "connected") {
      failures = 0;
      show("connected");
    } else if (pc.connectionState === "failed") {
      again();
    } else if (pc.connectionState === "disconnected") {
      setTimeout(() => pc === audio.pc && pc.connectionState !== "connected" && again(), GRACE_MS);
    }
  }

  // The exchange sends to an open page all the time, calls or not: its silence is a loss, seen sooner than by ICE.
  async function watchArrivals() {
    const pc = audio.pc;
    if (!pc || audio.state !== "connected") return;
    let packets = 0;
    for (const report of (await pc.getStats()).values()) {
      if (report.type === "inbound-rtp") packets = report.packetsReceived;
    }
    if (packets !== pc.arrived) Object.assign(pc, { arrived: packets, arrivedAt: Date.now() });
    else if (pc === audio.pc && Date.now() - pc.arrivedAt > STALLED_MS) again();
  }

  function again() {
    close();
    show("lost");
    const mine = attempt;
    const wait = RETRIES_MS[Math.min(failures, RETRIES_MS.length - 1)];
    failures += 1;
    setTimeout(() => mine === attempt && connect(), wait);
  }

  function elsewhere() {
    close();
    sessionStorage.removeItem(OPEN);
    show("elsewhere");
    const dialog = document.getElementById("takeover-dialog");
    if (!dialog.open) dialog.showModal();
  }

  function networkChanged() {
    const pc = audio.pc;
    if (!pc) return;
    setTimeout(() => pc === audio.pc && pc.connectionState !== "connected" && again(), GRACE_MS / 2);
  }

  // --- telling the server

  const SAID = { connected: "connected", connecting: "connecting" };

  async function beat() {
    const asking = audio.state === "connecting" && !audio.stream; // the browser has not said yet
    if (["off", "elsewhere"].includes(audio.state) || asking) return;
    const body = { tab: audio.tab, microphone: microphone(), audio: SAID[audio.state] ?? "lost" };
    const peer = audio.state === "connected" ? audio.pc : null;
    try {
      const response = await send(box.dataset.heartbeat, body);
      const said = response.ok ? await response.json() : {};
      if (said.takeover && peer && peer === audio.pc) elsewhere(); // not what a beat sent before a new offer says
    } catch {
      // no server: the next beat says it
    }
  }

  // A page that goes away says so at once; a reload comes back with a new offer within a second or two.
  function leaving() {
    if (!audio.pc) return;
    send(box.dataset.heartbeat, { tab: audio.tab, microphone: microphone(), audio: "lost" }, { keepalive: true }).catch(() => {});
    close();
  }

  // A duplicated tab copies sessionStorage: two pages would pass for one.
  function nameTab() {
    audio.tab = sessionStorage.getItem(TAB) || crypto.randomUUID();
    const channel = new BroadcastChannel("vigie-tabs");
    channel.onmessage = ({ data }) => {
      if (data.ask === audio.tab && data.from !== channel.own) channel.postMessage({ taken: audio.tab, to: data.from });
      if (data.taken === audio.tab && data.to === channel.own) rename();
    };
    channel.own = crypto.randomUUID();
    function rename() {
      audio.tab = crypto.randomUUID();
      sessionStorage.setItem(TAB, audio.tab);
      sessionStorage.removeItem(OPEN);
    }
    sessionStorage.setItem(TAB, audio.tab);
    channel.postMessage({ ask: audio.tab, from: channel.own });
    return new Promise((resolve) => setTimeout(resolve, 60));
  }

  async function watchPermission() {
    const permission = await navigator.permissions?.query({ name: "microphone" }).catch(() => null);
    permission?.addEventListener?.("change", () => {
      if (permission.state !== "granted" && audio.stream) microphoneLost();
    });
  }

  document.addEventListener("DOMContentLoaded", async () => {
    box = document.getElementById("desk-audio");
    sound = document.getElementById("desk-sound");
    if (!box) return;
    audio.muted = sessionStorage.getItem(MUTED) === "yes";
    showMuted();
    box.querySelector("[data-audio-raw]").checked = localStorage.getItem(RAW) === "raw";
    box.querySelectorAll("[data-audio-device], [data-audio-raw]").forEach((field) => field.addEventListener("change", choose));
    setInterval(beat, HEARTBEAT_MS);
    setInterval(showLevel, 120);
    setInterval(watchArrivals, 500);
    window.addEventListener("pagehide", leaving);
    window.addEventListener("pageshow", (event) => event.persisted && connect());
    window.addEventListener("online", networkChanged);
    navigator.connection?.addEventListener("change", networkChanged);
    navigator.mediaDevices?.addEventListener("devicechange", () => {
      if (audio.pc && microphone() !== "ok") microphoneLost();
      else if (audio.stream) listDevices();
    });
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-audio-start]")) {
        connect();
        if (window.Notification?.permission === "default") Notification.requestPermission();
      } else if (event.target.closest("[data-audio-mute]")) {
        audio.setMuted(!audio.muted);
      } else if (event.target.closest("[data-audio-takeover]")) {
        event.target.closest("dialog").close();
        connect({ takeover: true });
      }
    });
    await nameTab();
    watchPermission();
    if (sessionStorage.getItem(OPEN)) connect();
  });

  audio.connect = connect;
})();
