import { expect, test } from 'vitest'
import { diagramTitle } from './diagram-title.ts'

test.each([
  ['flowchart TD\n  A --> B', 'Diagram: flowchart'],
  ['%%{init: {"theme": "dark"}}%%\n%% a remark\nsequenceDiagram\n  A->>B: Hi', 'Diagram: sequenceDiagram'],
  ['---\nconfig:\n  look: neo\n---\nstateDiagram-v2\n  [*] --> Still', 'Diagram: stateDiagram-v2'],
  ['---\ntitle: How it goes\n---\nflowchart TD', 'Diagram: How it goes'],
  ['pie title Pets\n  "Dogs" : 3', 'Diagram: Pets'],
  ['gantt\n  title A plan\n  section One', 'Diagram: A plan'],
  ['flowchart TD\n  accTitle: From A to B\n  A --> B', 'Diagram: From A to B'],
  ['', 'Diagram: Mermaid'],
])('[W-103] screen readers hear what a diagram is: %j is “%s”', (source, title) => {
  expect(diagramTitle(source)).toBe(title)
})
