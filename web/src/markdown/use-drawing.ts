import { type RefObject, useEffect, useRef, useState } from 'react'
import type { DiagramAnswer, DiagramQuestion } from './diagram-messages.ts'
import { createRecent } from './recent.ts'

/** A drawing that takes longer is given up; so is a frame that does not load. */
const drawingMs = 5000
const loadingMs = 20_000
const sideMax = 5000
const problemLengthMax = 200

export type Size = { width: number; height: number }

// What is drawn again, as after scrolling, has its room at once.
const sizes = createRecent<Size>({ sizeMax: 300_000 })

type Drawing = {
  frame: RefObject<HTMLIFrameElement | null>
  onLoad: () => void
  size: Size | null
  isDrawn: boolean
}

/** Has a frame draw a diagram, anew with each theme; `onProblem` gets a sentence where that does not work. */
export function useDrawing(question: DiagramQuestion, onProblem: (problem: string) => void): Drawing {
  const { source, title, theme } = question
  const frame = useRef<HTMLIFrameElement>(null)
  const [isLoaded, setLoaded] = useState(false)
  const [isDrawn, setDrawn] = useState(false)
  const [size, setSize] = useState(() => sizes.get(source) ?? null)
  useEffect(() => {
    const given = frame.current?.contentWindow
    if (!given) return
    const impatience = setTimeout(() => onProblem('It takes too long.'), isLoaded ? drawingMs : loadingMs)
    const listen = ({ source: sender, data }: MessageEvent<unknown>): void => {
      if (sender !== given) return
      clearTimeout(impatience)
      const answer = answerFrom(data)
      if ('problem' in answer) {
        onProblem(answer.problem)
        return
      }
      sizes.put(source, answer, source.length)
      setSize(answer)
      setDrawn(true)
    }
    window.addEventListener('message', listen)
    // Its origin is none, so it can only be addressed as any.
    if (isLoaded) given.postMessage({ source, title, theme } satisfies DiagramQuestion, '*')
    return () => {
      clearTimeout(impatience)
      window.removeEventListener('message', listen)
    }
  }, [source, title, theme, isLoaded, onProblem])
  return { frame, onLoad: () => setLoaded(true), size, isDrawn }
}

/** A frame draws what a stranger wrote: nothing that it says is taken as it is. */
function answerFrom(data: unknown): DiagramAnswer {
  const { width, height, problem } = Object(data) as Record<string, unknown>
  if (typeof problem === 'string') return { problem: problem.slice(0, problemLengthMax) }
  const longer = Math.max(Number(width), Number(height))
  if (!(Number(width) > 0 && Number(height) > 0 && longer < Infinity)) return { problem: 'It has no size.' }
  const scale = Math.min(1, sideMax / longer)
  return { width: Number(width) * scale, height: Number(height) * scale }
}
