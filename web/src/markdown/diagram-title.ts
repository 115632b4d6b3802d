/** What a diagram is called: as it says itself, or by its kind. */
export function diagramTitle(source: string): string {
  const [, said] =
    /^[ \t]*(?:accTitle[ \t]*:|(?:pie(?: showData)? )?title\b:?)[ \t]*(\S.*)$/m.exec(source) ?? []
  const [, kind] = /^[ \t]*([a-z][\w-]*)/im.exec(source.replace(preface, '')) ?? []
  return `Diagram: ${(said ?? kind ?? 'Mermaid').trim().slice(0, 100)}`
}

/** Settings before the diagram itself. */
const preface = /^\s*---\n[\s\S]*?\n---/
