import { newId } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

/** Makes the alert that every organisation begins with: its owners and admins are told by mail how far the plan's tokens have gone. */
export async function makeDefaultAlert(
  trx: Kysely<Tables>,
  { id, createdAt }: { id: string; createdAt: Date },
): Promise<void> {
  await trx
    .insertInto('alerts')
    .values({
      id: newId('alert', createdAt.getTime()),
      organisation_id: id,
      name: 'Tokens of the plan',
      created_at: createdAt,
    })
    .execute()
}
