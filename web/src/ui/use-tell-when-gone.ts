import { useEffect, useRef } from 'react'
import { notifyFailed } from './notify.tsx'

/** Tells a failure in passing where what would show it was closed meanwhile. */
export function useTellWhenGone(): (error: Error) => void {
  const isHere = useRef(true)
  useEffect(() => {
    isHere.current = true
    return () => {
      isHere.current = false
    }
  }, [])
  return (error) => {
    if (!isHere.current) notifyFailed(error)
  }
}
