import { type IdKind, isId } from '@portal/contract'
import { AppError } from '../errors.ts'

/** What a cursor that no page gave is answered. */
export const wrongCursor = (): AppError =>
  new AppError('invalid_request', {
    message: 'cursor: Expected the nextCursor of the page before.',
    param: 'cursor',
  })

/**
 * Checks a cursor that is the id of the last row of a page.
 * @throws AppError invalid_request
 */
export function requireCursor(kind: IdKind, cursor: string | undefined): void {
  if (cursor !== undefined && !isId(kind, cursor)) throw wrongCursor()
}
