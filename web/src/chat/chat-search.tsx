import { Badge, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { ChatMatch } from '@portal/contract'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { chatQueries } from '../api/index.ts'
import { Loaded } from '../ui/index.ts'
import classes from './chat-search.module.css'
import { markedPieces } from './marked-pieces.ts'

const typingMs = 200

type ChatSearchProps = { typed: string; tags: readonly string[]; onLeave: () => void }

/** The chats of these tags whose title or messages have all of these words; a message that was found is gone to. */
export function ChatSearch({ typed, tags, onLeave }: ChatSearchProps) {
  const [words] = useDebouncedValue(typed, typingMs)
  const found = useQuery({ ...chatQueries.search(words, tags), placeholderData: keepPreviousData })
  return (
    <Loaded query={found} what="what was found" rows={3}>
      {(chats) => (
        <>
          <Text size="xs" c="dimmed" px="xs" role="status">
            {chats.length === 0 ? noneFound(tags) : counted(chats.length)}
          </Text>
          <ul className={classes.found}>
            {chats.map(({ id, title, archived, match }) => (
              <li key={id}>
                <Link
                  to="/chat/$sessionId"
                  params={{ sessionId: id }}
                  // The chat’s page alone reads it, and it is no route’s own.
                  search={(match?.messageId ? { message: match.messageId } : {}) as never}
                  className={classes.link}
                  onClick={onLeave}
                >
                  <span className={classes.title}>{title}</span>
                  {archived && (
                    <Badge size="xs" color="gray">
                      Archived
                    </Badge>
                  )}
                  {match?.messageId && <Excerpt match={match} />}
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Loaded>
  )
}

const noneFound = (tags: readonly string[]): string =>
  tags.length > 0 ? 'No chat of these tags has these words.' : 'No chat has these words.'

const counted = (count: number): string =>
  count === 1 ? 'One chat' : count >= 50 ? 'The 50 chats used last' : `${count} chats`

/** A piece of a message, with what was looked for marked. */
const Excerpt = ({ match }: { match: ChatMatch }) => (
  <span className={classes.excerpt}>
    {markedPieces(match).map(({ at, text, isMarked }) =>
      isMarked ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
    )}
  </span>
)
