import type { StatusComponent, StatusDay } from '@portal/contract'
import { type CSSProperties, type KeyboardEvent, useState } from 'react'
import coloured from './coloured.module.css'
import classes from './uptime-bar.module.css'
import { dateWords, dayWords, percentWords } from './words.ts'

const wordsOf = (day: StatusDay | undefined): string =>
  day ? `${dateWords(day.date)}: ${dayWords(day)}` : ''

/** 90 days as bars, walked along with the arrows or pointed at; what each was like is said and shown. */
export function UptimeBar({ component: { name, days, uptime } }: { component: StatusComponent }) {
  const [at, setAt] = useState<number | null>(null)
  const last = days.length - 1
  const here = at ?? last
  const move = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, here, last)
    if (to === null) return
    event.preventDefault()
    setAt(to)
  }
  return (
    <div>
      <div
        className={classes.bar}
        role="slider"
        tabIndex={0}
        aria-label={`${name}, by day`}
        aria-readonly
        aria-valuemin={1}
        aria-valuemax={days.length}
        aria-valuenow={here + 1}
        aria-valuetext={wordsOf(days[here])}
        onKeyDown={move}
        onFocus={() => setAt(here)}
        onBlur={() => setAt(null)}
        onPointerMove={({ target }) => setAt(placeOf(target) ?? at)}
        onPointerDown={({ target }) => setAt(placeOf(target) ?? at)}
        onPointerLeave={() => setAt(null)}
      >
        {days.map(({ date, state }, place) => (
          <span
            key={date}
            className={`${coloured.coloured} ${classes.day}`}
            data-state={state}
            data-place={place}
            data-here={place === at || undefined}
          />
        ))}
        {at !== null && (
          <span className={classes.tip} style={tipPlace(at, last)} aria-hidden>
            {wordsOf(days[at])}
          </span>
        )}
      </div>
      <div className={classes.ends}>
        <span>90 days ago</span>
        <span className={classes.rule} />
        <span>{uptime === null ? 'No data yet' : `${percentWords(uptime)} up`}</span>
        <span className={classes.rule} />
        <span>Today</span>
      </div>
    </div>
  )
}

function placeOf(target: EventTarget): number | null {
  const place = target instanceof HTMLElement ? target.dataset.place : undefined
  return place === undefined ? null : Number(place)
}

const week = 7

/** Where a key leads to; null for those that lead nowhere. */
function placeAfter(key: string, here: number, last: number): number | null {
  const steps: Record<string, number> = {
    ...{ ArrowLeft: here - 1, ArrowDown: here - 1, ArrowRight: here + 1, ArrowUp: here + 1 },
    ...{ PageDown: here - week, PageUp: here + week, Home: 0, End: last },
  }
  const to = steps[key]
  return to === undefined ? null : Math.min(last, Math.max(0, to))
}

/** Above its day, and never beyond the ends of the bar. */
const tipPlace = (at: number, last: number): CSSProperties =>
  at > last / 2 ? { right: `${(100 * (last - at)) / (last + 1)}%` } : { left: `${(100 * at) / (last + 1)}%` }
