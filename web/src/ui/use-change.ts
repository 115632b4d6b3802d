import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { notifyDone } from './notify.tsx'
import { useTellWhenGone } from './use-tell-when-gone.ts'

type Change<Answer, Given> = {
  change: (given: Given) => Promise<Answer>
  /** What is read again after it, and also after it failed, which may be why. */
  rereads: readonly QueryKey[]
  /** What is said once it is done; nothing where the page shows it. */
  done?: string
  onDone?: (answer: Answer) => void
  /** Where the page itself shows no error. */
  onFailed?: (error: Error) => void
}

/** Something that somebody changes: what of it is shown follows. */
export function useChange<Answer, Given = void>({
  change,
  rereads,
  done,
  onDone,
  onFailed,
}: Change<Answer, Given>) {
  const client = useQueryClient()
  const tellWhenGone = useTellWhenGone()
  return useMutation<Answer, Error, Given>({
    mutationFn: change,
    onSuccess: (answer) => {
      if (done) notifyDone(done)
      onDone?.(answer)
    },
    onError: onFailed ?? tellWhenGone,
    onSettled: () => Promise.all(rereads.map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
}
