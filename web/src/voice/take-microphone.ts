/** A microphone that was asked for, and the context its sound will run in; both begin within the gesture. */
export type TakenMicrophone = { stream: Promise<MediaStream>; context: AudioContext }

/**
 * Asks for the microphone. To be called in the handler of a click or key: Safari starts no sound after it, and browsers
 * may refuse in silence.
 * @throws Error where this page can have none at all
 */
export function takeMicrophone(): TakenMicrophone {
  // Over plain http browsers do not have it.
  if (!navigator.mediaDevices || typeof AudioWorkletNode === 'undefined') throw new Error(noMicrophoneHere)
  const context = new AudioContext({ latencyHint: 'interactive' })
  const stream = navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  })
  // What awaits it may still be loading when it is refused.
  stream.catch(() => {})
  return { stream, context }
}

/** Lets go of it, also where it is given only later. */
export function releaseMicrophone({ stream, context }: TakenMicrophone): void {
  stream.then(
    (given) => {
      for (const track of given.getTracks()) track.stop()
    },
    () => {},
  )
  if (context.state !== 'closed') void context.close()
}

const noMicrophoneHere =
  'This page cannot use a microphone. Browsers allow it over https, or on the machine itself: open the portal by its https address.'
