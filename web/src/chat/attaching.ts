// Files on their way into a message: one list for each chat, which outlives the page that shows it.
import { fileLimits, type StoredFile } from '@portal/contract'
import { useSyncExternalStore } from 'react'
import { ApiError } from '../api/index.ts'
import { keep, readKept } from './kept-attachments.ts'

/** A file that goes with the next question. */
export type Attaching = {
  key: string
  name: string
  size: number
  /** From 0 to 1 of what was sent. */
  progress: number
  /** What the server made of it, once it has it. */
  stored: StoredFile | null
  /** Why it cannot be sent. */
  fault: string | null
  /** Null where it came from before a reload: then it cannot be uploaded again. */
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
  /** Asks the server whether it still has them; those that are gone get a fault. */
  check: () => Promise<void>
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
  // What was kept before a reload may have been read since, or be gone.
  void made.check()
  return made
}

/** What is in a box, as it changes. */
export const useAttachments = (box: AttachmentBox): readonly Attaching[] =>
  useSyncExternalStore(box.subscribe, box.read)

const gone = 'It is no longer stored. Attach it again, or remove it.'

function createBox(place: string): AttachmentBox {
  const items = createItems(place)
  const { upload, follow, abort } = createTransfers(items)
  return {
    read: items.read,
    subscribe: items.subscribe,
    add(files) {
      const { taken, refusal } = sortOut(files, fileLimits.attachmentsMax - items.read().length)
      const added = taken.map((source) => ({
        ...{ key: crypto.randomUUID(), name: source.name, size: source.size, source },
        ...{ progress: 0, stored: null, fault: null },
      }))
      items.replace([...items.read(), ...added])
      for (const item of added) void upload(item)
      return refusal
    },
    retry(key) {
      const item = items.read().find((each) => each.key === key)
      if (item) void upload(item)
    },
    remove(key) {
      abort(key)
      items.replace(items.read().filter((item) => item.key !== key))
    },
    stored: () => settled(items),
    async check() {
      await Promise.all(items.read().map(({ key, stored }) => stored && follow(key, stored)))
    },
    forget(ids) {
      items.replace(items.read().filter(({ stored }) => !ids.includes(stored?.id ?? '')))
    },
  }
}

type Items = ReturnType<typeof createItems>

/** The files themselves, as somebody watches them; what is stored is kept in this browser. */
function createItems(place: string) {
  let items: readonly Attaching[] = readKept(place).map((stored) => ({
    ...{ key: stored.id, name: stored.name, size: stored.size, stored },
    ...{ progress: 1, fault: null, source: null },
  }))
  const listeners = new Set<() => void>()
  function replace(next: readonly Attaching[]): void {
    items = next
    const stored = items.flatMap((item) => item.stored ?? [])
    keep(place, stored)
    for (const listener of listeners) listener()
  }
  return {
    read: () => items,
    replace,
    change: (key: string, changes: Partial<Attaching>) =>
      replace(items.map((item) => (item.key === key ? { ...item, ...changes } : item))),
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Loaded with the first file. */
const loadUpload = () => import('./upload.ts')

/** What brings files to the server, and tells what becomes of them there. */
function createTransfers({ change }: Items) {
  const uploads = new Map<string, AbortController>()

  async function follow(key: string, known: StoredFile): Promise<void> {
    try {
      const { whenRead } = await loadUpload()
      change(key, { stored: await whenRead(known) })
    } catch (error) {
      if (isGone(error)) change(key, { stored: null, fault: gone })
    }
  }

  async function upload({ key, source }: Attaching): Promise<void> {
    if (!source) return
    const controller = new AbortController()
    uploads.set(key, controller)
    change(key, { fault: null, progress: 0 })
    const onProgress = (progress: number) => change(key, { progress })
    try {
      const { uploadAttachment } = await loadUpload()
      controller.signal.throwIfAborted()
      const stored = await uploadAttachment(source, { onProgress, signal: controller.signal })
      change(key, { stored, progress: 1 })
      void follow(key, stored)
    } catch (error) {
      change(key, { fault: error instanceof Error ? error.message : String(error) })
    } finally {
      uploads.delete(key)
    }
  }

  return { upload, follow, abort: (key: string) => uploads.get(key)?.abort() }
}

const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404

/** Waits for uploads under way. @throws Error */
function settled({ read, subscribe }: Items): Promise<StoredFile[]> {
  const { promise, resolve, reject } = Promise.withResolvers<StoredFile[]>()
  function look(): void {
    const items = read()
    const failed = items.find(({ fault }) => fault !== null)
    if (failed) {
      reject(new Error(`“${failed.name}” cannot be sent as it is. Try it again or remove it, then send.`))
    } else if (items.every(({ stored }) => stored !== null)) {
      resolve(items.flatMap(({ stored }) => stored ?? []))
    }
  }
  const leave = subscribe(look)
  look()
  return promise.finally(leave)
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
    ...large.map(({ name }) => `“${name}” is larger than the ${megabytes} MB that a file may have.`),
    ...(small.length > room
      ? [
          `A message has ${fileLimits.attachmentsMax} files at most: ${namesOf(small.slice(room))} did not fit.`,
        ]
      : []),
  ]
  return { taken: small.slice(0, Math.max(0, room)), refusal: sentences.join(' ') || null }
}

const namesOf = (files: readonly File[]): string => files.map(({ name }) => `“${name}”`).join(', ')
