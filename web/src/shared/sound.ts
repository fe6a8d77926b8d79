/** Two soft notes: upwards for good news, downwards for bad. */
export function chime(good: boolean): void {
  const audio = new AudioContext();
  const [first, second] = good ? [660, 880] : [440, 330];
  note(audio, first, 0);
  note(audio, second, 0.16);
  window.setTimeout(() => void audio.close(), 1000);
}

function note(audio: AudioContext, frequency: number, after: number): void {
  const begin = audio.currentTime + after;
  const tone = new OscillatorNode(audio, { frequency, type: "sine" });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.linearRampToValueAtTime(0.12, begin + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.4);
  tone.connect(volume).connect(audio.destination);
  tone.start(begin);
  tone.stop(begin + 0.4);
}
