/** A part of the portal that is looked at every minute. */
export type Component = { id: string; name: string }

/** What every portal has, whatever models it offers. */
export const portalComponents = {
  api: { id: 'api', name: 'API' },
  chat: { id: 'chat', name: 'Chat' },
  files: { id: 'files', name: 'File storage' },
} as const satisfies Record<string, Component>

const modelPrefix = 'model:'

/** The component that a model is, by its public name. */
export const componentOfModel = (model: string): Component => ({ id: `${modelPrefix}${model}`, name: model })

/** Whether a component is a model. */
export const isModel = (id: string): boolean => id.startsWith(modelPrefix)

/** What a component is called, also one that is gone. */
export function nameOfComponent(id: string): string {
  if (isModel(id)) return id.slice(modelPrefix.length)
  return Object.values(portalComponents).find((component) => component.id === id)?.name ?? id
}
