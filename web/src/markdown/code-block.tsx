import { CopyIcon } from '../ui/index.ts'
import classes from './markdown.module.css'

/** Code as it was written, what it is written in, and a button that copies it. */
export function CodeBlock({ text, language }: { text: string; language: string }) {
  return (
    <div className={classes.code}>
      <div className={classes.codeHead}>
        <span>{language || 'Text'}</span>
        <CopyIcon text={text} label="Copy the code" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </div>
  )
}
