import { voiceEndpoints } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { Mount } from '../http/index.ts'
import type { Voice } from './voice.ts'

/** Mounts what is to be known of voice input, and what plain requests to its WebSocket get. */
export function mountVoice(mount: Mount, { recogniser, reason }: Voice): void {
  mount(voiceEndpoints.status, async () => ({
    available: recogniser !== null,
    engine: recogniser?.engine ?? null,
    model: recogniser?.model ?? null,
    note: recogniser?.note ?? null,
    reason,
    languages: recogniser?.languages ? [...recogniser.languages] : null,
  }))
  mount(voiceEndpoints.transcribe, async () => {
    throw new AppError('upgrade_required', { headers: { upgrade: 'websocket' } })
  })
}
