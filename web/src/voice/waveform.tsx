import { useEffect, useRef } from 'react'
import classes from './voice.module.css'

const width = 192
const height = 32
const calmMs = 500

/** How loud it was of late, drawn; where less motion is wished for, twice a second. */
export function Waveform({ loudness }: { loudness: readonly number[] }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
    let frame = 0
    let drawnAt = Number.NEGATIVE_INFINITY
    const draw = (at: number) => {
      frame = requestAnimationFrame(draw)
      if (isCalm && at - drawnAt < calmMs) return
      drawnAt = at
      drawBars(context, loudness)
    }
    frame = requestAnimationFrame(draw)
    return () => cancelAnimationFrame(frame)
  }, [loudness])
  return (
    <canvas ref={canvas} className={classes.waveform} width={width * 2} height={height * 2} aria-hidden />
  )
}

function drawBars(context: CanvasRenderingContext2D, loudness: readonly number[]): void {
  const { canvas } = context
  const step = canvas.width / loudness.length
  context.clearRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = getComputedStyle(canvas).color
  for (const [at, loud] of loudness.entries()) {
    const high = Math.max(2, loud * canvas.height)
    context.fillRect(at * step, (canvas.height - high) / 2, step / 2, high)
  }
}
