import { useMutation, useQueryClient } from '@tanstack/react-query'
import { keyQueries } from '../api/index.ts'
import { notifyDone } from '../ui/index.ts'

type KeyChange<Given, Answer> = {
  change: (given: Given) => Promise<Answer>
  /** What is said once it is done; nothing where the page shows it. */
  done?: string
  onDone: (answer: Answer) => void
}

/** One change to keys: the list is read again after it, and also after it failed, which may be why. */
export function useKeyChange<Given, Answer>({ change, done, onDone }: KeyChange<Given, Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (answer) => {
      if (done) notifyDone(done)
      onDone(answer)
    },
    onSettled: () => client.invalidateQueries({ queryKey: keyQueries.all }),
  })
}
