import { Button } from '@mantine/core'
import { IconListNumbers, IconTextWrap } from '@tabler/icons-react'
import { type ReactNode, use, useEffect, useState } from 'react'
import { CopyIcon } from '../ui/index.ts'
import classes from './code-block.module.css'
import { languageLabel } from './code-languages.ts'
import { CodeLines } from './code-lines.tsx'
import { CodeToggle } from './code-toggle.tsx'
import { changeCodeView, useCodeView } from './code-view.ts'
import type { Colours } from './colour-messages.ts'
import { coloursOf, knownColours } from './colours.ts'
import { Folding } from './folding.ts'
import { createRecent } from './recent.ts'

/** Longer code is shown in part until somebody wants all of it. */
const linesMax = 30

type Code = { text: string; language: string; isGrowing: boolean }
type CodeBlockProps = Code & {
  /** What is shown in the place of the code. */
  picture?: ReactNode
  /** One more button above it. */
  tool?: ReactNode
}

/** Code as it was written: plain at once, in colours when it is whole. What grows is never folded under its reader. */
export const CodeBlock = ({ picture, tool, ...code }: CodeBlockProps) => (
  <div className={classes.code}>
    <div className={classes.head}>
      <span className={classes.language}>{languageLabel(code.language)}</span>
      {!picture && <ViewToggles />}
      {tool}
      <CopyIcon text={code.text} label="Copy the code" />
    </div>
    {picture || <Lines {...code} />}
  </div>
)

function Lines({ text, language, isGrowing }: Code) {
  const { numbers, wraps } = useCodeView()
  const colours = useColours({ text, language, isGrowing })
  const { isWhole, toggle } = useUnfolding(text, isGrowing)
  const lines = text.split('\n')
  const isTall = use(Folding) && lines.length > linesMax
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <pre tabIndex={0} data-numbers={numbers} data-wraps={wraps}>
        <code>
          <CodeLines lines={isWhole || !isTall ? lines : lines.slice(0, linesMax)} colours={colours} />
        </code>
      </pre>
      {isTall && !isGrowing && (
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          className={classes.fold}
          aria-expanded={isWhole}
          onClick={toggle}
        >
          {isWhole ? 'Show less' : `Show all ${lines.length} lines`}
        </Button>
      )}
    </>
  )
}

function ViewToggles() {
  const { numbers, wraps } = useCodeView()
  return (
    <>
      <CodeToggle
        label="Number the lines"
        isOn={numbers}
        onToggle={() => changeCodeView({ numbers: !numbers })}
      >
        <IconListNumbers size={16} aria-hidden />
      </CodeToggle>
      <CodeToggle label="Wrap long lines" isOn={wraps} onToggle={() => changeCodeView({ wraps: !wraps })}>
        <IconTextWrap size={16} aria-hidden />
      </CodeToggle>
    </>
  )
}

function useColours({ text, language, isGrowing }: Code): Colours | null {
  const [found, setFound] = useState<{ text: string; colours: Colours | null } | null>(null)
  useEffect(() => {
    if (isGrowing) return
    let isWanted = true
    void coloursOf(language, text)
      // A part of the build that could not be loaded: code is read without colours as well.
      .catch(() => null)
      .then((colours) => isWanted && setFound({ text, colours }))
    return () => {
      isWanted = false
    }
  }, [text, language, isGrowing])
  if (isGrowing) return null
  return found?.text === text ? found.colours : knownColours(language, text)
}

// Code that somebody unfolded or saw being written: it stays so when they scroll away and come back.
const unfolded = createRecent<true>({ sizeMax: 500_000 })

function useUnfolding(text: string, isGrowing: boolean): { isWhole: boolean; toggle: () => void } {
  const [isUnfolded, setUnfolded] = useState(() => isGrowing || unfolded.get(text) === true)
  useEffect(() => {
    if (!isGrowing && isUnfolded) unfolded.put(text, true, text.length)
  }, [text, isGrowing, isUnfolded])
  return {
    isWhole: isUnfolded || isGrowing,
    toggle() {
      if (isUnfolded) unfolded.forget(text)
      setUnfolded(!isUnfolded)
    },
  }
}
