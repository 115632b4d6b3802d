import type { RequestStatus, UsageStatus } from '@portal/contract'

/** What a key is called; what was asked in chats has none. */
export function keyName(keyId: string | null, name: string | null): string {
  if (keyId === null || keyId === 'none') return 'Without a key (chats)'
  return name ?? `A deleted key (…${keyId.slice(-4)})`
}

/** What a person is called. */
export const userName = (name: string | null): string => name ?? 'Somebody who is gone'

/** How requests ended, in words. */
export const statusWords: Record<UsageStatus, string> = {
  success: 'All that were served',
  error: 'All that failed',
  ok: 'Answered',
  client_cancelled: 'Left early',
  upstream_error: 'Model failed',
  portal_error: 'Portal failed',
  node_died: 'Broken off',
}

/** Whether it failed: who left was served. */
export const isFailure = (status: RequestStatus): boolean => status !== 'ok' && status !== 'client_cancelled'
