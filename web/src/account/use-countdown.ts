import { useEffect, useState } from 'react'

const secondMs = 1000

/** Seconds left, and how to begin again with so many. */
export function useCountdown(): [left: number, start: (seconds: number) => void] {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    if (left === 0) return
    const timer = setTimeout(() => setLeft(left - 1), secondMs)
    return () => clearTimeout(timer)
  }, [left])
  return [left, setLeft]
}
