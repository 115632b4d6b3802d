import { authEndpoints } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { ApiError, call } from '../api/index.ts'
import { useCountdown } from './use-countdown.ts'

const betweenSeconds = 30

/** Asks for the confirmation mail again; `waitSeconds` until the next time makes sense. */
export function useResend(email: string) {
  const [waitSeconds, wait] = useCountdown()
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: () => call(authEndpoints.resendVerification, { body: { email } }),
    onSuccess: () => wait(betweenSeconds),
    onError: (failure) => {
      if (failure instanceof ApiError && failure.retryAfterSeconds) wait(failure.retryAfterSeconds)
    },
  })
  return { resend: () => mutate(), waitSeconds, isPending, isSuccess, error }
}
