import { type RefObject, type UIEvent, useCallback, useEffect, useRef, useState } from 'react'

/** So near to the end counts as there. */
const nearPx = 24

type Following = {
  /** What scrolls, and what in it grows. */
  box: RefObject<HTMLDivElement | null>
  content: RefObject<HTMLDivElement | null>
  /** Whether the end is out of sight. */
  isAway: boolean
  toEnd: () => void
  events: {
    onScroll: (event: UIEvent<HTMLDivElement>) => void
    onWheel: (event: { deltaY: number }) => void
    onTouchMove: () => void
  }
}

/** Keeps the end of what grows in sight, until somebody scrolls up; always at once, never gliding. */
export function useFollowing(): Following {
  const box = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const isFollowing = useRef(true)
  const lastTop = useRef(0)
  const [isAway, setAway] = useState(false)

  const toEnd = useCallback(() => {
    isFollowing.current = true
    setAway(false)
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }, [])

  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (isFollowing.current) toEnd()
      else if (box.current) setAway(distanceOf(box.current) > nearPx)
    })
    if (box.current) observer.observe(box.current)
    if (content.current) observer.observe(content.current)
    return () => observer.disconnect()
  }, [toEnd])

  const events = {
    onScroll({ currentTarget }: UIEvent<HTMLDivElement>) {
      const distance = distanceOf(currentTarget)
      const isUp = currentTarget.scrollTop < lastTop.current
      lastTop.current = currentTarget.scrollTop
      // What shrinks moves up as well, and stays at its end.
      if (isUp && distance > 1) isFollowing.current = false
      else if (!isUp && distance <= nearPx) isFollowing.current = true
      setAway(!isFollowing.current && distance > nearPx)
    },
    // Before the scrolling itself: the next piece of an answer may come first.
    onWheel({ deltaY }: { deltaY: number }) {
      if (deltaY < 0) isFollowing.current = false
    },
    onTouchMove() {
      isFollowing.current = false
    },
  }
  return { box, content, isAway, toEnd, events }
}

const distanceOf = ({ scrollHeight, clientHeight, scrollTop }: HTMLDivElement): number =>
  scrollHeight - clientHeight - scrollTop
