import type { Tokens } from 'marked'
import { type ComponentType, createContext, lazy, memo, type ReactNode, Suspense, use, useRef } from 'react'
import { CodeBlock } from './code-block.tsx'
import { isClosedFence } from './fence.ts'
import { type Tokenised, tokenise } from './growing-tokens.ts'
import { Markdown, type MarkdownKit } from './markdown.tsx'
import type { MathToken } from './math-tokens.ts'
import { OutwardLink } from './outward-link.tsx'
import { safeHref } from './safe-href.ts'
import { TableBlock } from './table-block.tsx'

/** Shows an image of elsewhere by its address (http or https) once somebody asks for it; until then its `link` is there. */
export type RemoteImage = ComponentType<{ url: string; text: string; link: ReactNode }>

type ModelTextProps = {
  text: string
  isGrowing: boolean
  /** Without it images are links. */
  Image?: RemoteImage
}

const Formula = lazy(() => import('./formula.tsx').then(({ Formula }) => ({ default: Formula })))
const Diagram = lazy(() => import('./diagram.tsx').then(({ Diagram }) => ({ default: Diagram })))

const Growing = createContext(false)
const Images = createContext<RemoteImage | undefined>(undefined)

/** What a model wrote, or is writing: nothing in it is loaded from anywhere, and its HTML is text. */
export const ModelText = memo(({ text, isGrowing, Image }: ModelTextProps) => {
  const before = useRef<Tokenised>(null)
  // Once it is whole it is read as a whole: a link may be defined at its end.
  before.current = tokenise(text, isGrowing ? before.current : null)
  return (
    <Growing value={isGrowing}>
      <Images value={Image}>
        <Markdown tokens={before.current.tokens} kit={kit} />
      </Images>
    </Growing>
  )
})

// Below the heading of the message itself.
const headings = ['h3', 'h3', 'h4', 'h5', 'h6', 'h6', 'h6'] as const

function Heading({ token, children }: { token: Tokens.Heading; children: ReactNode }) {
  const Tag = headings[token.depth] ?? 'h6'
  return <Tag>{children}</Tag>
}

function Code({ token: { text, lang, raw } }: { token: Tokens.Code }) {
  const isGrowing = use(Growing) && !isClosedFence(raw)
  const language = lang?.split(/\s/)[0] ?? ''
  const code = <CodeBlock text={text} language={language} isGrowing={isGrowing} />
  if (isGrowing || language.toLowerCase() !== 'mermaid') return code
  return (
    <Suspense fallback={code}>
      <Diagram key={text} text={text} />
    </Suspense>
  )
}

const Mathematics = ({ token }: { token: MathToken }) => (
  <Suspense fallback={token.raw}>
    <Formula token={token} />
  </Suspense>
)

type ImageProps = { href: string; text: string; link: ReactNode }

function ImageOfElsewhere({ href, text, link }: ImageProps) {
  const Image = use(Images)
  const url = safeHref(href)
  if (!Image || !url || !/^https?:/i.test(url)) return link
  return (
    <Suspense fallback={link}>
      <Image key={url} {...{ url, text, link }} />
    </Suspense>
  )
}

const kit: MarkdownKit = {
  Heading,
  Link: OutwardLink,
  Code,
  Table: TableBlock,
  Math: Mathematics,
  Image: ImageOfElsewhere,
  html: 'source',
}
