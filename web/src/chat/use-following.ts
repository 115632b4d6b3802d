import { type RefObject, type UIEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'

/** So near to the end counts as there. */
const nearPx = 24
/** For so long after they did something what scrolls is scrolled by somebody. */
const inputMs = 700
/** For so long after something took another size what scrolls may be the browser, or the list, making room. */
const makingRoomMs = 300

type Following = {
  /** What scrolls, once it is there. */
  box: HTMLDivElement | null
  setBox: (box: HTMLDivElement | null) => void
  /** What in it grows. */
  content: RefObject<HTMLDivElement | null>
  /** Whether the end is out of sight. */
  isAway: boolean
  toEnd: () => void
  /** Follows no more: somebody looks for something else. */
  leaveEnd: () => void
  events: {
    onScroll: (event: UIEvent<HTMLDivElement>) => void
    onWheel: (event: { deltaY: number }) => void
    onTouchMove: () => void
    onKeyDown: () => void
    onPointerDown: () => void
  }
}

type State = { isFollowing: boolean; lastTop: number; inputAt: number; sizeAt: number }

/** Keeps the end of what grows in sight, until somebody scrolls up; always at once, never gliding. */
export function useFollowing(): Following {
  // State, not a ref: what is in it begins to measure once it is there.
  const [box, setBox] = useState<HTMLDivElement | null>(null)
  const content = useRef<HTMLDivElement>(null)
  const state = useRef<State>({ isFollowing: true, lastTop: 0, inputAt: -inputMs, sizeAt: 0 })
  const [isAway, setAway] = useState(false)

  const toEnd = useCallback(() => {
    state.current.isFollowing = true
    setAway(false)
    if (box) box.scrollTop = box.scrollHeight
  }, [box])

  useEffect(() => {
    if (!box) return
    const observer = new ResizeObserver(() => {
      state.current.sizeAt = performance.now()
      if (state.current.isFollowing) toEnd()
      else setAway(distanceOf(box) > nearPx)
    })
    observer.observe(box)
    if (content.current) observer.observe(content.current)
    return () => observer.disconnect()
  }, [box, toEnd])

  const leaveEnd = useCallback(() => {
    state.current.isFollowing = false
  }, [])
  const events = useEvents(state, { toEnd, leaveEnd, setAway })
  return { box, setBox, content, isAway, toEnd, leaveEnd, events }
}

type Moves = Pick<Following, 'toEnd' | 'leaveEnd'> & { setAway: (isAway: boolean) => void }

/** What scrolling says of whether somebody follows. */
function useEvents(state: RefObject<State>, { toEnd, leaveEnd, setAway }: Moves): Following['events'] {
  return useMemo(() => {
    const noteInput = () => {
      state.current.inputAt = performance.now()
    }
    return {
      onScroll({ currentTarget }) {
        const distance = distanceOf(currentTarget)
        const { scrollTop } = currentTarget
        state.current = { ...followed(state.current, scrollTop, distance), lastTop: scrollTop }
        if (!state.current.isFollowing) setAway(distance > nearPx)
        else if (distance > 1) toEnd()
      },
      // Before the scrolling itself: the next piece of an answer may come first.
      onWheel({ deltaY }) {
        noteInput()
        if (deltaY < 0) leaveEnd()
      },
      onTouchMove() {
        noteInput()
        leaveEnd()
      },
      onKeyDown: noteInput,
      onPointerDown: noteInput,
    }
  }, [state, toEnd, leaveEnd, setAway])
}

/** Whether somebody follows after what was scrolled; what shrinks moves up as well, and stays at its end. */
function followed(state: State, scrollTop: number, distance: number): State {
  const isUp = scrollTop < state.lastTop
  if (isUp && distance > 1 && isByHand(state)) return { ...state, isFollowing: false }
  if (!isUp && distance <= nearPx) return { ...state, isFollowing: true }
  return state
}

/** Whether it was somebody who scrolled, and not something that took another size. */
function isByHand({ inputAt, sizeAt }: State): boolean {
  const now = performance.now()
  return now - inputAt < inputMs || now - sizeAt > makingRoomMs
}

const distanceOf = ({ scrollHeight, clientHeight, scrollTop }: HTMLDivElement): number =>
  scrollHeight - clientHeight - scrollTop
