// Files on their way into a message: one list for each chat, which outlives the page that shows it.
import { fileLimits, StoredFile } from '@portal/contract'
import { useSyncExternalStore } from 'react'
import { uploadAttachment, whenRead } from './upload.ts'

/** A file that goes with the next question. */
export type Attaching = {
  key: string
  name: string
  size: number
  /** From 0 to 1 of what was sent. */
  progress: number
  /** What the server made of it, once it has it. */
  stored: StoredFile | null
  /** Why it could not be stored. */
  fault: string | null
  /** Null where it came from before a reload: then it is stored. */
  source: File | null
}

/** The files of one chat's next question. */
export type AttachmentBox = {
  read: () => readonly Attaching[]
  subscribe: (listener: () => void) => () => void
  /** Takes files in; those that cannot be taken are named in the answer. */
  add: (files: readonly File[]) => string | null
  retry: (key: string) => void
  remove: (key: string) => void
  /** Resolves to the files once all are stored. @throws Error with a sentence where one could not be */
  stored: () => Promise<StoredFile[]>
  /** Forgets those that were sent. */
  forget: (ids: readonly string[]) => void
}

const boxes = new Map<string, AttachmentBox>()

/** The box of a chat, whose stored files are kept in this browser under `place`. */
export function attachmentBox(place: string): AttachmentBox {
  const known = boxes.get(place)
  if (known) return known
  const made = createBox(place)
  boxes.set(place, made)
  return made
}

/** What is in a box, as it changes. */
export const useAttachments = (box: AttachmentBox): readonly Attaching[] =>
  useSyncExternalStore(box.subscribe, box.read)

function createBox(place: string): AttachmentBox {
  let items: readonly Attaching[] = readKept(place)
  const listeners = new Set<() => void>()
  const uploads = new Map<string, AbortController>()

  function replace(next: readonly Attaching[]): void {
    items = next
    keep(place, items)
    for (const listener of listeners) listener()
  }
  const change = (key: string, changes: Partial<Attaching>) =>
    replace(items.map((item) => (item.key === key ? { ...item, ...changes } : item)))

  async function upload({ key, source }: Attaching): Promise<void> {
    if (!source) return
    const controller = new AbortController()
    uploads.set(key, controller)
    change(key, { fault: null, progress: 0 })
    const onProgress = (progress: number) => change(key, { progress })
    try {
      const stored = await uploadAttachment(source, { onProgress, signal: controller.signal })
      change(key, { stored, progress: 1 })
      change(key, { stored: await whenRead(stored) })
    } catch (error) {
      change(key, { fault: error instanceof Error ? error.message : String(error) })
    } finally {
      uploads.delete(key)
    }
  }

  return {
    read: () => items,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    add(files) {
      const { taken, refusal } = sortOut(files, fileLimits.attachmentsMax - items.length)
      const added = taken.map((source) => ({
        ...{ key: crypto.randomUUID(), name: source.name, size: source.size, source },
        ...{ progress: 0, stored: null, fault: null },
      }))
      replace([...items, ...added])
      for (const item of added) void upload(item)
      return refusal
    },
    retry(key) {
      const item = items.find((each) => each.key === key)
      if (item) void upload(item)
    },
    remove(key) {
      uploads.get(key)?.abort()
      replace(items.filter((item) => item.key !== key))
    },
    stored: () => settled({ read: () => items, listeners }),
    forget(ids) {
      replace(items.filter(({ stored }) => !ids.includes(stored?.id ?? '')))
    },
  }
}

type Watched = { read: () => readonly Attaching[]; listeners: Set<() => void> }

/** Waits for uploads under way. @throws Error */
function settled({ read, listeners }: Watched): Promise<StoredFile[]> {
  const { promise, resolve, reject } = Promise.withResolvers<StoredFile[]>()
  function look(): void {
    const items = read()
    const failed = items.find(({ fault }) => fault !== null)
    if (failed) reject(new Error(`“${failed.name}” could not be uploaded. Try it again, or remove it.`))
    else if (items.every(({ stored }) => stored !== null)) {
      resolve(items.flatMap(({ stored }) => stored ?? []))
    } else return
    listeners.delete(look)
  }
  listeners.add(look)
  look()
  return promise
}

const megabytes = fileLimits.bytesMax / 1024 / 1024

/** The files that a message still takes, and a sentence about the others. */
export function sortOut(
  files: readonly File[],
  room: number,
): { taken: readonly File[]; refusal: string | null } {
  const small = files.filter(({ size }) => size <= fileLimits.bytesMax)
  const large = files.filter(({ size }) => size > fileLimits.bytesMax)
  const sentences = [
    ...large.map(({ name }) => `“${name}” is larger than ${megabytes} MB.`),
    ...(small.length > room
      ? [
          `A message has ${fileLimits.attachmentsMax} files at most: ${namesOf(small.slice(room))} did not fit.`,
        ]
      : []),
  ]
  return { taken: small.slice(0, Math.max(0, room)), refusal: sentences.join(' ') || null }
}

const namesOf = (files: readonly File[]): string => files.map(({ name }) => `“${name}”`).join(', ')

const nameOf = (place: string): string => `portal-draft-files:${place}`

function readKept(place: string): readonly Attaching[] {
  try {
    const kept = StoredFile.array().safeParse(JSON.parse(localStorage.getItem(nameOf(place)) ?? '[]'))
    return (kept.data ?? []).map((stored) => ({
      ...{ key: stored.id, name: stored.name, size: stored.size, stored },
      ...{ progress: 1, fault: null, source: null },
    }))
  } catch {
    return []
  }
}

function keep(place: string, items: readonly Attaching[]): void {
  const stored = items.flatMap((item) => item.stored ?? [])
  try {
    if (stored.length > 0) localStorage.setItem(nameOf(place), JSON.stringify(stored))
    else localStorage.removeItem(nameOf(place))
  } catch {
    // A browser that keeps nothing still sends.
  }
}
