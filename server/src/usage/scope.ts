import { isManagerRole, type UsageQuery } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { Principal } from '../http/index.ts'
import type { Scope } from './sources.ts'

/** Whether somebody sees what everybody in their organisation used. */
export function seesAll({ key, person }: Principal): boolean {
  const role = key?.role ?? person?.role
  return role !== undefined && (isManagerRole(role) || role === 'billing')
}

const served = ['ok', 'client_cancelled']
const failed = ['upstream_error', 'portal_error', 'node_died']

/** How a request ended that was an error: who left was served. */
export const isError = (status: string): boolean => !served.includes(status)

type Narrowed = Pick<UsageQuery, 'apiKey' | 'model' | 'status' | 'user'>

/** What of its organisation's use somebody may see and asked for. @throws AppError permission_denied */
export function scopeFor(principal: Principal, { apiKey, model, status, user }: Partial<Narrowed>): Scope {
  const { organisationId, userId } = principal
  if (!seesAll(principal) && user !== undefined && user !== userId)
    throw new AppError('permission_denied', {
      message: 'Your role shows you your own use. Leave user out.',
      param: 'user',
    })
  return {
    organisationId,
    keyId: apiKey === 'none' ? '' : (apiKey ?? null),
    userId: user ?? (seesAll(principal) ? null : userId),
    model: model ?? null,
    statuses: status === undefined ? null : statusesOf(status),
  }
}

function statusesOf(status: NonNullable<UsageQuery['status']>): readonly string[] {
  if (status === 'success') return served
  return status === 'error' ? failed : [status]
}
