/** Runs one task per name at a time: who asks meanwhile gets the same outcome; a failure is not remembered. */
export class SingleFlight {
  readonly #running = new Map<string, Promise<void>>()

  /** Joins the task that runs under this name, or starts this one. */
  run(name: string, task: () => Promise<void>): Promise<void> {
    const running = this.#running.get(name)
    if (running) return running
    // Deferred by a turn, so that a task that throws at once cannot end before it is noted.
    const started = Promise.resolve()
      .then(task)
      .finally(() => this.#running.delete(name))
    this.#running.set(name, started)
    return started
  }

  /** Resolves when no task runs under this name, however it ended. */
  async settled(name: string): Promise<void> {
    await this.#running.get(name)?.catch(() => undefined)
  }
}
