import type { VoiceEndReason } from '@portal/contract'

/** What went wrong, in sentences that say what to do. */
export const problems = {
  notConnected:
    'Voice input could not be connected. Stop it in your other tabs, check your network, then try again.',
  connectionLost:
    'The connection was lost. What was heard until then is in the text. Press the microphone to go on.',
  tooSlow: 'The connection is too slow for sound. What was heard until now is in the text.',
  microphoneLost: 'The microphone was taken away. Connect it again, then press the microphone to go on.',
}

/** What to do where the browser gives no microphone, by the name of its error. */
export function microphoneProblem(error: unknown): string {
  const name = error instanceof DOMException ? error.name : ''
  return (
    microphoneProblems[name] ??
    'The microphone could not be used. Check it in your system’s settings, then try again.'
  )
}

const microphoneProblems: Record<string, string> = {
  NotAllowedError:
    'The browser does not let this page use the microphone. Allow it in the settings beside the address, then try again.',
  NotFoundError: 'No microphone was found. Connect one, then try again.',
  NotReadableError: 'The microphone is in use by another program. End it there, then try again.',
}

/** Why the server ended it, where that was not asked for. */
export const endProblems: Record<VoiceEndReason, string | null> = {
  stopped: null,
  time: 'Ten minutes are over. Press the microphone to go on.',
  silence: 'Nothing was heard for a minute. Check which microphone is in use, then try again.',
  idle: 'No sound arrived for a while. Press the microphone to go on.',
  signed_out: 'You are signed out. Sign in again to go on.',
  draining: 'The server restarts. Press the microphone again in a moment.',
  invalid: 'The server did not understand this page. Reload it, then try again.',
  failed: 'Speech cannot be made text just now. Try again shortly, or type.',
}
