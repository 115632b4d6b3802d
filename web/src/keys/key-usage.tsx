import { Skeleton, Text } from '@mantine/core'
import { useInViewport } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { keyQueries } from '../api/index.ts'
import { type DayOfUse, requestsByDay } from './requests-by-day.ts'
import { Sparkline } from './sparkline.tsx'

const count = new Intl.NumberFormat('en', { notation: 'compact' })

/** Thirty days of a key's requests, asked for once its row is in view. */
export function KeyUsage({ keyId }: { keyId: string }) {
  const { ref, inViewport } = useInViewport<HTMLDivElement>()
  const { data, isError } = useQuery({ ...keyQueries.usage(keyId), enabled: inViewport })
  return (
    <div ref={ref} style={{ minWidth: 96 }}>
      {isError ? (
        <Quiet>Not available</Quiet>
      ) : data ? (
        <Drawn {...data} />
      ) : (
        <Skeleton height={24} width={96} />
      )}
    </div>
  )
}

type Usage = {
  dailyUsage: readonly DayOfUse[]
  stats: { totalRequests: number; totalTokens: number }
}

function Drawn({ dailyUsage, stats }: Usage) {
  if (stats.totalRequests === 0) return <Quiet>No usage</Quiet>
  const requests = `${count.format(stats.totalRequests)} ${stats.totalRequests === 1 ? 'request' : 'requests'}`
  const label = `${requests} and ${count.format(stats.totalTokens)} tokens in 30 days`
  return <Sparkline values={requestsByDay(dailyUsage, Date.now())} label={label} />
}

const Quiet = ({ children }: { children: string }) => (
  <Text size="sm" c="dimmed" component="span">
    {children}
  </Text>
)
