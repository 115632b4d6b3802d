import { AppError } from '../errors.ts'

/** The 405 of a path that offers these methods and no other. */
export function methodNotAllowed(methods: readonly string[]): AppError {
  const allow = methods.join(', ')
  return new AppError('method_not_allowed', {
    message: `This method is not offered here. Use ${allow}.`,
    headers: { allow },
  })
}
