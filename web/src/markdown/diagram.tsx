import { useComputedColorScheme } from '@mantine/core'
import { IconCode } from '@tabler/icons-react'
import { useState } from 'react'
import { CodeBlock } from './code-block.tsx'
import { CodeToggle } from './code-toggle.tsx'
import classes from './diagram.module.css'
import { diagramTitle } from './diagram-title.ts'
import { useDrawing } from './use-drawing.ts'

/** A diagram, or its source: as somebody wants it, or because it cannot be drawn. */
export function Diagram({ text }: { text: string }) {
  const [isSource, setSource] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  if (problem !== null)
    return (
      <>
        <p className={classes.problem}>This diagram cannot be drawn. {problem}</p>
        <CodeBlock text={text} language="mermaid" isGrowing={false} />
      </>
    )
  return (
    <CodeBlock
      {...{ text, language: 'mermaid', isGrowing: false }}
      picture={!isSource && <Picture source={text} onProblem={setProblem} />}
      tool={
        <CodeToggle label="Show the source" isOn={isSource} onToggle={() => setSource(!isSource)}>
          <IconCode size={16} aria-hidden />
        </CodeToggle>
      }
    />
  )
}

type PictureProps = { source: string; onProblem: (problem: string) => void }

// Below this part of its own size its words are too small to read: then it scrolls.
const smallest = 0.65

function Picture({ source, onProblem }: PictureProps) {
  const theme = useComputedColorScheme('light')
  const title = diagramTitle(source)
  const { frame, onLoad, size, isDrawn } = useDrawing({ source, title, theme }, onProblem)
  const room = size && {
    aspectRatio: `${size.width} / ${size.height}`,
    maxWidth: size.width,
    minWidth: size.width * smallest,
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <div className={classes.picture} tabIndex={0} aria-busy={!isDrawn}>
      <iframe
        ref={frame}
        className={classes.frame}
        src="/frames/diagram.html"
        sandbox="allow-scripts"
        title={title}
        tabIndex={-1}
        onLoad={onLoad}
        {...(room && { style: room })}
      />
    </div>
  )
}
