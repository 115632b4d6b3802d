import { AppError } from '../errors.ts'

/** A 400 about one field, in the shape that forms read. */
export const invalidField = (field: string, message: string): AppError =>
  new AppError('invalid_request', {
    message: `${field}: ${message}`,
    param: field,
    meta: { issues: [{ field, message }] },
  })
