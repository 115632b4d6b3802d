const WINDOW_MS = 60_000
const CAPACITY_MIN = 8

/** The instants of the requests of the last 60 seconds, oldest first, in a ring that grows only as it is used. */
export class SlidingWindow {
  #ring: Float64Array
  #head = 0
  #count = 0

  /** Starts with the given instants; those that lie ahead count as of `now`. */
  constructor(times: readonly number[], now: number) {
    const recent = times.filter((time) => time + WINDOW_MS > now).map((time) => Math.min(time, now))
    this.#ring = Float64Array.from(recent).sort()
    this.#count = recent.length
  }

  /** Requests that hold a slot; a slot is free again exactly 60 s after it was taken. */
  countAt(now: number): number {
    while (this.#count > 0 && this.#timeAt(0) + WINDOW_MS <= now) {
      this.#head = (this.#head + 1) % this.#ring.length
      this.#count--
    }
    return this.#count
  }

  /** The first instant at which fewer slots than `limit` are taken; a whole window ahead when none ever is. */
  freesAt(limit: number, now: number): number {
    const place = Math.max(0, this.#count - limit)
    return Math.ceil((place < this.#count ? this.#timeAt(place) : now) + WINDOW_MS)
  }

  /** Takes a slot, whether or not a limit leaves one; `now` must not lie before the newest. */
  take(now: number): void {
    if (this.#count === this.#ring.length) this.#grow()
    this.#ring[(this.#head + this.#count) % this.#ring.length] = now
    this.#count++
  }

  #timeAt(place: number): number {
    return this.#ring[(this.#head + place) % this.#ring.length] ?? Number.NaN
  }

  #grow(): void {
    const ring = new Float64Array(Math.max(CAPACITY_MIN, this.#ring.length * 2))
    for (let place = 0; place < this.#count; place++) ring[place] = this.#timeAt(place)
    this.#ring = ring
    this.#head = 0
  }
}
