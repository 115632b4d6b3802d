// The stored files of questions that were not sent, in this browser: they outlive a reload.
import { StoredFile } from '@portal/contract'

const nameOf = (place: string): string => `portal-draft-files:${place}`

/** The files that were kept, as they were known then. */
export function readKept(place: string): readonly StoredFile[] {
  try {
    return StoredFile.array().parse(JSON.parse(localStorage.getItem(nameOf(place)) ?? '[]'))
  } catch {
    return []
  }
}

/** Keeps files; none are forgotten. */
export function keep(place: string, files: readonly StoredFile[]): void {
  try {
    if (files.length > 0) localStorage.setItem(nameOf(place), JSON.stringify(files))
    else localStorage.removeItem(nameOf(place))
  } catch {
    // A browser that keeps nothing still sends.
  }
}
