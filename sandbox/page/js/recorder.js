/* Recording a voice message. */
import { base64 } from "./attach.js";

/** `start` asks for the microphone, `stop` gives what the act «sends» takes for a voice. */
export class Recorder {
  async start() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    this.parts = [];
    this.since = Date.now();
    this.recorder = new MediaRecorder(stream);
    this.recorder.addEventListener("dataavailable", (event) => this.parts.push(event.data));
    this.recorder.start();
  }

  async stop() {
    const { recorder } = this;
    await new Promise((resolve) => {
      recorder.addEventListener("stop", resolve, { once: true });
      recorder.stop();
    });
    for (const track of recorder.stream.getTracks()) track.stop();
    return {
      filename: "voice.ogg",
      mime: recorder.mimeType.split(";")[0],
      data: await base64(new Blob(this.parts)),
      duration: Math.max(1, Math.round((Date.now() - this.since) / 1000)),
    };
  }
}
