import { AppError } from '../../errors.ts'

/** A 400 that names the field at fault and says what to do about it. */
export const fault = (param: string, sentence: string): AppError =>
  new AppError('invalid_request', { message: `${param}: ${sentence}`, param })
