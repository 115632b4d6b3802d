import { useEffect, useRef, useState } from 'react'
import { streamCompletion } from '../api/index.ts'

type Completion = { text: string; status: 'idle' | 'running' | 'ended'; error: Error | null }

const none: Completion = { text: '', status: 'idle', error: null }

/** One answer of a model, piece by piece; leaving the page or stopping ends it. */
export function useCompletion() {
  const [completion, setCompletion] = useState(none)
  const running = useRef<AbortController>(null)
  useEffect(() => () => running.current?.abort(), [])

  async function send(model: string, prompt: string): Promise<void> {
    const controller = new AbortController()
    running.current = controller
    setCompletion({ ...none, status: 'running' })
    try {
      for await (const piece of streamCompletion({ model, prompt, signal: controller.signal })) {
        setCompletion(({ text }) => ({ ...none, text: text + piece, status: 'running' }))
      }
      setCompletion(({ text }) => ({ ...none, text, status: 'ended' }))
    } catch (error) {
      const shown = controller.signal.aborted || !(error instanceof Error) ? null : error
      setCompletion(({ text }) => ({ text, status: 'ended', error: shown }))
    }
  }

  return { ...completion, send, stop: () => running.current?.abort() }
}
