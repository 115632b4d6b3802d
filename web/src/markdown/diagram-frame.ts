// Draws the diagram that its page sends, in a document that may load nothing and reach nobody else.
import mermaid from 'mermaid'
import type { DiagramAnswer, DiagramQuestion } from './diagram-messages.ts'
import { themeCss, themeVariables } from './diagram-theme.ts'

/** Longer texts, and such with more edges, would take too long. */
const textLengthMax = 20_000
const edgesMax = 400

let drawings = 0

window.addEventListener('message', ({ source, data }: MessageEvent<DiagramQuestion>) => {
  if (source !== window.parent) return
  // Whoever asks is this portal's page: no other may have a frame of it.
  void answerTo(data).then((answer) => window.parent.postMessage(answer, '*'))
})

async function answerTo(question: DiagramQuestion): Promise<DiagramAnswer> {
  try {
    return await draw(question)
  } catch (error) {
    return { problem: problemOf(error) }
  }
}

async function draw({ source, title, theme }: DiagramQuestion): Promise<DiagramAnswer> {
  if (source.length > textLengthMax) return { problem: 'It is too long.' }
  configure(theme)
  const { svg } = await mermaid.render(`diagram-${++drawings}`, source)
  document.title = title
  document.body.innerHTML = svg
  const drawn = document.querySelector('svg')
  if (!drawn) return { problem: 'It has nothing to draw.' }
  withoutLinks(drawn)
  withoutCrowdedDates(drawn)
  if (!drawn.hasAttribute('aria-labelledby')) drawn.setAttribute('aria-label', title)
  const { width, height } = drawn.viewBox.baseVal
  // It fills its frame, which the page gives its proportions.
  drawn.removeAttribute('style')
  drawn.setAttribute('width', '100%')
  drawn.setAttribute('height', '100%')
  return { width, height }
}

const configure = (theme: DiagramQuestion['theme']): void =>
  mermaid.initialize({
    ...{ startOnLoad: false, suppressErrorRendering: true, logLevel: 'fatal' },
    ...{ securityLevel: 'strict', htmlLabels: false, maxTextSize: textLengthMax, maxEdges: edgesMax },
    // ELK, which is the other layout, is larger than all the rest.
    ...{ layout: 'dagre', look: 'classic', theme: 'base', themeVariables: themeVariables(theme) },
    ...{
      darkMode: theme === 'dark',
      fontFamily: themeVariables(theme).fontFamily,
      themeCSS: themeCss(theme),
    },
    // What a diagram may not set for itself.
    secure: [
      ...['secure', 'securityLevel', 'startOnLoad', 'maxTextSize', 'maxEdges', 'suppressErrorRendering'],
      ...['htmlLabels', 'layout', 'theme', 'themeCSS', 'themeVariables', 'darkMode', 'fontFamily'],
      ...['altFontFamily', 'dompurifyConfig', 'logLevel'],
    ],
  })

/** A link would lead the frame away from its diagram. */
function withoutLinks(drawn: SVGSVGElement): void {
  for (const link of drawn.querySelectorAll('a'))
    for (const name of ['href', 'xlink:href', 'target']) link.removeAttribute(name)
}

/** A Gantt chart has as many dates on a phone as elsewhere: those that would cover the one before go. */
function withoutCrowdedDates(drawn: SVGSVGElement): void {
  for (const axis of drawn.querySelectorAll('g.grid')) {
    let end = Number.NEGATIVE_INFINITY
    for (const date of axis.querySelectorAll<SVGTextElement>('.tick text')) {
      const { left, right } = date.getBoundingClientRect()
      if (left < end + datesGapPx) date.remove()
      else end = right
    }
  }
}

const datesGapPx = 6

function problemOf(error: unknown): string {
  const [, line] = /\bline:? (\d+)/i.exec(error instanceof Error ? error.message : '') ?? []
  return line ? `Its line ${line} is not understood.` : 'It is not understood.'
}
