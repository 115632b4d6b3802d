import { memo } from 'react'
import classes from './code-block.module.css'
import type { Colours, PieceStyle } from './colour-messages.ts'

type CodeLinesProps = { lines: readonly string[]; colours: Colours | null }

/** Lines of code, in their colours once these are known. */
export const CodeLines = ({ lines, colours }: CodeLinesProps) =>
  lines.map((line, index) => {
    const pieces = colours?.lines[index]
    const key = index
    return pieces ? (
      <ColouredLine key={key} pieces={pieces} styles={colours.styles} />
    ) : (
      <PlainLine key={key} line={line} />
    )
  })

const PlainLine = memo(({ line }: { line: string }) => <span className={classes.line}>{`${line}\n`}</span>)

type ColouredLineProps = { pieces: readonly [text: string, style: number][]; styles: readonly PieceStyle[] }

const ColouredLine = memo(({ pieces, styles }: ColouredLineProps) => (
  <span className={classes.line}>
    {pieces.map(([text, style], index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces never move
      <span key={index} className={classes.piece} style={styles[style]}>
        {text}
      </span>
    ))}
    {'\n'}
  </span>
))
