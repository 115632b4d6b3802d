import type { Passkey } from '@portal/contract'
import type { PasskeyRow } from './store.ts'

/** A passkey as its owner sees it. */
export const passkeyFromRow = (row: PasskeyRow): Passkey => ({
  id: row.id,
  name: row.name,
  rpId: row.rp_id,
  aaguid: row.aaguid,
  transports: row.transports,
  synced: row.synced,
  backedUp: row.backed_up,
  createdAt: row.created_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
})

/** One as the library names it in options. */
export const descriptorOf = ({ credential_id: id, transports }: PasskeyRow) => ({ id, transports })
