import 'katex/dist/katex.min.css'
import katex, { type KatexOptions } from 'katex'
import { useLayoutEffect, useRef, useState } from 'react'
import classes from './formula.module.css'
import type { MathToken } from './math-tokens.ts'

/** Longer formulas, or such as define themselves out of hand, are shown as their source. */
const lengthMax = 5000

const options: KatexOptions = {
  ...{ trust: false, maxExpand: 200, maxSize: 20, strict: false, throwOnError: true },
  // As KaTeX writes these they need style attributes, which the page's policy refuses.
  macros: { '\\pmb': '\\boldsymbol{#1}', '\\fcolorbox': '\\@firstoftwo{\\boxed{#3}}{#1#2}' },
}

/** A formula as mathematicians write it, and for screen readers as MathML; one that cannot be read as its source. */
export function Formula({ token: { text, raw, isBlock } }: { token: MathToken }) {
  const place = useRef<HTMLSpanElement>(null)
  const [unreadable, setUnreadable] = useState<string | null>(null)
  useLayoutEffect(() => {
    if (!place.current) return
    try {
      if (text.length > lengthMax) throw new Error('The formula is too long.')
      katex.render(text, place.current, { ...options, displayMode: isBlock })
    } catch {
      setUnreadable(text)
    }
  }, [text, isBlock])
  if (unreadable === text) return <code>{raw.trim()}</code>
  const formula = <span key={text} ref={place} />
  if (!isBlock) return formula
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <div className={classes.block} tabIndex={0}>
      {formula}
    </div>
  )
}
