import type { VoiceEndReason } from '@portal/contract'

/** The WebSocket close code of each end (RFC 6455 §7.4; those from 4000 on are ours). */
export const closeCodes: Record<VoiceEndReason, number> = {
  stopped: 1000,
  draining: 1012,
  invalid: 4400,
  signed_out: 4401,
  idle: 4408,
  time: 4410,
  silence: 4411,
  failed: 4500,
}
