// Which microphones and loudspeakers there are.

export async function devices() {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const ofKind = (kind) =>
    all
      .filter((device) => device.kind === kind && device.deviceId && device.deviceId !== "default")
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { microphones: ofKind("audioinput"), loudspeakers: ofKind("audiooutput") };
}
