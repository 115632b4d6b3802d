import { useState } from 'react'
import { useShortcut } from '../ui/index.ts'

type Folding = { isFolded: boolean; toggle: () => void }

const place = 'portal-folded'

/** Whether what stands beside the page is folded away; it is remembered in this browser. */
export function useFolding(): Folding {
  const [isFolded, setFolded] = useState(read)
  const toggle = () => {
    setFolded(!isFolded)
    keep(!isFolded)
  }
  useShortcut({ keys: 'mod+shift+s', label: 'Fold or unfold the sidebars', group: 'Everywhere' }, toggle)
  return { isFolded, toggle }
}

function read(): boolean {
  try {
    return localStorage.getItem(place) !== null
  } catch {
    return false
  }
}

function keep(isFolded: boolean): void {
  try {
    if (isFolded) localStorage.setItem(place, 'yes')
    else localStorage.removeItem(place)
  } catch {
    // A browser that keeps nothing folds until it is closed.
  }
}
