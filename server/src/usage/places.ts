import { AppError } from '../errors.ts'

/** Places for what takes long, so many for each person. */
export type Places = {
  /** The same pages, in a place from the first to the last. @throws AppError rate_limit_exceeded with the first */
  taking: (userId: string, pages: AsyncIterable<string>) => AsyncIterable<string>
}

/** Builds them. */
export function createPlaces(max: number): Places {
  const taken = new Map<string, number>()
  const count = (userId: string, more: number): void => {
    const now = (taken.get(userId) ?? 0) + more
    if (now === 0) taken.delete(userId)
    else taken.set(userId, now)
  }
  return {
    async *taking(userId, pages) {
      if ((taken.get(userId) ?? 0) >= max) {
        throw new AppError('rate_limit_exceeded', {
          message: `${max} exports of yours are under way. Wait for one of them.`,
        })
      }
      count(userId, 1)
      try {
        yield* pages
      } finally {
        count(userId, -1)
      }
    },
  }
}
