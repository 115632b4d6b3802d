import { Anchor } from '@mantine/core'
import type { Video } from '@portal/contract'
import classes from './files.module.css'
import { videoSource } from './video-source.ts'

/** The video of a message: the portal's own is played, another's is a link, for nothing is loaded from elsewhere. */
export function MessageVideo({ video: { url, durationMs, posterUrl } }: { video: Video }) {
  const { origin } = location
  const source = videoSource(url, origin)
  if (!source) return null
  const name = `Video, ${lengthText(durationMs)}`
  if (source.kind === 'foreign') {
    return (
      <Anchor href={source.href} target="_blank" rel="noopener noreferrer nofollow" size="sm">
        {name}, on {new URL(source.href).host}
      </Anchor>
    )
  }
  const poster = posterUrl === null ? null : videoSource(posterUrl, origin)
  return (
    // biome-ignore lint/a11y/useMediaCaption: people's own videos have none
    <video
      className={classes.video}
      src={source.href}
      poster={poster?.kind === 'own' ? poster.href : undefined}
      aria-label={name}
      controls
      playsInline
      preload={poster?.kind === 'own' ? 'none' : 'metadata'}
    />
  )
}

/** A length as `1:05`, or `1:00:05`. */
function lengthText(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const told = (parts[0] === 0 ? parts.slice(1) : parts).map((part, i) =>
    i === 0 ? String(part) : String(part).padStart(2, '0'),
  )
  return told.join(':')
}
