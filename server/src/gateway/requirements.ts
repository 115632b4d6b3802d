import { AppError } from '../errors.ts'
import type { Principal } from '../http/index.ts'
import type { ChatRequest } from './chat-request.ts'
import type { GatewayDeps } from './deps.ts'

/** @throws AppError draining, unavailable */
export function requireService({ isDraining, ledger }: Pick<GatewayDeps, 'isDraining' | 'ledger'>): void {
  if (isDraining()) throw new AppError('draining', { headers: { connection: 'close' } })
  if (!ledger.available) throw new AppError('unavailable')
}

/** @throws AppError permission_denied */
export function requirePermissions({ key }: Principal, { hasImages }: Pick<ChatRequest, 'hasImages'>): void {
  const needed = hasImages ? (['chat', 'vision'] as const) : (['chat'] as const)
  const missing = key && needed.find((permission) => !key.permissions.includes(permission))
  if (!missing) return
  throw new AppError('permission_denied', {
    message: `This key does not have the permission "${missing}". Add it to the key, or use another one.`,
  })
}
