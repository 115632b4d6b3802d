import { Button } from '@mantine/core'
import { IconPhoto } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { loadRemoteImage } from '../api/index.ts'
import classes from './remote-image.module.css'

// What somebody has loaded stays so while the page does, wherever they scroll; the oldest make room.
const loaded = new Map<string, string>()
const loadedMax = 40

type RemoteImageProps = { url: string; text: string; link: ReactNode }

/** A picture from elsewhere: nothing of it is asked for until somebody does. */
export function RemoteImage({ url, text, link }: RemoteImageProps) {
  const [source, setSource] = useState(() => loaded.get(url))
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: () => loadRemoteImage(url),
    onSuccess: (picture) => setSource(keep(url, picture)),
  })
  const { host } = new URL(url)
  const image = useFocusLeft(isSuccess)
  if (source) {
    const alt = text || `Picture from ${host}`
    return <img ref={image} className={classes.image} src={source} alt={alt} tabIndex={-1} />
  }
  return (
    <span className={classes.place}>
      <IconPhoto size={18} aria-hidden />
      <span className={classes.words}>
        {link}
        <span className={classes.host}>
          {error ? <span role="alert">Not loaded: {error.message}</span> : `Picture from ${host}`}
        </span>
      </span>
      <Button
        size="compact-sm"
        variant="default"
        loading={isPending}
        aria-label={`${error ? 'Try again to load' : 'Load'} the picture from ${host}`}
        onClick={() => mutate()}
      >
        {error ? 'Try again' : 'Load'}
      </Button>
    </span>
  )
}

/** The focus that its button leaves with nobody goes to the picture. */
function useFocusLeft(isLoaded: boolean) {
  const image = useRef<HTMLImageElement>(null)
  useEffect(() => {
    if (isLoaded && document.activeElement === document.body) image.current?.focus({ preventScroll: true })
  }, [isLoaded])
  return image
}

/** Resolves to where the page finds it. */
function keep(url: string, picture: Blob): string {
  const source = URL.createObjectURL(picture)
  loaded.set(url, source)
  const [oldest] = loaded
  if (oldest && loaded.size > loadedMax) {
    loaded.delete(oldest[0])
    URL.revokeObjectURL(oldest[1])
  }
  return source
}
