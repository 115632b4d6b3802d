const IDLE_MAX_MS = 3_600_000
/** Two per look-up: the walk outruns growth, which is at most one, and nobody waits for a long sweep. */
const CHECKED_PER_LOOKUP = 2

/** What decides whether a subject may be forgotten. */
export type Subject = { openLeases: number; usedAt: number }

/**
 * The keys or organisations that this process counts for. One without an open lease that was not used for an
 * hour is unknown again: the database has all it knew by then.
 */
export class Known<T extends Subject> {
  readonly #subjects = new Map<string, T>()
  #walk = this.#subjects.entries()

  /** Subjects in memory; of those idle too long, the ones not yet walked past are among them. */
  get size(): number {
    return this.#subjects.size
  }

  /** The subject, marked as used now; undefined when it must be read first. */
  find(id: string, now: number): T | undefined {
    this.#forgetSome(now)
    const subject = this.#subjects.get(id)
    if (!subject || isIdle(subject, now)) return undefined
    subject.usedAt = now
    return subject
  }

  /** Those that are known now, none of them marked as used. */
  *entries(now: number): Iterable<[id: string, subject: T]> {
    for (const entry of this.#subjects) if (!isIdle(entry[1], now)) yield entry
  }

  /** Adds or replaces the subject. */
  set(id: string, subject: T): T {
    this.#subjects.set(id, subject)
    return subject
  }

  #forgetSome(now: number): void {
    for (let checked = 0; checked < CHECKED_PER_LOOKUP; checked++) {
      const next = this.#walk.next()
      if (next.done) {
        this.#walk = this.#subjects.entries()
        return
      }
      const [id, subject] = next.value
      if (isIdle(subject, now)) this.#subjects.delete(id)
    }
  }
}

function isIdle(subject: Subject, now: number): boolean {
  return subject.openLeases === 0 && now - subject.usedAt > IDLE_MAX_MS
}
