import { AppError } from '../../errors.ts'

/** A 400 that names the field and says what to do about it. */
export const invalid = (param: string, message: string): AppError =>
  new AppError('invalid_request', { message: `${param}: ${message}`, param })
